import { type Request, type Response, Router } from 'express'
import { recordReading } from '../../audit/store.ts'
import { DAY } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { emptyForm, type Form, postedForm, readForm, readPage, refusedForm } from '../../web/form.ts'
import { headOf } from '../beside/store.ts'
import { type Content, emptyContent } from '../content.ts'
import { beginForm } from '../forms.ts'
import { draftsPage, likelyVisit, listPage, notePath, visitsPage } from '../pages.ts'
import { findLastNote, listDraftNotes, listNotes, openNote, PAGE, type Reader } from '../store.ts'
import { contentIn, findPiece, listNames } from '../templates/store.ts'
import { beginNote, listVisits } from './store.ts'

const STRANGER = 'Please choose among the appointments of this page.'
const ARCHIVED = 'They are in the archive. Please take them out of it first: then you can write a note.'
const NO_TEMPLATE = 'This template is no longer there, or can’t be read. Please choose how to begin.'

/** The notes of a client, and the beginning of a new one. */
export function notesRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  async function show(req: Request, res: Response, { form, notice }: { form?: Form; notice?: string } = {}) {
    const { zone } = res.locals.practice
    const now = clock.now()
    const reader = signedInDietitian(req)
    const page = req.method === 'GET' ? readPage(req.query.page) : 0
    const client = await headOf(deps, { clientId: req.params.id, tab: 'notes', reader }, { zone, now })
    const { accountId } = reader
    await recordReading(
      deps,
      { accountId, action: 'chart.read', clientId: client.id, subjectId: client.id },
      now,
    )
    const [found, visits, templates] = await Promise.all([
      listNotes(db, client.id, reader, page),
      listVisits(db, { clientId: client.id, accountId: reader.accountId, until: now + DAY }),
      listNames(db, 'note_templates'),
    ])
    const { options, likely } = visitsPage(visits, zone)
    res.render('notes/list', {
      client,
      notes: listPage(found, { page, size: PAGE }, { clientId: client.id, zone }),
      visits: options,
      templates,
      form: form ?? emptyForm({ appointment: likely }),
      notice: notice ?? null,
    })
  }

  router.get('/practice/clients/:id/notes', dietitian, (req, res) => show(req, res))

  /** What a new note begins with; undefined when there is no such template. */
  async function contentFrom(from: string, clientId: string, reader: Reader): Promise<Content | undefined> {
    const { accountId } = reader
    if (from === '') return emptyContent
    if (from === 'last') {
      const last = await findLastNote(db, { clientId }, reader)
      return (last && openNote(deps, last, accountId).content) ?? emptyContent
    }
    const template = await findPiece(deps, 'note_templates', { id: from, accountId })
    return (template && contentIn(template)) ?? undefined
  }

  /** Who begins from elsewhere is not asked: it is about the latest appointment, while that has no note. */
  async function chosen(req: Request, clientId: string, appointment: string): Promise<string | null> {
    if (req.body?.appointment !== undefined) return appointment || null
    const { accountId } = signedInDietitian(req)
    const visits = await listVisits(db, { clientId, accountId, until: clock.now() + DAY })
    return likelyVisit(visits) || null
  }

  router.post('/practice/clients/:id/notes', dietitian, postedForm, async (req, res) => {
    const reader = signedInDietitian(req)
    const at = { zone: res.locals.practice.zone, now: clock.now() }
    const { id: clientId, isArchived } = await headOf(
      deps,
      { clientId: req.params.id, tab: 'notes', reader },
      at,
    )
    if (isArchived) return show(req, res.status(409), { notice: ARCHIVED })
    const read = readForm(beginForm, req.body)
    if (!read.ok) return show(req, res.status(422), { form: read.form })
    const { from, appointment } = read.value
    const content = await contentFrom(from, clientId, reader)
    if (!content) return show(req, res.status(422), { form: refusedForm(req.body, 'from', NO_TEMPLATE) })
    const about = { clientId, appointmentId: await chosen(req, clientId, appointment), content }
    const begun = await beginNote(deps, { ...reader, ...about }, at.now)
    if (!begun) return show(req, res.status(422), { form: refusedForm(req.body, 'appointment', STRANGER) })
    res.redirect(303, `${notePath(begun.id)}${begun.isNew ? '' : '?begun=before'}`)
  })

  router.get('/practice/notes', dietitian, async (req, res) => {
    const drafts = await listDraftNotes(db, signedInDietitian(req).accountId)
    res.render('notes/drafts', { drafts: draftsPage(drafts, res.locals.practice.zone) })
  })

  return router
}
