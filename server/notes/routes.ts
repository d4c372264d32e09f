import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { recordReading } from '../audit/store.ts'
import { chartPath } from '../chart/links.ts'
import { signsBeside } from '../chart/signs.ts'
import { summaryPage } from '../chart/summary/page.ts'
import { DAY } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { listSigns, openSign } from '../signs/store.ts'
import { dietitian, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import {
  emptyForm,
  type Form,
  isUuid,
  postedForm,
  postedNote,
  readForm,
  refusedForm,
  typedForm,
} from '../web/form.ts'
import { listVisits } from './beginning/store.ts'
import { headAndSummary } from './beside/store.ts'
import { type Content, changesBetween, emptyContent } from './content.ts'
import { contentOf, noteForm, valuesOf } from './forms.ts'
import { lastPage, notePath, notesPath, savedWords, visitsPage } from './pages.ts'
import { createShowRecord } from './reading/routes.ts'
import { findLastNote, findNote, type Note, noteOf, openNote } from './store.ts'
import { listSnippets } from './templates/store.ts'
import { discardNote, type Saved, saveNote } from './writing/store.ts'

const BEGUN_BEFORE = 'You had begun a note for this already. Here it is, as you left it.'
const refusals = {
  stranger: 'Please choose among the appointments of this page.',
  taken: 'You have begun another note about this appointment. Please choose another one.',
}

type Changes = ReturnType<typeof changesBetween>

/** `base`: the revision that is known now, where it is another than the page was posted with. */
type Said = { form?: Form; conflict?: Changes; base?: number; notice?: string }

/** A note is written by its author alone, and read by the practice once it is signed. */
export function noteRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()
  const showRecord = createShowRecord(deps)

  /** What one wants to have before one's eyes while writing. */
  async function readBeside(req: Request, note: Note, zone: string) {
    const reader = signedInDietitian(req)
    const { accountId } = reader
    const { clientId, appointmentId: keptId } = note
    const now = clock.now()
    const [{ client, intake, told }, visits, last, snippets, signs] = await Promise.all([
      headAndSummary(deps, { clientId, reader }, { zone, now }),
      listVisits(db, { clientId, accountId, until: now + DAY, keptId }),
      findLastNote(db, { clientId, exceptId: note.id }, reader),
      listSnippets(deps, accountId),
      listSigns(db, clientId),
    ])
    const opened = signs.map((sign) => openSign(deps, sign, accountId))
    return {
      client,
      signs: signsBeside(opened, { clientId, zone }, told),
      visits: visitsPage(visits, zone).options,
      snippets,
      last: last ? lastPage(last, openNote(deps, last, accountId), zone) : null,
      summary: intake ? summaryPage(intake, { clientId, zone }) : null,
      summaryHref: `${chartPath(clientId)}/summary`,
    }
  }

  async function showEditor(req: Request, res: Response, note: Note, said: Said = {}): Promise<void> {
    const { accountId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const now = clock.now()
    const beside = await readBeside(req, note, zone)
    const { content, text } = openNote(deps, note, accountId)
    await recordReading(
      deps,
      { accountId, action: 'note.read', subjectId: note.id, clientId: note.clientId },
      now,
    )
    const values = { ...valuesOf(content ?? emptyContent), appointment: note.appointmentId ?? '' }
    res.render('notes/editor', {
      ...beside,
      note: {
        path: notePath(note.id),
        base: said.base ?? note.revision,
        page: randomUUID(),
        saved: note.revision === 0 ? '' : savedWords(note.savedAt, zone, now),
        unreadable: content ? null : text,
      },
      form: said.form ?? emptyForm(values),
      conflict: said.conflict ?? null,
      notice: said.notice ?? null,
    })
  }

  router.get('/practice/notes/:id', dietitian, async (req, res) => {
    const note = await noteOf(db, req.params.id, signedInDietitian(req))
    if (note.signedAt !== null) return showRecord(req, res, note, 'note')
    await showEditor(req, res, note, { notice: req.query.begun === 'before' ? BEGUN_BEFORE : undefined })
  })

  /** Signed in another tab meanwhile: what was typed is shown once more, and is not part of it. */
  function tellSigned(req: Request, res: Response, note: Note, typed: Changes) {
    const path = notePath(note.id)
    if (wantsJson(req)) return void res.status(409).json({ conflict: true, signed: path })
    res.status(409).render('notes/late', { path, client: note.clientName, typed })
  }

  /** Discarded in another tab meanwhile, or never there: what was typed is shown once more, to whoever typed it. */
  function tellGone(req: Request, res: Response) {
    if (wantsJson(req)) return void res.status(404).json({ gone: true })
    const read = readForm(noteForm, req.body)
    const typed = read.ok ? changesBetween(emptyContent, contentOf(read.value)) : []
    if (typed.length === 0) throw new NotFound()
    res.status(404).render('notes/gone', { typed })
  }

  router.post('/practice/notes/:id', dietitian, postedNote, async (req, res) => {
    const { id } = req.params
    const find = async () => (isUuid(id) ? findNote(db, id, signedInDietitian(req)) : undefined)
    const note = await find()
    if (!note) return tellGone(req, res)
    const read = readForm(noteForm, req.body)
    if (!read.ok) {
      if (wantsJson(req)) return void res.status(422).json({ errors: read.form.errors })
      if (note.signedAt !== null) return res.redirect(303, notePath(note.id))
      return showEditor(req, res.status(422), note, { form: read.form })
    }
    const { appointment, base, page, turn } = read.value
    const mine = contentOf(read.value)
    const posted = { base, page, turn, isQuiet: wantsJson(req) }
    const saving = { id: note.id, content: mine, appointmentId: appointment || null, ...posted }
    const saved = await saveNote(deps, saving, signedInDietitian(req), clock.now())
    if (saved.kind === 'gone')
      return (await find())
        ? tellSigned(req, res, note, changesBetween(emptyContent, mine))
        : tellGone(req, res)
    if (wantsJson(req)) return tell(res, saved, mine)
    await answer(req, res, { note, mine, saved })
  })

  type Answered = { note: Note; mine: Content; saved: Exclude<Saved, { kind: 'gone' }> }

  async function answer(req: Request, res: Response, { note, mine, saved }: Answered): Promise<void> {
    if (saved.kind === 'changed') {
      const conflict = changesBetween(saved.theirs, mine)
      const said = { form: typedForm(req.body), conflict, base: saved.note.revision }
      return showEditor(req, res.status(409), saved.note, said)
    }
    if (saved.kind === 'unreadable') return showEditor(req, res.status(409), note)
    if (saved.kind !== 'saved') {
      const form = refusedForm(req.body, 'appointment', refusals[saved.kind])
      return showEditor(req, res.status(422), note, { form })
    }
    const path = notePath(note.id)
    const { go } = req.body
    if (go === 'sign') return res.redirect(303, `${path}/signature`)
    res.redirect(303, go === 'later' ? notesPath(note.clientId) : path)
  }

  /** To a save while typing: no word of the note itself. */
  function tell(res: Response, saved: Exclude<Saved, { kind: 'gone' }>, mine: Content): void {
    if (saved.kind === 'saved') {
      const { revision } = saved
      const now = clock.now()
      return void res.json({
        saved: savedWords(now, res.locals.practice.zone, now),
        revision,
        base: revision,
      })
    }
    if (saved.kind !== 'changed')
      return void res.status(422).json({ errors: [{ name: 'appointment', message: saved.kind }] })
    const changed = changesBetween(saved.theirs, mine).map(({ heading }) => heading)
    res.status(409).json({ conflict: true, changed, revision: saved.note.revision })
  }

  router.post('/practice/notes/:id/discarding', dietitian, postedForm, async (req, res) => {
    const { id } = req.params
    const gone = isUuid(id) ? await discardNote(deps, id, signedInDietitian(req), clock.now()) : undefined
    if (gone) return res.redirect(303, notesPath(gone.clientId))
    const note = await noteOf(db, id, signedInDietitian(req))
    res.redirect(303, notePath(note.id))
  })

  return router
}

const wantsJson = (req: Request): boolean => req.get('accept') === 'application/json'
