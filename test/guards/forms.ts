import type { Knex } from 'knex'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { markOf } from '../../server/consents/text.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { answered } from '../chart/sent.ts'
import { makeForm } from '../requests/asking.ts'
import type { TestApp } from '../support/app.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { CLIENT, clientForms } from './client-forms.ts'
import { deskForms } from './desk-forms.ts'
import { formForms } from './library-forms.ts'
import { noteForms } from './note-forms.ts'
import { scheduleForms } from './schedule-forms.ts'
import { settingsForms } from './settings-forms.ts'
import { typeForms } from './type-forms.ts'

export type World = Awaited<ReturnType<typeof make.world>>

type Posted = string | { path: string; also: Record<string, string> }

export type FormOf = {
  name: string
  /** Valid values of all fields; each is spoiled in turn. */
  fields: Record<string, string>
  /** Fields of text, given back as they were typed. All others take a time, a choice, a secret or a way back. */
  texts: string[]
  /** Fields of text that want a number, an address or a day; they are given back as well. */
  exact?: string[]
  isPractice?: boolean
  /** Of the client named CLIENT in client-forms.ts, signed in. */
  isClient?: boolean
  /** Posted with each try, percent-encoded. */
  also?: string[]
  /** What is fine is kept, even where the rest is refused: answers are saved as they come. */
  keepsWhatIsFine?: boolean
  /** Whoever posts it too often has to wait. */
  isCounted?: boolean
  /** Makes what the form is about, anew for each try. @returns where it is posted, and what only this one has to say */
  path(db: Knex, world: World): Promise<Posted> | Posted
}

/** A stranger can reach it. */
export const isPublic = ({ isPractice, isClient }: FormOf): boolean => !isPractice && !isClient

/** Whoever the form is for, signed in where they have to be. */
export async function whoFills(
  app: TestApp,
  { isPractice, isClient }: Pick<FormOf, 'isPractice' | 'isClient'>,
  dietitian: World['dietitian'],
): Promise<Visitor> {
  const known = isClient && (await app.db('clients').where({ id: CLIENT }).first())
  if (isClient) return signedInAsClient(app, known || (await make.client(app.db, { id: CLIENT })))
  return isPractice ? signedIn(app, dietitian) : visit(app)
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

async function raisedPath(db: Knex): Promise<string> {
  const { slug } = await makeForm(db)
  const clientId = (await make.client(db)).id
  const signs = [{ sign: 'anemia', kind: 'sign' as const }]
  await answered(db, { clientId, slug, signs })
  const sign = await db('raised_signs').where({ client_id: clientId }).first('id')
  return `/practice/clients/${clientId}/signs/${sign.id}/acknowledgement`
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
    texts: ['name', 'message'],
    exact: ['email', 'phone'],
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
    texts: ['name', 'brings'],
    exact: ['email', 'phone'],
    path: async (db, world) => `${await heldPath(db, world)}/appointment`,
  },
  {
    name: 'the longer hold',
    fields: { ...booking, brings: 'My gut' },
    texts: ['name', 'brings'],
    exact: ['email', 'phone'],
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
    texts: [],
    exact: ['email'],
    path: () => '/sign-in',
  },
  {
    name: 'a link to sign in',
    fields: { email: 'ana@example.com', returnTo: '/my' },
    texts: [],
    exact: ['email'],
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
    texts: [],
    exact: ['email'],
    isPractice: true,
    path: () => '/practice/account/email',
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
    name: 'the answered inquiry',
    fields: { any: '' },
    texts: [],
    isPractice: true,
    path: async (db) => `/practice/inquiries/${(await make.inquiry(db)).id}/answer`,
  },
  {
    name: 'acknowledging a warning sign',
    fields: { word: 'Called them.' },
    texts: ['word'],
    isPractice: true,
    path: raisedPath,
  },
  {
    name: 'asking for a form',
    fields: { form: 'x', due: '2026-03-09', weeks: '2' },
    texts: [],
    isPractice: true,
    path: async (db) => `/practice/clients/${(await make.client(db)).id}/requests`,
  },
  {
    name: 'a new client',
    fields: { ...booking, email: 'new@example.com', zone: 'UTC', pronouns: 'they', born: '1990-05-17' },
    texts: ['name', 'pronouns'],
    exact: ['email', 'phone', 'born'],
    isPractice: true,
    path: () => '/practice/clients',
  },
  {
    name: 'the details of a client',
    fields: { ...booking, email: 'new@example.com', zone: 'UTC', pronouns: 'they', born: '', revision: '0' },
    texts: ['name', 'pronouns'],
    exact: ['email', 'phone'],
    isPractice: true,
    path: async (db) => `/practice/clients/${(await make.client(db)).id}/details`,
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
  ...deskForms,
  ...scheduleForms,
  ...typeForms,
  ...formForms,
  ...noteForms,
  ...settingsForms,
  ...clientForms,
]
