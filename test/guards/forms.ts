import type { Knex } from 'knex'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'

type World = Awaited<ReturnType<typeof make.world>>

export type FormOf = {
  name: string
  /** Valid values of all fields; each is spoiled in turn. */
  fields: Record<string, string>
  /** Fields of text, given back as they were typed. All others take a time, a choice, a secret or a way back. */
  texts: string[]
  isPractice?: boolean
  /** Makes what the form is about, anew for each try. @returns where it is posted */
  path(db: Knex, world: World): Promise<string> | string
}

const AT_THREE = iso(NOW + 3 * DAY + 6 * HOUR)

const due = (db: Knex, { dietitian, type }: World, startsAt = NOW + 4 * DAY) =>
  make.appointment(db, { dietitianId: dietitian.id, typeId: type.id, startsAt })

async function heldPath(db: Knex, { dietitian, type }: World): Promise<string> {
  const token = makeToken()
  const bare = { booked_at: null, booked_name: null, link_hash: null, link_sealed: null, place: null }
  const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 3 * DAY }
  const until = iso(NOW + 5 * MINUTE)
  await make.appointment(db, of, { ...bare, state: 'held', hold_hash: hashToken(token), held_until: until })
  await db('appointments').where({ state: 'held' }).update({ client_id: null })
  return `/book/holds/${token}`
}

const booking = { name: 'Ana', email: 'ana@example.com', phone: '+1 317 555 0100' }

export const forms: FormOf[] = [
  {
    name: 'the time zone',
    fields: { zone: 'America/Chicago', returnTo: '/book' },
    texts: [],
    path: () => '/zone',
  },
  {
    name: 'get in touch',
    fields: { ...booking, message: 'Hello', website: '' },
    texts: ['name', 'email', 'phone', 'message'],
    path: () => '/get-in-touch',
  },
  {
    name: 'the time to hold',
    fields: { slot: AT_THREE, zone: 'America/Chicago', with: '', after: '', from: '2026-03-04', day: '' },
    texts: [],
    path: (_db, { type }) => `/book/${type.slug}/hold`,
  },
  {
    name: 'the details of a booking',
    fields: { ...booking, place: 'video', brings: 'My gut', reminders: 'yes', slot: '' },
    texts: ['name', 'email', 'phone', 'brings'],
    path: async (db, world) => `${await heldPath(db, world)}/appointment`,
  },
  {
    name: 'the longer hold',
    fields: { ...booking, brings: 'My gut' },
    texts: ['name', 'email', 'phone', 'brings'],
    path: async (db, world) => `${await heldPath(db, world)}/extension`,
  },
  {
    name: 'the hold given back',
    fields: { any: '' },
    texts: [],
    path: async (db, world) => `${await heldPath(db, world)}/release`,
  },
  {
    name: 'the move',
    fields: { slot: AT_THREE, zone: 'America/Chicago' },
    texts: [],
    path: async (db, world) => `/appointments/${(await due(db, world)).token}/reschedule`,
  },
  {
    name: 'the cancellation',
    fields: { any: '' },
    texts: [],
    path: async (db, world) => `/appointments/${(await due(db, world)).token}/cancellation`,
  },
  {
    name: 'signing in',
    fields: { email: 'robin@maple.example', password: 'wrong', returnTo: '/practice' },
    texts: ['email'],
    path: () => '/sign-in',
  },
  {
    name: 'kept or not',
    fields: { outcome: 'kept', returnTo: '/practice' },
    texts: [],
    isPractice: true,
    path: async (db, world) =>
      `/practice/appointments/${(await due(db, world, NOW - 2 * HOUR)).id}/attendance`,
  },
  {
    name: 'the dietitian’s cancellation',
    fields: { any: '' },
    texts: [],
    isPractice: true,
    path: async (db, world) => `/practice/appointments/${(await due(db, world)).id}/cancellation`,
  },
  {
    name: 'the answered inquiry',
    fields: { any: '' },
    texts: [],
    isPractice: true,
    path: async (db) => `/practice/inquiries/${(await make.inquiry(db)).id}/answer`,
  },
]
