import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import { listAskingTypes, saveAskingTypes } from '../../requests/store.ts'
import { dietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { isUuid, postedForm, readForm, readPage } from '../../web/form.ts'
import { isBuildable } from '../builder/editing.ts'
import {
  type FormHead,
  type FormVersion,
  findCurrentFormById,
  findDefinitionText,
  findDraft,
  findForm,
  findNumberedVersion,
  markArchived,
} from '../store.ts'
import { againChoices, askedBy } from './asking.ts'
import { askedForm } from './forms.ts'
import { fileName, formLine, formPath, formShown, versionLine } from './pages.ts'
import { previewOf } from './preview.ts'
import { archiveForm, listForms, listVersions, PAGE } from './store.ts'

const UNKNOWN_TYPE = 'One of these appointment types is no longer there. Please choose again.'

/** The forms of the practice: what there is, in which versions, and who is asked. */
export function libraryRoutes({ db, clock, evaluator }: Pick<Deps, 'db' | 'clock' | 'evaluator'>): Router {
  const router = Router()

  router.get('/practice/forms', dietitian, async (req, res) => {
    const page = readPage(req.query.page)
    const archived = req.query.show === 'archived'
    const found = await listForms(db, { page, archived })
    const { zone } = res.locals.practice
    const href = (number: number) => `/practice/forms?${archived ? 'show=archived&' : ''}page=${number}`
    res.render('forms/library/list', {
      forms: found.slice(0, PAGE).map((line) => formLine(line, zone)),
      archived,
      newer: page > 0 ? href(page) : null,
      older: found.length > PAGE ? href(page + 2) : null,
    })
  })

  async function find(req: Request): Promise<FormHead> {
    const form = isUuid(req.params.id) ? await findForm(db, req.params.id) : undefined
    if (!form) throw new NotFound()
    return form
  }

  async function show(res: Response, form: FormHead, notice: string | null = null) {
    const [current, draft, versions, types] = await Promise.all([
      findCurrentFormById(db, form.id),
      findDraft(db, form.id),
      listVersions(db, form.id),
      listAskingTypes(db, form.id),
    ])
    const { zone } = res.locals.practice
    res.render('forms/library/form', {
      shown: formShown(form, current, draft),
      versions: versions.map((line) => versionLine(line, zone)),
      types,
      again: againChoices(types),
      canBuild: current !== undefined && isBuildable(current.definition),
      notice,
    })
  }

  router.get('/practice/forms/:id', dietitian, async (req, res) => {
    await show(res, await find(req))
  })

  router.post('/practice/forms/:id/asked', dietitian, postedForm, async (req, res) => {
    const form = await find(req)
    const types = await listAskingTypes(db, form.id)
    const known = new Set(types.map(({ id }) => id))
    const read = readForm(askedForm, req.body)
    if (!read.ok) return show(res.status(422), form, read.form.errors[0]?.message)
    if (!read.value.types.every((id) => known.has(id))) return show(res.status(422), form, UNKNOWN_TYPE)
    await saveAskingTypes(db, form.id, askedBy(types, read.value.types, read.value.again))
    res.redirect(303, formPath(form.id))
  })

  router.post('/practice/forms/:id/archiving', dietitian, postedForm, async (req, res) => {
    const { id, isArchived } = await find(req)
    if (!isArchived) await archiveForm(db, id, clock.now())
    res.redirect(303, formPath(id))
  })

  router.post('/practice/forms/:id/restoring', dietitian, postedForm, async (req, res) => {
    const { id } = await find(req)
    await markArchived(db, id, null)
    res.redirect(303, formPath(id))
  })

  async function findVersion(req: Request): Promise<FormVersion> {
    const { id, number = '' } = req.params
    const isNumber = /^[1-9]\d{0,5}$/.test(String(number))
    const version = isUuid(id) && isNumber ? await findNumberedVersion(db, id, Number(number)) : undefined
    if (!version) throw new NotFound()
    return version
  }

  async function preview(req: Request, res: Response, number: number) {
    const version = await findVersion(req)
    const backHref = formPath(version.formId)
    const about = {
      which: `Version ${version.number}`,
      backHref,
      path: `${backHref}/versions/${version.number}`,
    }
    const shown = await previewOf(version, about, { number, evaluator })
    if (!shown) throw new NotFound()
    res.render('forms/library/preview', { preview: shown })
  }

  router.get('/practice/forms/:id/versions/:number', dietitian, async (req, res) => {
    await preview(req, res, 1)
  })

  router.get('/practice/forms/:id/versions/:number/sections/:section', dietitian, async (req, res) => {
    await preview(req, res, Number(req.params.section))
  })

  router.get('/practice/forms/:id/versions/:number/questionnaire.json', dietitian, async (req, res) => {
    const version = await findVersion(req)
    const text = await findDefinitionText(db, version.id)
    res.attachment(fileName(version)).type('application/fhir+json').send(text)
  })

  return router
}
