import { type Request, type Response, Router } from 'express'
import type { Deps } from '../deps.ts'
import { markOf, standsNow } from '../practice/meanwhile.ts'
import { owner, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readForm, refusedForm, typedForm } from '../web/form.ts'
import { recently } from '../web/recently.ts'
import { disablingForm, rightsForm } from './forms.ts'
import { listOpenInvitations } from './invitations/store.ts'
import { doneWords, invitationLine, personLine, personPage, rightsFields } from './pages.ts'
import {
  disablePerson,
  enablePerson,
  findPerson,
  findWork,
  listPeople,
  type Person,
  saveRights,
} from './store.ts'

const PATH = '/practice/settings/people'
const labels = { charts: 'Charts', owner: 'Owner' }

const LAST = 'They are the only owner, and a practice needs one. Please make somebody else an owner first.'
const SELF = 'You can’t close your own account. Please ask another owner.'

/** Who works in the practice, what they may see and do, and whether they may sign in. */
export function peopleRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer'>): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/practice/settings/people', owner, async (req, res) => {
    const { accountId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const [people, invitations] = await Promise.all([listPeople(db), listOpenInvitations(db)])
    res.render('people/list', {
      people: people.map((person) => personLine(person, accountId)),
      invitations: invitations.map((one) => invitationLine(one, zone, clock.now())),
      said: doneWords(req.query.done),
    })
  })

  async function find({ params }: Request): Promise<Person> {
    const person = isUuid(params.id) ? await findPerson(db, params.id) : undefined
    if (!person) throw new NotFound()
    return person
  }

  type Said = { form?: Form; isLate?: boolean; notice?: string }

  async function show(req: Request, res: Response, { form, isLate = false, notice }: Said = {}) {
    const person = await find(req)
    const { accountId } = signedInDietitian(req)
    const { zone } = res.locals.practice
    const stored = rightsFields(person)
    const shown = form ?? emptyForm(stored)
    res.render('people/person', {
      person: personPage(person, accountId, zone),
      work: await findWork(db, person.id, clock.now()),
      form: shown,
      base: isLate || !form ? markOf(stored) : form.value('base'),
      changed: isLate ? standsNow(labels, stored, shown.value).map(inWords) : null,
      said: req.method === 'GET' ? doneWords(req.query.done) : '',
      notice: notice ?? null,
    })
  }

  router.get('/practice/settings/people/:id', owner, (req, res) => show(req, res))

  router.post(
    '/practice/settings/people/:id/rights',
    owner,
    recently(deps, PATH),
    postedForm,
    async (req, res) => {
      const { id } = await find(req)
      const read = readForm(rightsForm, req.body)
      if (!read.ok) return show(req, res.status(422), { form: read.form })
      const { charts, owner: isOwner, base } = read.value
      const { accountId: by } = signedInDietitian(req)
      const rights = { seesAllCharts: charts === 'all', isOwner }
      const answer = await saveRights(deps, { id, by, base, rights }, clock.now())
      if (answer === 'gone') throw new NotFound()
      if (answer === 'last') return show(req, res.status(422), { form: refusedForm(req.body, 'owner', LAST) })
      if (answer === 'changed') return show(req, res.status(409), { form: typedForm(req.body), isLate: true })
      const isStillAllowed = by !== (await findPerson(db, id))?.accountId || isOwner
      res.redirect(303, isStillAllowed ? `${PATH}/${id}?done=saved` : '/practice/settings/profile')
    },
  )

  router.post(
    '/practice/settings/people/:id/disabling',
    owner,
    recently(deps, PATH),
    postedForm,
    async (req, res) => {
      const { id } = await find(req)
      const read = readForm(disablingForm, req.body)
      if (!read.ok) return show(req, res.status(422), { notice: read.form.errors[0]?.message })
      const change = { id, by: signedInDietitian(req).accountId }
      const work = read.value.disabled === 'yes' ? disablePerson : enablePerson
      const answer = await work(deps, change, clock.now())
      if (answer === 'gone') throw new NotFound()
      if (answer === 'self' || answer === 'last')
        return show(req, res.status(422), { notice: answer === 'self' ? SELF : LAST })
      res.redirect(303, `${PATH}/${id}?done=${answer}`)
    },
  )

  return router
}

const words: Record<string, string> = { all: 'All charts', own: 'Own clients only', yes: 'Yes', '': 'No' }

const inWords = ({ label, value }: { label: string; value: string }) => ({
  label,
  value: words[value] ?? value,
})
