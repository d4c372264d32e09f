import { make } from '../support/make.ts'
import { signedIn } from '../support/people.ts'
import { at, type Scene, type Shown } from './scene.ts'

const types = '/practice/appointment-types'

const desk = (name: string, view: string, open: Shown['open'], more: Partial<Shown> = {}): Shown => ({
  name,
  view: `appointment-types/${view}`,
  kind: 'desk',
  open,
  ...more,
})

const refused = { status: 422 }
const nasty = { name: 'A <b> & "C"', slug: 'Not <one>', price: '"', minutes: '<', description: '<b>\n\n"' }

const valid = ({ dietitian }: Scene) => ({
  name: 'A <b> & "C"',
  slug: 'new-one',
  minutes: '30',
  bufferBefore: '0',
  bufferAfter: '0',
  price: '20',
  currency: 'USD',
  places: 'video',
  who: 'anyone',
  dietitians: dietitian.id,
  notice: '0',
  windowDays: '30',
  step: '15',
  changeDeadline: '24',
})

/** Asks for a form and a consent, has a limit and is put away. */
async function full({ db, dietitian, chart, terms, type }: Scene) {
  const { form_id } = await db('responses').where({ id: chart.first.id }).first('form_id')
  const given = { description: 'A <b>\n\n& "C"', summary: '<b>"', daily_limit: 3, active: false }
  const { id } = await make.type(db, [dietitian.id], given)
  await db('appointment_type_forms').insert({ appointment_type_id: id, form_id, again_after_days: 90 })
  await db('appointment_type_consents').insert({ appointment_type_id: id, consent_id: terms.id })
  return { path: `${types}/${id}`, booked: `${types}/${type.id}` }
}

/** What can be booked, and who may change it. */
export const typePages: Shown[] = [
  at('the types', 'appointment-types/list', types, 'desk'),
  desk(
    'the types, one of them put away',
    'list',
    async (scene) => {
      await full(scene)
      return scene.desk.open(types)
    },
    { changes: true },
  ),
  desk(
    'the types, an order refused',
    'list',
    ({ desk: who, type }) => who.post(`${types}/${type.id}/position`, {}),
    refused,
  ),
  desk(
    'the types, one can’t be deleted',
    'list',
    ({ desk: who, type }) => who.post(`${types}/${type.id}/removal`, {}),
    {
      status: 409,
    },
  ),
  at('a new type', 'appointment-types/type', `${types}/new`, 'desk'),
  desk('a new type, refused', 'type', ({ desk: who }) => who.post(types, nasty), refused),
  desk('a type', 'type', ({ desk: who, type }) => who.open(`${types}/${type.id}`)),
  desk(
    'a type with all that it can have',
    'type',
    async (scene) => scene.desk.open((await full(scene)).path),
    {
      changes: true,
    },
  ),
  desk('a type of others', 'type', async ({ app, db, type }) => {
    const other = await signedIn(app, await make.dietitian(db, { is_owner: false }))
    return other.open(`${types}/${type.id}`)
  }),
  desk('a type, refused', 'type', ({ desk: who, type }) => who.post(`${types}/${type.id}`, nasty), refused),
  desk(
    'a type that was changed meanwhile',
    'type',
    (scene) => scene.desk.post(`${types}/${scene.type.id}`, { ...valid(scene), revision: '7' }),
    { status: 409 },
  ),
]
