import { type Request, type Response, Router } from 'express'
import { dietitian, signedInDietitian } from '../../../web/access.ts'
import { NotFound } from '../../../web/errors.ts'
import { emptyForm, postedForm } from '../../../web/form.ts'
import { notePath } from '../../pages.ts'
import { createProof, type SigningNeeds, whyNotSigned } from '../../signing/routes.ts'
import type { Signed } from '../../signing/store.ts'
import { type Note, noteOf } from '../../store.ts'
import { addendaPath } from '../routes.ts'
import { type Addendum, listAddenda, missingInAddendum, openAddendum, signAddendum } from '../store.ts'

/** The author looks a draft of an addendum over and signs it. */
export function addendumSigningRoutes(needs: SigningNeeds): Router {
  const { db, clock } = needs
  const router = Router()
  const proof = createProof(needs)

  /** The note in the path and the reader's own draft of an addendum to it. */
  async function find(req: Request): Promise<{ note: Note; draft: Addendum | undefined }> {
    const reader = signedInDietitian(req)
    const note = await noteOf(db, req.params.id, reader)
    if (note.signedAt === null) throw new NotFound()
    const addenda = await listAddenda(db, note.id)
    const isOwn = ({ signedAt, authorId }: Addendum) => signedAt === null && authorId === reader.accountId
    return { note, draft: addenda.find(isOwn) }
  }

  type Shown = { note: Note; draft: Addendum }

  async function show(
    req: Request,
    res: Response,
    { note, draft }: Shown,
    form = emptyForm(),
    notice?: string,
  ) {
    const { content, text } = openAddendum(needs, draft, signedInDietitian(req).accountId)
    const { ways, email } = await proof.findWays(req)
    const path = addendaPath(note.id)
    const written = content ?? { reason: '', text: '' }
    res.render('notes/sign', {
      signing: {
        what: 'addendum',
        title: `Addendum ${draft.number}: ${note.clientName}`,
        about: null,
        path,
        back: path,
        base: draft.revision,
        sections: [
          { heading: 'Reason', texts: [written.reason].filter(Boolean) },
          { heading: 'Addendum', texts: [written.text].filter(Boolean) },
        ],
        unreadable: content ? null : text,
        missing: content ? missingInAddendum(content) : [],
      },
      client: note.clientName,
      ways,
      email,
      form,
      notice: notice ?? null,
    })
  }

  router.get('/practice/notes/:id/addenda/signature', dietitian, async (req, res) => {
    const { note, draft } = await find(req)
    if (!draft) return res.redirect(303, notePath(note.id))
    await show(req, res, { note, draft })
  })

  async function answer(req: Request, res: Response, signed: Signed) {
    const { note, draft } = await find(req)
    if (signed === 'signed' || signed === 'already' || signed === 'gone' || !draft)
      return res.redirect(303, notePath(note.id))
    const status = signed === 'incomplete' ? 422 : 409
    await show(req, res.status(status), { note, draft }, emptyForm(), whyNotSigned[signed])
  }

  async function sign(req: Request, res: Response, prove: () => ReturnType<typeof proof.byPassword>) {
    const reader = signedInDietitian(req)
    const { note, draft } = await find(req)
    if (!draft) return res.redirect(303, notePath(note.id))
    const { content } = openAddendum(needs, draft, reader.accountId)
    if (content && missingInAddendum(content).length > 0) return answer(req, res, 'incomplete')
    const proved = await prove()
    if ('form' in proved) return show(req, res.status(422), { note, draft }, proved.form)
    const signing = { ...reader, noteId: note.id, base: proved.base }
    await answer(req, res, await signAddendum(needs, signing, clock.now()))
  }

  router.post('/practice/notes/:id/addenda/signature', dietitian, postedForm, (req, res) =>
    sign(req, res, () => proof.byPassword(req)),
  )

  router.post(
    '/practice/notes/:id/addenda/signature/passkey/options',
    dietitian,
    postedForm,
    async (req, res) => {
      const { note } = await find(req)
      await proof.ask(req, res, `addendum ${note.id}`)
    },
  )

  router.post('/practice/notes/:id/addenda/signature/passkey', dietitian, postedForm, (req, res) =>
    sign(req, res, () => proof.byPasskey(req, res, `addendum ${req.params.id}`)),
  )

  return router
}
