import { type Request, type Response, Router } from 'express'
import { zoneRegions } from '../../availability/regions.ts'
import { isZone, localDate } from '../../availability/zones.ts'
import {
  archiveClient,
  changeDetails,
  type Details,
  findByEmail,
  findDetails,
  type Particulars,
  restoreClient,
} from '../../clients/store.ts'
import { dietitian, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import {
  emptyForm,
  type Form,
  postedForm,
  type Read,
  readForm,
  refusedForm,
  typedForm,
} from '../../web/form.ts'
import { doneWords } from '../done.ts'
import { chartPath, dateOf } from '../links.ts'
import { createHead, findInPath, type Needs } from '../routes.ts'
import { differences } from './differences.ts'
import { detailsForm, detailsOfAccountForm } from './forms.ts'

const NOT_BORN = 'This date of birth is still to come.'
const KNOWN = 'Another client has this e-mail already.'
const UNKNOWN = 'Please choose a dietitian from the list.'
const COMING = 'They have an appointment to come. Please cancel it first, or wait until it is over.'

/** Without an e-mail: of somebody who signs in. */
type ReadDetails = Read<Omit<Particulars, 'email'> & { email?: string; revision: number; dietitian: string }>

type Said = {
  form?: Form
  /** The details as they are now differ from those on the page that was sent. */
  isChanged?: boolean
  same?: { id: string; name: string }
}

/** Who a client is: what is known of them, and whether they are in the archive. */
export function detailsRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()
  const findHead = createHead(deps, 'details')

  async function find(req: Request): Promise<Details> {
    const { id: clientId } = await findInPath(deps, req)
    const { dietitianId } = signedInDietitian(req)
    const found = await findDetails(db, { clientId, dietitianId })
    if (!found) throw new NotFound()
    return found
  }

  async function show(req: Request, res: Response, said: Said = {}) {
    const client = await findHead(req, res)
    const details = await find(req)
    const form = said.form ?? emptyForm(valuesOf(details))
    res.render('chart/details', {
      client,
      form,
      revision: details.revision,
      fixedEmail: details.hasAccount ? details.email : '',
      colleagues: details.colleagues,
      regions: zoneRegions(isZone(form.value('zone')) ? form.value('zone') : details.zone, clock.now()),
      since: dateOf(details.since, res.locals.practice.zone),
      said: req.method === 'GET' ? doneWords(req.query.done, client) : '',
      archived: details.archivedAt === null ? null : dateOf(details.archivedAt, res.locals.practice.zone),
      changes: said.isChanged ? differences(valuesOf(details), form, details) : null,
      same: said.same ? { name: said.same.name, href: chartPath(said.same.id) } : null,
    })
  }

  router.get('/practice/clients/:id/details', dietitian, (req, res) => show(req, res))

  router.post('/practice/clients/:id/details', dietitian, postedForm, async (req, res) => {
    const details = await find(req)
    const { id: clientId, hasAccount } = details
    const read: ReadDetails = hasAccount
      ? readForm(detailsOfAccountForm, req.body)
      : readForm(detailsForm, req.body)
    if (!read.ok) return show(req, res.status(422), { form: read.form })
    const now = clock.now()
    const refuse = (field: string, message: string) => refusedForm(req.body, field, message)
    if (read.value.born !== null && read.value.born > localDate(now, res.locals.practice.zone))
      return show(req, res.status(422), { form: refuse('born', NOT_BORN) })
    const { accountId, dietitianId } = signedInDietitian(req)
    const typed = read.value.email ?? details.email
    const email = typed === details.email ? undefined : typed
    const chosen = chosenDietitian(
      req.body?.dietitian === undefined ? undefined : read.value.dietitian,
      details,
    )
    if (chosen === 'unknown') return show(req, res.status(422), { form: refuse('dietitian', UNKNOWN) })
    const { dietitian: _, ...typedDetails } = read.value
    const change = { ...typedDetails, email, clientId, accountId, dietitianId, ...chosen }
    const outcome = await changeDetails(deps, change, now)
    if (outcome === 'changed') return res.redirect(303, `${chartPath(clientId)}/details?done=saved`)
    if (outcome === 'changed-since')
      return show(req, res.status(409), { form: typedForm(req.body), isChanged: true })
    const same = await findByEmail(db, typed, dietitianId)
    show(req, res.status(409), { form: refuse('email', KNOWN), same })
  })

  router.post('/practice/clients/:id/archiving', dietitian, postedForm, async (req, res) => {
    const { id: clientId, isArchived } = await findInPath(deps, req)
    const isDone =
      isArchived || (await archiveClient(deps, { ...signedInDietitian(req), clientId }, clock.now()))
    if (isDone) return res.redirect(303, `${chartPath(clientId)}/details?done=archived`)
    const details = await find(req)
    const about = { ...valuesOf(details), revision: String(details.revision) }
    show(req, res.status(409), { form: refusedForm(about, 'archiving', COMING) })
  })

  router.post('/practice/clients/:id/unarchiving', dietitian, postedForm, async (req, res) => {
    const { id: clientId } = await findInPath(deps, req)
    await restoreClient(deps, { ...signedInDietitian(req), clientId }, clock.now())
    res.redirect(303, `${chartPath(clientId)}?done=restored`)
  })

  return router
}

/** Whose client they are to be; nothing when whoever saves has no say in it, or said nothing. */
function chosenDietitian(
  id: string | undefined,
  { colleagues }: Details,
): { ownDietitianId?: string | null } | 'unknown' {
  if (!colleagues || id === undefined) return {}
  if (id === '') return { ownDietitianId: null }
  return colleagues.some((one) => one.id === id) ? { ownDietitianId: id } : 'unknown'
}

const valuesOf = ({
  name,
  email,
  phone,
  zone,
  pronouns,
  born,
  dietitianId,
}: Details): Record<string, string> => ({
  name,
  email,
  phone,
  zone,
  pronouns,
  born: born ?? '',
  dietitian: dietitianId ?? '',
})
