import { type Request, type Response, Router } from 'express'
import { findWaysAgain, proveAgain } from '../../accounts/again/store.ts'
import type { SignInKind } from '../../accounts/limits.ts'
import { optionsToSign, siteOf } from '../../accounts/passkeys/ceremony.ts'
import { findSigner, listPasskeys } from '../../accounts/passkeys/store.ts'
import type { Deps } from '../../deps.ts'
import { dietitian, signedInAccount, signedInDietitian } from '../../web/access.ts'
import { emptyForm, type Form, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { keepChallenge, takeChallenge } from '../../web/session.ts'
import type { Tries } from '../../web/tries.ts'
import { missingIn, sectionsOf } from '../content.ts'
import { passkeySignForm, signForm } from '../forms.ts'
import { aboutWords, notePath } from '../pages.ts'
import { type Note, noteOf, openNote } from '../store.ts'
import { findAppointment, type Signed, signNote } from './store.ts'

export type SigningNeeds = Pick<Deps, 'db' | 'clock' | 'sealer' | 'log' | 'config'> & {
  tries: Tries<SignInKind>
}

/** The revision that was shown, once it is known that it is still them; or the form with what was wrong. */
type Proved = { base: number } | { form: Form }

const NOT_OURS = 'This passkey could not be used here. Please try again, or sign another way.'

/** Signing always asks who it is, by the password or by a passkey, however lately somebody has signed in. */
export function createProof(needs: SigningNeeds) {
  const { db, clock, config } = needs
  const siteFor = (res: Response) => siteOf(config.baseUrl, res.locals.practice.name)

  return {
    findWays: (req: Request) => findWaysAgain(db, signedInAccount(req)),

    async byPassword(req: Request): Promise<Proved> {
      const read = readForm(signForm, req.body)
      if (!read.ok) return { form: read.form }
      const wrong = await proveAgain(needs, signedInAccount(req), read.value, clock.now())
      return wrong ? { form: refusedForm({}, wrong.name, wrong.message) } : { base: read.value.base }
    },

    /** @param what is signed: an answer to this is good for nothing else */
    async ask(req: Request, res: Response, what: string): Promise<void> {
      const known = await listPasskeys(db, signedInAccount(req).id)
      const options = await optionsToSign(siteFor(res), known)
      await keepChallenge(req, options.challenge, `sign ${what}`)
      res.json(options)
    },

    async byPasskey(req: Request, res: Response, what: string): Promise<Proved> {
      const read = readForm(passkeySignForm, req.body)
      const challenge = await takeChallenge(req, `sign ${what}`)
      const { response = '', base = 0 } = read.ok ? read.value : {}
      const signer = await findSigner(db, siteFor(res), { challenge, response }, clock.now())
      return signer === signedInAccount(req).id ? { base } : { form: refusedForm({}, 'password', NOT_OURS) }
    },
  }
}

export const whyNotSigned = {
  changed:
    'It was changed since you opened this page, perhaps in another tab. This is how it stands now: please read it again before you sign.',
  incomplete: 'Something is still missing. Please complete it first.',
  unreadable: 'It can’t be read right now, so it can’t be signed.',
}

/** The author looks a draft over and signs it. */
export function signingRoutes(needs: SigningNeeds): Router {
  const { db, clock } = needs
  const router = Router()
  const proof = createProof(needs)

  async function show(req: Request, res: Response, note: Note, form = emptyForm(), notice?: string) {
    const { content, text } = openNote(needs, note, signedInDietitian(req).accountId)
    const { ways, email } = await proof.findWays(req)
    const about = await findAppointment(db, note)
    const { zone } = res.locals.practice
    const path = notePath(note.id)
    res.render('notes/sign', {
      signing: {
        what: 'note',
        title: `Note: ${note.clientName}`,
        about: about
          ? aboutWords({ ...about, startsAt: Date.parse(about.startsAt) }, zone)
          : 'No appointment',
        path,
        back: path,
        base: note.revision,
        sections: content ? sectionsOf(content) : [],
        unreadable: content ? null : text,
        missing: content ? missingIn(content) : [],
      },
      client: note.clientName,
      ways,
      email,
      form,
      notice: notice ?? null,
    })
  }

  router.get('/practice/notes/:id/signature', dietitian, async (req, res) => {
    const note = await noteOf(db, req.params.id, signedInDietitian(req))
    if (note.signedAt !== null) return res.redirect(303, notePath(note.id))
    await show(req, res, note)
  })

  async function answer(req: Request, res: Response, note: Note, signed: Signed) {
    if (signed === 'signed' || signed === 'already') return res.redirect(303, notePath(note.id))
    const again = await noteOf(db, note.id, signedInDietitian(req))
    if (signed === 'gone') return res.redirect(303, notePath(again.id))
    await show(req, res.status(signed === 'incomplete' ? 422 : 409), again, emptyForm(), whyNotSigned[signed])
  }

  async function sign(req: Request, res: Response, prove: () => ReturnType<typeof proof.byPassword>) {
    const reader = signedInDietitian(req)
    const note = await noteOf(db, req.params.id, reader)
    if (note.signedAt !== null) return res.redirect(303, notePath(note.id))
    const { content } = openNote(needs, note, reader.accountId)
    if (content && missingIn(content).length > 0) return answer(req, res, note, 'incomplete')
    const proved = await prove()
    if ('form' in proved) return show(req, res.status(422), note, proved.form)
    const signed = await signNote(needs, { ...reader, id: note.id, base: proved.base }, clock.now())
    await answer(req, res, note, signed)
  }

  router.post('/practice/notes/:id/signature', dietitian, postedForm, (req, res) =>
    sign(req, res, () => proof.byPassword(req)),
  )

  router.post('/practice/notes/:id/signature/passkey/options', dietitian, postedForm, async (req, res) => {
    const { id } = await noteOf(db, req.params.id, signedInDietitian(req))
    await proof.ask(req, res, `note ${id}`)
  })

  router.post('/practice/notes/:id/signature/passkey', dietitian, postedForm, (req, res) =>
    sign(req, res, () => proof.byPasskey(req, res, `note ${req.params.id}`)),
  )

  return router
}
