import type { Knex } from 'knex'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { DAY, iso } from '../../server/clock.ts'
import { sampleSignIns } from '../../server/sample/store.ts'
import { makeToken } from '../../server/sealing/seal.ts'
import { answered, someAnswers } from '../chart/sent.ts'
import type { TestApp } from '../support/app.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import {
  halfSignedIn,
  lastMailTo,
  pathIn,
  signedIn,
  signedInAsClient,
  withPassword,
} from '../support/people.ts'
import { clientFormPages, deskFormPages, makeForms } from './form-pages.ts'

/** The pages of whoever has signed in, or is about to: whose, and about what. */

export type Person = 'dietitian' | 'colleague' | 'client' | 'newcomer' | 'half signed in' | 'without a factor'

/** Whose pages are as dense as a desk wants them. */
export const isAtDesk = (person: Person): boolean => person === 'dietitian' || person === 'colleague'

type Ids = Awaited<ReturnType<typeof makePapers>>
export type Own = { people: Record<Person, Visitor>; ids: Ids }

type Listed = [words: string, address: (ids: Ids) => string, heading: string | RegExp]
type Pressed = [...Listed, button: string, said: string | RegExp]

const consent = ({ consent: id }: Ids) => `/practice/consents/${id}`

const ofAccount = (home: string): Listed[] => [
  ['the account', () => `${home}/account`, 'Account'],
  ['the password', () => `${home}/account/password`, 'Change your password'],
  ['the e-mail address', () => `${home}/account/email`, 'Change your e-mail address'],
  ['a new passkey', () => `${home}/account/passkeys`, 'Add a passkey'],
  ['the question who it is', () => '/sign-in/again', 'Is it still you?'],
]

const ofEveryClient: Listed[] = [
  ['my page', () => '/my', /^Hello/],
  ['all appointments', () => '/my/appointments', 'Your appointments'],
  ['all documents', () => '/my/documents', 'Your documents'],
]

export const ownPages: Record<Person, Listed[]> = {
  client: [
    ...ofEveryClient,
    ...clientFormPages,
    ['a document to sign', ({ unsigned }) => `/my/consents/${unsigned}`, 'House rules'],
    ['a signed document', ({ signature }) => `/my/consents/signatures/${signature}`, 'Privacy notice'],
    ...ofAccount('/my'),
  ],
  newcomer: [
    ...ofEveryClient,
    ['an account with nothing in it', () => '/my/account', 'Account'],
    ['the first password', () => '/my/account/password', 'Choose a password'],
  ],
  dietitian: [
    ['the clients', () => '/practice/clients', 'Clients'],
    ['a chart', ({ client }) => `/practice/clients/${client}`, 'Maya Sample'],
    ...deskFormPages,
    ['answers', ({ client, sent }) => `/practice/clients/${client}/responses/${sent}`, 'New client intake'],
    ['the consents', () => '/practice/consents', 'Consents'],
    ['a new consent', () => '/practice/consents/new', 'A new consent'],
    ['a consent', consent, 'Privacy notice'],
    ['the preview of a consent', (ids) => `${consent(ids)}/preview`, 'Privacy notice'],
    ['the preview of a draft', ({ draft }) => `/practice/consents/${draft}/preview`, 'A draft'],
    ['a consent that is not asked any more', ({ retired }) => `/practice/consents/${retired}`, 'Old rules'],
    ['a version of a consent', ({ version }) => `/practice/consents/versions/${version}`, 'Privacy notice'],
    ['who has signed', (ids) => `${consent(ids)}/signatures`, 'Who has signed'],
    ['a signature', ({ signature }) => `/practice/consents/signatures/${signature}`, 'Privacy notice'],
    ['an account with nothing in it', () => '/practice/account', 'Account'],
    ['an authenticator app', () => '/practice/account/second-factor', 'Set up a second factor'],
    ['the security', () => '/practice/settings/security', 'Settings'],
  ],
  colleague: ofAccount('/practice'),
  'half signed in': [
    ['the second factor', () => '/sign-in/second-factor', 'Second step'],
    ['the recovery code', () => '/sign-in/second-factor/recovery', 'Recovery code'],
  ],
  'without a factor': [
    ['the set-up', () => '/sign-in/second-factor/set-up', 'Set up a second factor'],
    ['the set-up of a passkey', () => '/sign-in/second-factor/set-up/passkey', 'Add a passkey'],
  ],
}

const look = 'One thing needs another look'

/** What comes of pressing a button. */
export const pressedPages: Partial<Record<Person, Pressed[]>> = {
  client: [
    ['a document', ({ unsigned }) => `/my/consents/${unsigned}`, 'House rules', 'Sign this document', look],
    ['a password', () => '/my/account/password', 'Change your password', 'Save the password', look],
    ['an address', () => '/my/account/email', 'Change your e-mail address', 'Ask both addresses', look],
    ['another proof', () => '/sign-in/again', 'Is it still you?', 'Go on', look],
  ],
  dietitian: [
    ['the security', () => '/practice/settings/security', 'Settings', 'Save the security', look],
    ['an app', () => '/practice/account/second-factor', 'Set up a second factor', 'Set it up', look],
  ],
  colleague: [
    [
      'the only factor',
      () => '/practice/account',
      'That did not work',
      'Remove the authenticator app',
      /only one/,
    ],
    [
      'new codes',
      () => '/practice/account',
      'Your recovery codes',
      'Make ten new ones',
      'shown only this once',
    ],
  ],
  'half signed in': [
    ['a code', () => '/sign-in/second-factor', 'Second step', 'Sign in', look],
    ['a recovery code', () => '/sign-in/second-factor/recovery', 'Recovery code', 'Sign in', look],
  ],
}

/** Everybody who opens these pages, on devices of their own, and the documents they see. */
export async function makeOwn(app: TestApp): Promise<Own> {
  const { db } = app
  const client = await db('clients').where({ email: 'maya@clients.example' }).first()
  const dietitian = visit(app)
  await dietitian.post('/sign-in', { ...sampleSignIns[0] })
  const made = (name: string) => make.dietitian(db, { name, active: false })
  const [second, third, fourth] = [await made('Kim Second'), await made('Lee Third'), await made('Jo Fourth')]
  const colleague = await signedIn(app, second)
  for (const { account_id } of [second, third]) await make.authenticator(db, account_id)
  await make.passkey(db, third.account_id)
  await db('practice').update({ require_second_factor: true })
  const people = {
    client: await signedInAsClient(app, client),
    newcomer: await signedInAsClient(app, await make.client(db, { name: 'Nadia Newcomer' })),
    dietitian,
    colleague,
    'half signed in': await halfSignedIn(app, third),
    'without a factor': await halfSignedIn(app, fourth),
  }
  const { account_id } = await db('clients').where({ id: client.id }).first()
  await withPassword(app, account_id)
  await make.passkey(db, account_id, { name: 'My phone' })
  for (const id of [account_id, second.account_id]) {
    await make.session(db, id, NOW)
    await make.emailChange(db, id, NOW)
  }
  return { people, ids: await makePapers(app, { clientId: client.id, accountId: second.account_id }) }
}

async function makePapers(app: TestApp, { clientId, accountId }: { clientId: string; accountId: unknown }) {
  const { db } = app
  const { id: version, consent_id } = await db('consent_versions').where({ title: 'Privacy notice' }).first()
  const signed = { consent_version_id: version, client_id: clientId }
  const asked = await make.consent(db, { accountId }, { title: 'House rules', body: 'No shoes, please.' })
  const of = { accountId, isDraft: true }
  return {
    consent: consent_id,
    version,
    signature: (await db('consent_signatures').where(signed).first()).id,
    unsigned: asked.versionId,
    draft: (await make.consent(db, of, { title: 'A draft' })).id,
    client: clientId,
    sent: await makeAnswers(db, clientId),
    ...(await makeForms(app, clientId)),
    retired: (await make.consent(db, { accountId }, { title: 'Old rules', retired_at: iso(NOW) })).id,
  }
}

/** What a client sent, and sent again, with signs of every kind and some scores. */
async function makeAnswers(db: Knex, clientId: string): Promise<string> {
  const signs = [
    { sign: 'severe-belly-pain', kind: 'urgent' as const },
    { sign: 'anemia', kind: 'sign' as const },
    { sign: 'pregnancy', kind: 'caution' as const },
  ]
  const scores = { 'gut-score': 60, 'skin-score': 41.5, 'habits-score': 33 }
  const first = await answered(db, { clientId, item: someAnswers, signs, scores, at: NOW - 9 * DAY })
  await answered(db, { clientId, slug: 'check-in', scores: { ...scores, 'gut-score': 30 }, at: NOW - DAY })
  const item = someAnswers.slice(0, 1)
  return (await answered(db, { clientId, item, scores, amends: first, at: NOW - 8 * DAY })).id
}

/** The secrets of links to sign in, and the paths of those that ask for a change of the address. */
export async function makeSignInLinks(app: TestApp) {
  const client = await make.clientAccount(app.db)
  const link = (minutes: number) => issueSignInLink(app.db, { clientId: client.id, minutes }, app.clock.now())
  const [signIn, used] = [await link(60), await link(60)]
  const visitor = visit(app)
  await (await visitor.open(`/sign-in/links/${used}`)).button('Sign in')
  const newEmail = 'another@new.example'
  await visitor.post('/my/account/email', { email: newEmail })
  const path = async (address: string) => pathIn(await lastMailTo(app, address), '/sign-in/email-changes/')
  const [oldAddress, newAddress] = [await path(client.email), await path(newEmail)]
  return { signIn, used, unknown: makeToken(), oldAddress, newAddress }
}
