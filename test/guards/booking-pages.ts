import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Page } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { at, type Scene, type Shown } from './scene.ts'

const choose = '/practice/calendar/booking'
const AT_THREE = '2026-03-05T20:00:00Z'
const AT_NIGHT = '2026-03-06T04:00:00Z'

const bookingOf = ({ client }: Scene) => `/practice/clients/${client.id}/booking`

const desk = (name: string, view: string, open: Shown['open'], more: Partial<Shown> = {}): Shown => ({
  name,
  view: `desk/${view}`,
  kind: 'desk',
  open,
  ...more,
})

const refused = { status: 422 }
const changing = { changes: true }

const fields = ({ type }: Scene, slot: string) => ({ type: type.slug, slot, place: 'video', message: '<b>"' })

/** Somebody who offers nothing yet. */
async function without({ app, db, client }: Scene): Promise<Page> {
  const visitor = await signedIn(app, await make.dietitian(db))
  return visitor.open(`/practice/clients/${client.id}/booking`)
}

const dueOf = ({ db, dietitian, type }: Scene, given: Record<string, unknown> = {}) =>
  make.appointment(db, { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 9 * DAY }, given)

const moveOf = async (scene: Scene) => `/practice/appointments/${(await dueOf(scene)).id}/reschedule`

/** Of a client whose chart is closed to its dietitian, for it is not sure that they booked it. */
async function unproved({ app, db, type, client }: Scene, end = ''): Promise<Page> {
  const dietitian = await make.dietitian(db, { sees_all_charts: false })
  const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 9 * DAY }
  const booked = { client_id: client.id, opens_chart: false, booked_name: 'Mallory <b> "X"' }
  const { id } = await make.appointment(db, of, booked)
  return (await signedIn(app, dietitian)).open(`/practice/appointments/${id}${end}`)
}

/** Cancelled a minute ago, moved before, with words from the practice both times. */
async function cancelled(scene: Scene): Promise<Page> {
  const { id } = await dueOf(scene)
  const path = `/practice/appointments/${id}`
  const said = { message: 'I am <ill> & "sorry"', reason: 'By <day> they "work" & sleep' }
  await scene.desk.post(`${path}/reschedule`, { slot: AT_NIGHT, base: '0', ...said })
  return scene.desk.post(`${path}/cancellation`, { message: said.message, late: 'yes' })
}

const appointment = (name: string, open: Shown['open'], more: Partial<Shown> = {}): Shown => ({
  name,
  view: 'calendar/appointment',
  kind: 'desk',
  changes: true,
  open,
  ...more,
})

const choosing: Shown[] = [
  at('whom to book for', 'desk/choose', choose, 'desk'),
  at('whom to book for, at a time', 'desk/choose', `${choose}?slot=${AT_THREE}&q=maya`, 'desk'),
  at('whom to book for, nobody found', 'desk/choose', `${choose}?q=qqqqq&date=2026-03-06&time=15:00`, 'desk'),
  at('whom to book for, searched too long', 'desk/choose', `${choose}?q=${'x'.repeat(201)}`, 'desk', 422),
  at(
    'whom to book for, at a time that is over',
    'desk/choose',
    `${choose}?slot=2026-03-01T15:00:00Z`,
    'desk',
  ),
]

const booking: Shown[] = [
  desk('nothing to book', 'none', without),
  desk('times to book for a client', 'times', (scene) => scene.desk.open(bookingOf(scene))),
  desk('times to book for a client, none free', 'times', (scene) =>
    scene.desk.open(`${bookingOf(scene)}?from=2026-12-01`),
  ),
  desk(
    'times to book for a client, a typed one refused',
    'times',
    (scene) => scene.desk.open(`${bookingOf(scene)}?date=2026-02-30&time=x`),
    refused,
  ),
  desk(
    'times to book for a client, one is over',
    'times',
    (scene) => scene.desk.open(`${bookingOf(scene)}?slot=2026-03-01T15:00:00Z`),
    refused,
  ),
  desk('a booking for a client', 'booking', (scene) =>
    scene.desk.open(`${bookingOf(scene)}?type=${scene.type.slug}&slot=${AT_THREE}`),
  ),
  desk('a booking for a client, outside of the rules', 'booking', (scene) =>
    scene.desk.open(`${bookingOf(scene)}?type=${scene.type.slug}&slot=${AT_NIGHT}`),
  ),
  desk(
    'a booking for a client, refused',
    'booking',
    (scene) =>
      scene.desk.post(bookingOf(scene), {
        ...fields(scene, AT_NIGHT),
        place: 'phone',
        phone: '<',
        reason: '',
      }),
    refused,
  ),
  desk(
    'a booking for a client, lost',
    'booking',
    (scene) => scene.desk.post(bookingOf(scene), { ...fields(scene, '2026-03-05T18:30:00Z'), reason: 'x' }),
    { status: 409 },
  ),
]

const moving: Shown[] = [
  desk('times to move to', 'times', async (scene) => scene.desk.open(await moveOf(scene)), changing),
  desk(
    'a move',
    'booking',
    async (scene) => scene.desk.open(`${await moveOf(scene)}?slot=${AT_THREE}`),
    changing,
  ),
  desk(
    'a move, refused',
    'booking',
    async (scene) => scene.desk.post(await moveOf(scene), { slot: AT_NIGHT, base: '0', message: '<b>"' }),
    { ...changing, ...refused },
  ),
  desk('times to move to, of a closed chart', 'times', (scene) => unproved(scene, '/reschedule'), changing),
  desk(
    'a move, of a closed chart',
    'booking',
    (scene) => unproved(scene, `/reschedule?slot=${AT_THREE}`),
    changing,
  ),
  desk(
    'a move of what was changed meanwhile',
    'booking',
    async (scene) => scene.desk.post(await moveOf(scene), { slot: AT_THREE, base: '7', message: '<b>"' }),
    { ...changing, status: 409 },
  ),
  desk(
    'a move of what is over',
    'times',
    ({ desk: who, past }) => who.post(`/practice/appointments/${past.id}/reschedule`, {}),
    refused,
  ),
]

const appointments: Shown[] = [
  appointment('an appointment to come, at the desk', async (scene) =>
    scene.desk.open(`/practice/appointments/${(await dueOf(scene)).id}`),
  ),
  appointment('an appointment at the desk, of a closed chart', (scene) => unproved(scene)),
  appointment('a cancellation at the desk that can be undone', cancelled),
  appointment(
    'a cancellation at the desk, too late to be undone',
    async (scene) => {
      const off = { state: 'cancelled', cancelled_at: iso(NOW - HOUR) }
      return scene.desk.post(`/practice/appointments/${(await dueOf(scene, off)).id}/restoration`, {})
    },
    refused,
  ),
  appointment(
    'a cancellation at the desk whose time is gone',
    async (scene) => {
      const { id } = await dueOf(scene, { state: 'cancelled', cancelled_at: iso(NOW - MINUTE) })
      await dueOf(scene)
      return scene.desk.post(`/practice/appointments/${id}/restoration`, {})
    },
    { status: 409 },
  ),
  appointment(
    'a cancellation at the desk, refused',
    async (scene) =>
      scene.desk.post(`/practice/appointments/${(await dueOf(scene)).id}/cancellation`, {
        message: '<b>"'.repeat(501),
      }),
    refused,
  ),
]

/** The practice books, moves and cancels. */
export const bookingPages: Shown[] = [...choosing, ...booking, ...moving, ...appointments]
