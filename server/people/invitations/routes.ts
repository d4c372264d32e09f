import { type Request, type Response, Router } from 'express'
import type { Deps } from '../../deps.ts'
import { owner, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm } from '../../web/form.ts'
import { recently } from '../../web/recently.ts'
import { invitationForm } from '../forms.ts'
import { invite, listTypes, sendAgain, withdrawInvitation } from './store.ts'

const PATH = '/practice/settings/people'

const taken = {
  account: 'Somebody in the practice has this address already.',
  client: 'This is the address of a client. Please use another one.',
  invited: 'An invitation to this address is open already. You can send it again from the list.',
}

/** Asks somebody to work in the practice, by a link in a mail. */
export function invitationRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'jobs'>): Router {
  const { db, clock } = deps
  const router = Router()
  const form = `${PATH}/new`

  async function show(res: Response, typed: Form, chosen: string[]) {
    const types = await listTypes(db)
    res.render('people/new', {
      form: typed,
      types: types.map((type) => ({ ...type, isChosen: chosen.includes(type.id) })),
    })
  }

  router.get('/practice/settings/people/new', owner, recently(deps), (_req, res) =>
    show(res, emptyForm({ charts: 'own' }), []),
  )

  router.post('/practice/settings/people', owner, recently(deps, form), postedForm, async (req, res) => {
    const read = readForm(invitationForm, req.body)
    const chosen = [req.body?.types ?? []].flat().map(String)
    if (!read.ok) return show(res.status(422), read.form, chosen)
    const { name, email, charts, owner: isOwner, types: typeIds } = read.value
    const { accountId: invitedBy } = signedInDietitian(req)
    const invitation = { name, email, isOwner, seesAllCharts: charts === 'all', typeIds, invitedBy }
    const holder = await invite(deps, invitation, clock.now())
    if (holder) return show(res.status(422), refusedForm(req.body, 'email', taken[holder]), chosen)
    res.redirect(303, `${PATH}?done=invited`)
  })

  const idOf = ({ params }: Request): string => {
    if (!isUuid(params.id)) throw new NotFound()
    return params.id
  }

  router.post(
    '/practice/settings/people/invitations/:id/sending',
    owner,
    recently(deps, PATH),
    postedForm,
    async (req, res) => {
      const { accountId: by } = signedInDietitian(req)
      if (!(await sendAgain(deps, { id: idOf(req), by }, clock.now()))) throw new NotFound()
      res.redirect(303, `${PATH}?done=again`)
    },
  )

  router.post('/practice/settings/people/invitations/:id/withdrawal', owner, postedForm, async (req, res) => {
    const { accountId: by } = signedInDietitian(req)
    if (!(await withdrawInvitation(deps, { id: idOf(req), by }, clock.now()))) throw new NotFound()
    res.redirect(303, `${PATH}?done=withdrawn`)
  })

  return router
}
