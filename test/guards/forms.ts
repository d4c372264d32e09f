import type { Knex } from 'knex'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { markOf } from '../../server/consents/text.ts'
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

async function consentPath(db: Knex, { dietitian }: World): Promise<string> {
  await db.raw('delete from consent_versions; delete from appointment_type_consents; delete from consents')
  const given = { title: 'Terms', body: 'Two.' }
  return `/practice/consents/${(await make.consent(db, { accountId: dietitian.account_id, isDraft: true }, given)).id}`
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
    name: 'a link to sign in',
    fields: { email: 'ana@example.com', returnTo: '/my' },
    texts: ['email'],
    path: () => '/sign-in/link',
  },
  {
    name: 'a password of one’s own',
    fields: { password: 'four grey herons' },
    texts: [],
    isPractice: true,
    path: () => '/practice/account/password',
  },
  {
    name: 'another e-mail address',
    fields: { email: 'new@example.com' },
    texts: ['email'],
    isPractice: true,
    path: () => '/practice/account/email',
  },
  {
    name: 'a second factor for everybody',
    fields: { required: 'no' },
    texts: [],
    isPractice: true,
    path: () => '/practice/account/second-factor-rule',
  },
  {
    name: 'a new passkey',
    fields: { name: 'My phone', response: '{}' },
    texts: ['name'],
    isPractice: true,
    path: () => '/practice/account/passkeys',
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
  {
    name: 'a new consent',
    fields: { title: 'Terms', body: 'One.' },
    texts: ['title', 'body'],
    isPractice: true,
    path: () => '/practice/consents',
  },
  {
    name: 'the draft of a consent',
    fields: { title: 'Terms', body: 'One.', go: 'preview' },
    texts: ['title', 'body'],
    isPractice: true,
    path: async (db, world) => `${await consentPath(db, world)}/draft`,
  },
  {
    name: 'the version of a consent',
    fields: { mark: markOf({ title: 'Terms', body: 'Two.' }) },
    texts: [],
    isPractice: true,
    path: async (db, world) => `${await consentPath(db, world)}/versions`,
  },
  {
    name: 'who is asked for a consent',
    fields: { everybody: 'yes', types: '' },
    texts: [],
    isPractice: true,
    path: async (db, world) => `${await consentPath(db, world)}/asked`,
  },
  {
    name: 'the end of a consent',
    fields: { retired: 'yes' },
    texts: [],
    isPractice: true,
    path: async (db, world) => `${await consentPath(db, world)}/retirement`,
  },
]
