import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { recordReading } from '../../audit/store.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, postedForm, postedNote, readForm, typedForm } from '../../web/form.ts'
import type { AddendumContent } from '../canonical.ts'
import { addendumForm } from '../forms.ts'
import { notePath, recordPage, savedWords } from '../pages.ts'
import { type Note, noteOf, openNote } from '../store.ts'
import {
  type Addendum,
  discardAddendum,
  listAddenda,
  openAddendum,
  type SavedAddendum,
  saveAddendum,
} from './store.ts'

const OVER =
  'The addendum that this page showed was signed or discarded meanwhile, in another tab. What you typed stands below; saving it begins the next one.'

type Said = { form?: Form; notice?: string; theirs?: AddendumContent; base?: number }

export const addendaPath = (noteId: string): string => `${notePath(noteId)}/addenda`

/** Who else writes an addendum: theirs is signed before the next begins. */
const otherWords = (name: string): string =>
  `${name} is writing an addendum to this note. One is signed before the next begins.`

/** A correction of a signed note: a draft with a reason, one at a time. */
export function addendumRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  /** The signed note that the path names. A draft of a note has no addenda. */
  async function findSignedNote(req: Request): Promise<Note> {
    const note = await noteOf(db, req.params.id, signedInDietitian(req))
    if (note.signedAt === null) throw new NotFound()
    return note
  }

  async function show(req: Request, res: Response, note: Note, said: Said = {}): Promise<void> {
    const { accountId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const addenda = await listAddenda(db, note.id)
    const draft = addenda.find(({ signedAt }) => signedAt === null)
    if (draft && draft.authorId !== accountId) return refuse(res, note, draft.authorName)
    const { id: subjectId, clientId } = note
    await recordReading(deps, { accountId, action: 'note.read', subjectId, clientId }, clock.now())
    const signed = addenda.filter(({ signedAt }) => signedAt !== null)
    const added = signed.map((addendum) => ({ addendum, opened: openAddendum(deps, addendum, accountId) }))
    const opened = draft && openAddendum(deps, draft, accountId)
    res.render('notes/addendum', {
      note: recordPage(note, openNote(deps, note, accountId), added, zone),
      addendum: pageOf({ note, draft, said }, zone),
      unreadable: opened && !opened.content ? opened.text : null,
      form: said.form ?? emptyForm({ ...opened?.content }),
      notice: said.notice ?? null,
      theirs: said.theirs ?? null,
    })
  }

  const pageOf = ({ note, draft, said }: { note: Note; draft?: Addendum; said: Said }, zone: string) => ({
    path: addendaPath(note.id),
    base: said.base ?? draft?.revision ?? 0,
    page: randomUUID(),
    saved: draft ? savedWords(draft.savedAt, zone, clock.now()) : '',
    isBegun: draft !== undefined,
  })

  const refuse = (res: Response, note: Note, authorName: string) =>
    res.status(409).render('notes/busy', {
      path: notePath(note.id),
      client: note.clientName,
      words: otherWords(authorName),
      typed: null,
    })

  router.get('/practice/notes/:id/addenda', dietitian, async (req, res) => {
    await show(req, res, await findSignedNote(req))
  })

  router.post('/practice/notes/:id/addenda', dietitian, postedNote, async (req, res) => {
    const note = await findSignedNote(req)
    const read = readForm(addendumForm, req.body)
    const isQuiet = req.get('accept') === 'application/json'
    if (!read.ok) {
      if (isQuiet) return void res.status(422).json({ errors: read.form.errors })
      return show(req, res.status(422), note, { form: read.form })
    }
    const { reason, text, base, page, turn } = read.value
    const saving = { noteId: note.id, content: { reason, text }, base, page, turn, isQuiet }
    const saved = await saveAddendum(deps, saving, signedInDietitian(req), clock.now())
    if (isQuiet) return tell(res, saved)
    await answer(req, res, note, saved)
  })

  function tell(res: Response, saved: SavedAddendum): void {
    if (saved.kind !== 'saved') return void res.status(409).json({ conflict: true, because: saved.kind })
    const { revision } = saved
    const now = clock.now()
    res.json({ saved: savedWords(now, res.locals.practice.zone, now), revision, base: revision })
  }

  async function answer(req: Request, res: Response, note: Note, saved: SavedAddendum): Promise<void> {
    const form = typedForm(req.body)
    if (saved.kind === 'saved') {
      const isDone = req.body?.go === 'sign'
      return res.redirect(303, isDone ? `${addendaPath(note.id)}/signature` : addendaPath(note.id))
    }
    if (saved.kind === 'theirs') {
      const typed = [form.value('reason'), form.value('text')].filter(Boolean).join('\n\n')
      const words = otherWords(saved.authorName)
      const page = { path: notePath(note.id), client: note.clientName, words, typed }
      return res.status(409).render('notes/busy', page)
    }
    if (saved.kind === 'over') return show(req, res.status(409), note, { form, base: 0, notice: OVER })
    if (saved.kind === 'changed')
      return show(req, res.status(409), note, { form, base: saved.revision, theirs: saved.theirs })
    await show(req, res.status(409), note)
  }

  router.post('/practice/notes/:id/addenda/discarding', dietitian, postedForm, async (req, res) => {
    const { id } = await findSignedNote(req)
    await discardAddendum(deps, { noteId: id, ...signedInDietitian(req) }, clock.now())
    res.redirect(303, notePath(id))
  })

  return router
}
