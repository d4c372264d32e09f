import { randomUUID } from 'node:crypto'
import { type Response, Router } from 'express'
import type { Deps } from '../../../deps.ts'
import { dietitian, signedInDietitian } from '../../../web/access.ts'
import { emptyForm, type Form, postedSource, readForm, refusedForm } from '../../../web/form.ts'
import { uploadsOf } from '../../../web/upload.ts'
import { linkIdFor } from '../../builder/naming.ts'
import type { Questionnaire } from '../../fhir.ts'
import { type Read, readQuestionnaire } from '../../reading.ts'
import type { Remark } from '../../remarks.ts'
import { DRAFT, findCurrentFormById, findFormByUrl } from '../../store.ts'
import { groundWords, pastedText, readSource, takingForm, takingNextForm } from '../forms.ts'
import { formPath } from '../pages.ts'
import { takeImported } from '../store.ts'
import { importShown } from './pages.ts'

const TAKEN = 'Another form has this short name. Please choose another one.'
const THERE =
  'This version of the form is already there. Please give the questionnaire another “version”, or go back to the form.'
const REFUSED = 'This can’t be taken as it is. Please mend what is named below and import it again.'
const MOST_TITLE = 200
const MOST_VERSION = 60
const MOST_URL = 500

/** What Flora itself needs of it, beyond what FHIR asks for. */
function notForUs({ title = '', version = '', url = '' }: Questionnaire): Remark[] {
  const where = 'the form'
  const wrong: [boolean, string][] = [
    [
      /\p{Cc}/u.test(title + version + url),
      'Its title, version or address has a character that can’t be read.',
    ],
    [title.trim() === '', 'It has no title. Clients read it above the form.'],
    [title.length > MOST_TITLE, `Its title is longer than ${MOST_TITLE} characters.`],
    [version.length > MOST_VERSION, `Its version is longer than ${MOST_VERSION} characters.`],
    [version === DRAFT, `Its version is “${DRAFT}”. Please give it a version of its own.`],
    [url.length > MOST_URL, `Its address (url) is longer than ${MOST_URL} characters.`],
  ]
  return wrong.flatMap(([isWrong, message]) => (isWrong ? [{ where, message }] : []))
}

function read(text: string): Read {
  const found = readQuestionnaire(text)
  const problems = found.ok ? notForUs(found.questionnaire) : []
  return problems.length > 0 ? { ok: false, problems } : found
}

/** A questionnaire from elsewhere is looked at, and then taken with the right to use it. */
export function importRoutes({ db, clock, evaluator }: Pick<Deps, 'db' | 'clock' | 'evaluator'>): Router {
  const router = Router()

  const showSource = (res: Response, form: Form, problems: Remark[] = []) =>
    res.render('forms/library/import', { form, problems })

  router.get('/practice/forms/import', dietitian, (_req, res) => {
    showSource(res, emptyForm())
  })

  router.post('/practice/forms/import', dietitian, postedSource, async (req, res) => {
    const source = readSource(req.body, uploadsOf(req))
    const refuse = (field: string, message: string, problems: Remark[] = []) =>
      showSource(res.status(422), refusedForm(req.body, field, message), problems)
    if (!source.ok) return refuse(source.field, source.message)
    const found = read(source.text)
    if (found.ok) return showFound(res, { found, text: source.text, form: emptyForm(await suggested(found)) })
    const form = refusedForm({ text: source.text }, 'text', REFUSED)
    showSource(res.status(422), form, found.problems)
  })

  type Found = Extract<Read, { ok: true }>

  const suggested = async ({ questionnaire }: Found) => ({
    slug: linkIdFor(questionnaire.title ?? '', new Set(['sent']), 'form'),
  })

  async function knownForm({ url }: Questionnaire) {
    const known = url ? await findFormByUrl(db, url) : undefined
    const current = known && (await findCurrentFormById(db, known.id))
    return known && { id: known.id, isArchived: known.isArchived, title: current?.title ?? known.slug }
  }

  async function showFound(
    res: Response,
    { found, text, form, notice = null }: { found: Found; text: string; form: Form; notice?: string | null },
  ) {
    const { questionnaire, unsupported } = found
    const remarks = [...unsupported, ...(await evaluator.checkExpressions(questionnaire))]
    res.render('forms/library/imported', {
      shown: importShown(questionnaire, remarks, await knownForm(questionnaire)),
      grounds: Object.entries(groundWords),
      text,
      form,
      notice,
    })
  }

  router.post('/practice/forms/imported', dietitian, postedSource, async (req, res) => {
    const text = pastedText(req.body, 'definition').trim()
    const found = read(text)
    if (!found.ok) return showSource(res.status(422), refusedForm({ text }, 'text', REFUSED), found.problems)
    const { questionnaire } = found
    const known = await knownForm(questionnaire)
    const posted = readForm(known ? takingNextForm : takingForm, req.body)
    const refuse = (status: number, form: Form, notice: string | null = null) =>
      showFound(res.status(status), { found, text, form, notice })
    if (!posted.ok) return refuse(422, posted.form)
    const { ground, rights } = posted.value
    const slug = 'slug' in posted.value ? String(posted.value.slug) : ''
    const taken = await takeImported(
      db,
      {
        url: questionnaire.url ?? `urn:uuid:${randomUUID()}`,
        slug: slug || linkIdFor(questionnaire.title ?? '', new Set(['sent']), 'form'),
        version: questionnaire.version ?? null,
        title: questionnaire.title ?? '',
        text,
        rights: `${groundWords[ground]}: ${rights}`,
        accountId: signedInDietitian(req).accountId,
      },
      clock.now(),
    )
    if (taken === 'nameTaken') return refuse(422, refusedForm(req.body, 'slug', TAKEN))
    if (taken === 'alreadyThere') return refuse(409, refusedForm(req.body, 'ground', THERE), THERE)
    res.redirect(303, formPath(taken.formId))
  })

  return router
}
