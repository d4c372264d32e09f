import { type Request, type RequestHandler, type Response, Router } from 'express'
import { findWaysAgain, proveAgain } from '../accounts/again/store.ts'
import type { SignInKind } from '../accounts/limits.ts'
import { recordReading } from '../audit/store.ts'
import { localDate } from '../availability/zones.ts'
import type { Deps } from '../deps.ts'
import { owner, signedInAccount, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm, typedForm } from '../web/form.ts'
import { recently } from '../web/recently.ts'
import type { Tries } from '../web/tries.ts'
import { erasureForm } from './forms.ts'
import { erasurePage, erasurePath, isSameName } from './page.ts'
import { eraseClient, findErasure } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer'> & { tries: Tries<SignInKind> }

const OTHER_NAME = 'This is not their name as it stands above.'

/** Deleting a client for good: by an owner, who types the name and shows once more who they are. */
export function erasureRoutes(needs: Needs): Router {
  const { db, clock } = needs
  const router = Router()

  /** Whoever has no password shows it by signing in again. */
  const proved: RequestHandler = async (req, res, next) => {
    const { ways } = await findWaysAgain(db, signedInAccount(req))
    if (ways.password) return next()
    const { id } = req.params
    recently(needs, isUuid(id) ? erasurePath(id) : undefined)(req, res, next)
  }

  const asked = (req: Request, res: Response) => {
    const { id: clientId } = req.params
    if (!isUuid(clientId)) throw new NotFound()
    const today = localDate(clock.now(), res.locals.practice.zone)
    return { ...signedInDietitian(req), clientId, today }
  }

  async function find(req: Request, res: Response) {
    const found = await findErasure(db, asked(req, res), clock.now())
    if (!found) throw new NotFound()
    return found
  }

  async function show(req: Request, res: Response, form: Form = emptyForm()) {
    const found = await find(req, res)
    const { ways, email } = await findWaysAgain(db, signedInAccount(req))
    const { accountId } = signedInDietitian(req)
    const clientId = found.client.id
    const entry = { accountId, action: 'chart.read', clientId, subjectId: clientId } as const
    await recordReading(needs, entry, clock.now())
    res.render('erasure/client', {
      erasure: erasurePage(found, res.locals.practice.zone),
      ways,
      email,
      form,
    })
  }

  router.get('/practice/clients/:id/erasure', owner, proved, (req, res) => show(req, res))

  router.post('/practice/clients/:id/erasure', owner, proved, postedForm, async (req, res) => {
    const { client } = await find(req, res)
    const refuse = (status: number, form: Form) => show(req, res.status(status), form)
    const read = readForm(erasureForm, req.body)
    if (!read.ok) return refuse(422, withoutSecrets(read.form))
    const { name: typedName } = read.value
    const mistyped = refusedForm({ name: typedName }, 'name', OTHER_NAME)
    if (!isSameName(typedName, client.name)) return refuse(422, mistyped)
    const account = signedInAccount(req)
    const { ways } = await findWaysAgain(db, account)
    const wrong = ways.password ? await proveAgain(needs, account, read.value, clock.now()) : undefined
    if (wrong) return refuse(422, refusedForm({ name: typedName }, wrong.name, wrong.message))
    const erased = await eraseClient(needs, { ...asked(req, res), typedName }, clock.now())
    if (erased === 'none') throw new NotFound()
    if (erased === 'gone') return res.redirect(303, '/practice/clients?done=deleted')
    if (erased === 'reduced') return res.redirect(303, erasurePath(client.id))
    await refuse(409, erased === 'name' ? mistyped : typedForm({ name: typedName }))
  })

  return router
}

const withoutSecrets = (form: Form): Form => ({
  ...form,
  value: (name) => (name === 'name' ? form.value(name) : ''),
})
