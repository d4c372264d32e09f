import type { Knex } from 'knex'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { makeForm } from '../requests/asking.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { PASSWORD } from '../support/people.ts'
import type { FormOf, World } from './forms.ts'

const clients = '/practice/clients'
const AT_THREE = iso(NOW + 3 * DAY + 6 * HOUR)
/** Outside of all hours: it takes a reason. */
const AT_NIGHT = iso(NOW + 3 * DAY + 12 * HOUR)

const withClient = (rest: string) => async (db: Knex) => `${clients}/${(await make.client(db)).id}/${rest}`

const due = (db: Knex, { dietitian, type }: World, given: Record<string, unknown> = {}) =>
  make.appointment(db, { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 4 * DAY }, given)

async function asked(db: Knex, { dietitian }: World) {
  const { id: formId } = await makeForm(db)
  const { id: clientId } = await make.client(db)
  const request = await make.request(db, { clientId, formId })
  const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: dietitian.account_id }
  const of = { client_id: clientId, form_id: formId, asked_at: iso(NOW) }
  const [plan] = await db('form_plans')
    .insert({ ...of, ...planned })
    .returning('id')
  return { clientId, request: request.id, plan: plan.id }
}

/** A button and nothing else. */
const pressed = (name: string, path: FormOf['path']): FormOf => ({
  name,
  fields: { any: '' },
  texts: [],
  isPractice: true,
  path,
})

const buttons: FormOf[] = [
  pressed('the undone cancellation', async (db, world) => {
    const off = { state: 'cancelled', cancelled_at: iso(NOW - MINUTE) }
    return `/practice/appointments/${(await due(db, world, off)).id}/restoration`
  }),
  pressed('a client into the archive', withClient('archiving')),
  pressed('a client out of the archive', withClient('unarchiving')),
  pressed('the record of a client', withClient('record')),
  pressed('the withdrawal of what was asked', async (db, world) => {
    const { clientId, request } = await asked(db, world)
    return `${clients}/${clientId}/requests/${request}/withdrawal`
  }),
  pressed('the end of what is asked again and again', async (db, world) => {
    const { clientId, plan } = await asked(db, world)
    return `${clients}/${clientId}/plans/${plan}/stop`
  }),
]

/** The practice books, moves and cancels, and what it does about a client. */
export const deskForms: FormOf[] = [
  {
    name: 'a booking by the practice',
    fields: { place: 'video', phone: '+1 317 555 0100', reminders: 'yes', message: 'See you!' },
    texts: ['message'],
    exact: ['phone'],
    isPractice: true,
    path: async (db, { type }) => ({
      path: await withClient('booking')(db),
      also: { type: type.slug, slot: AT_THREE },
    }),
  },
  {
    name: 'a booking by the practice, at night',
    fields: { reason: 'They work by day.', message: 'See you!' },
    texts: ['reason', 'message'],
    isPractice: true,
    path: async (db, { type }) => ({
      path: await withClient('booking')(db),
      also: { type: type.slug, slot: AT_NIGHT, place: 'video' },
    }),
  },
  {
    name: 'the time of a booking by the practice',
    fields: { type: '', slot: AT_THREE },
    texts: [],
    isPractice: true,
    path: async (db) => ({ path: await withClient('booking')(db), also: { place: 'video' } }),
  },
  {
    name: 'a move by the practice',
    fields: { reason: 'They work by day.', message: 'See you!' },
    texts: ['reason', 'message'],
    isPractice: true,
    path: async (db, world) => ({
      path: `/practice/appointments/${(await due(db, world)).id}/reschedule`,
      also: { base: '0', slot: AT_NIGHT },
    }),
  },
  {
    name: 'the time of a move by the practice',
    fields: { slot: AT_THREE, base: '0' },
    texts: [],
    isPractice: true,
    path: async (db, world) => `/practice/appointments/${(await due(db, world)).id}/reschedule`,
  },
  {
    name: 'a cancellation by the practice',
    fields: { message: 'I am sorry.', late: 'yes' },
    texts: ['message'],
    isPractice: true,
    path: async (db, world) => `/practice/appointments/${(await due(db, world)).id}/cancellation`,
  },
  ...buttons,
  {
    name: 'the end of all that is kept of a client',
    fields: { name: 'Ben Ortiz', password: PASSWORD, code: '' },
    texts: ['name'],
    isPractice: true,
    isCounted: true,
    path: async (db) => `${clients}/${(await make.client(db, { name: 'Ben Ortiz' })).id}/erasure`,
  },
  {
    name: 'the record, for who it is about',
    fields: { any: '' },
    texts: [],
    isClient: true,
    path: () => '/my/record',
  },
]
