import { Router } from 'express'
import { dateOf } from '../../chart/links.ts'
import type { Deps } from '../../deps.ts'
import { client, dietitian, signedInClient, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { isUuid, postedForm, readPage } from '../../web/form.ts'
import { listAddenda, openAddendum } from '../addenda/store.ts'
import { notePath, recordPage, signerWords } from '../pages.ts'
import { findSharedNote, noteOf, openNote } from '../store.ts'
import { listShared, PAGE, shareNote, unshareNote } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>

/** A signed note is shared with its client, or no longer. */
export function sharingRoutes(deps: Needs & Pick<Deps, 'jobs'>): Router {
  const { db, clock } = deps
  const router = Router()

  router.post('/practice/notes/:id/sharing', dietitian, postedForm, async (req, res) => {
    const { id } = req.params
    const reader = signedInDietitian(req)
    const shared = isUuid(id) ? await shareNote(deps, { id, ...reader }, clock.now()) : undefined
    if (!isUuid(id) || !shared) throw new NotFound()
    res.redirect(303, `${notePath(id)}?done=${shared === 'first' ? 'shared' : 'shared-again'}`)
  })

  router.post('/practice/notes/:id/unsharing', dietitian, postedForm, async (req, res) => {
    const reader = signedInDietitian(req)
    const { id } = await noteOf(db, req.params.id, reader)
    await unshareNote(deps, { id, ...reader }, clock.now())
    res.redirect(303, `${notePath(id)}?done=unshared`)
  })

  return router
}

/** What the practice shared with a client, for them to read. */
export function sharedNoteRoutes(deps: Needs): Router {
  const { db } = deps
  const router = Router()

  router.get('/my/notes', client, async (req, res) => {
    const page = readPage(req.query.page)
    const { zone } = res.locals.practice
    const found = await listShared(db, signedInClient(req).clientId, page)
    res.render('notes/shared-list', {
      notes: found.slice(0, PAGE).map(({ id, signedAt, signerName, signerCredentials }) => ({
        href: `/my/notes/${id}`,
        title: `Note of ${dateOf(signedAt, zone)}`,
        by: signerWords(signerName, signerCredentials),
      })),
      newer: page > 0 ? `/my/notes?page=${page}` : null,
      older: found.length > PAGE ? `/my/notes?page=${page + 2}` : null,
    })
  })

  router.get('/my/notes/:id', client, async (req, res) => {
    const { id } = req.params
    const { accountId, clientId } = signedInClient(req)
    const note = isUuid(id) ? await findSharedNote(db, id, clientId) : undefined
    if (!note) throw new NotFound()
    const added = (await listAddenda(db, note.id))
      .filter(({ signedAt }) => signedAt !== null)
      .map((addendum) => ({ addendum, opened: openAddendum(deps, addendum, accountId) }))
    const opened = openNote(deps, note, accountId)
    res.render('notes/shared', { note: recordPage(note, opened, added, res.locals.practice.zone) })
  })

  return router
}
