import { type Request, type Response, Router } from 'express'
import { recordReading } from '../../audit/store.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { listAddenda, openAddendum } from '../addenda/store.ts'
import { headOf } from '../beside/store.ts'
import { doneWords } from '../done.ts'
import { recordPage } from '../pages.ts'
import { type Note, noteOf, openNote } from '../store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>

/** Shows a signed note with its addenda, on the screen or for paper; that it is read is noted before it is shown. */
export function createShowRecord(deps: Needs) {
  const { db, clock } = deps

  return async function show(req: Request, res: Response, note: Note, view: 'note' | 'print'): Promise<void> {
    const reader = signedInDietitian(req)
    const { accountId } = reader
    const { zone } = res.locals.practice
    const now = clock.now()
    const { clientId } = note
    const [addenda, client] = await Promise.all([
      listAddenda(db, note.id),
      view === 'note' ? headOf(deps, { clientId, tab: null, reader }, { zone, now }) : null,
    ])
    const action = view === 'note' ? 'note.read' : 'note.printed'
    await recordReading(deps, { accountId, action, subjectId: note.id, clientId }, now)
    const added = addenda
      .filter(({ signedAt }) => signedAt !== null)
      .map((addendum) => ({ addendum, opened: openAddendum(deps, addendum, accountId) }))
    const draft = addenda.find(({ signedAt }) => signedAt === null)
    const isShared = note.sharedAt !== null
    res.render(`notes/${view}`, {
      client,
      said: doneWords(req.query.done, { clientName: client?.name ?? '', isShared }),
      note: recordPage(note, openNote(deps, note, accountId), added, zone),
      draft: draft
        ? { isOwn: draft.authorId === accountId, by: draft.authorName, isLeft: draft.isAuthorGone }
        : null,
    })
  }
}

/** A signed note and its addenda in order, on paper. */
export function printRoutes(deps: Needs): Router {
  const router = Router()
  const show = createShowRecord(deps)

  router.get('/practice/notes/:id/print', dietitian, async (req, res) => {
    const note = await noteOf(deps.db, req.params.id, signedInDietitian(req))
    if (note.signedAt === null) throw new NotFound()
    await show(req, res, note, 'print')
  })

  return router
}
