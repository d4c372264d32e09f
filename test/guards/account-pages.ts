import { codeAt, stepAt } from '../../server/accounts/factors/totp.ts'
import { issueSignInLink } from '../../server/accounts/store.ts'
import { HOUR } from '../../server/clock.ts'
import { makeToken } from '../../server/sealing/seal.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import {
  halfSignedIn,
  lastMailTo,
  pathIn,
  signedIn,
  signedInAsClient,
  withPassword,
} from '../support/people.ts'
import { at, type Scene, type Shown } from './scene.ts'

/** A page of somebody who is made for it: nobody else shows what happens to them. */
const of = (name: string, view: string, open: Shown['open'], more: Partial<Shown> = {}): Shown => ({
  name,
  view: `accounts/${view}`,
  kind: 'link',
  open,
  ...more,
})

const refused = { status: 422 }
const factor = '/sign-in/second-factor'

async function clientOf({ app, db }: Scene) {
  const client = await make.clientAccount(db, { name: 'Ben "B" <b> & Co' })
  return { client, my: await signedInAsClient(app, client) }
}

async function dietitianOf({ app, db }: Scene) {
  const dietitian = await make.dietitian(db, { active: false, name: 'Kim "K" <b> & Co' })
  return { dietitian, desk: await signedIn(app, dietitian) }
}

type Factors = { hasApp?: boolean; hasPasskey?: boolean }

async function giveFactors({ db }: Scene, accountId: unknown, { hasApp, hasPasskey }: Factors) {
  if (hasApp) await make.authenticator(db, accountId)
  if (hasPasskey) await make.passkey(db, accountId, { name: 'Phone "P" <b> & Co' })
}

/** A dietitian who has typed the password and has these factors. */
async function halfWith(scene: Scene, factors: Factors) {
  const dietitian = await make.dietitian(scene.db, { active: false })
  await giveFactors(scene, dietitian.account_id, factors)
  return halfSignedIn(scene.app, dietitian)
}

/** A dietitian who has none, in a practice that asks for one. */
async function halfWithout(scene: Scene) {
  await scene.db('practice').update({ require_second_factor: true })
  return halfWith(scene, {})
}

async function linkOf({ db }: Scene) {
  const client = await make.client(db)
  return `/sign-in/links/${await issueSignInLink(db, { clientId: client.id, minutes: 15 }, NOW)}`
}

/** The code that an app with this secret shows now. */
const codeOf = (secret: string) => ({ code: codeAt(secret, stepAt(NOW)) })

const secretOn = ({ text }: Page) =>
  (text.match(/Key: ([A-Z2-7 ]+)/)?.[1] ?? '').replace(/\s/g, '').slice(0, 32)

const atSignIn: Shown[] = [
  at('signing in', 'accounts/sign-in', '/sign-in', 'desk'),
  of(
    'signing in, refused',
    'sign-in',
    ({ visitor }) => visitor.post('/sign-in', { email: 'a@b.example', password: 'x', returnTo: '/practice' }),
    { changes: true, ...refused },
  ),
  of(
    'signing in by a passkey, refused',
    'sign-in',
    ({ visitor }) => visitor.post('/sign-in/passkey', {}),
    refused,
  ),
  of(
    'signing in by a link, refused',
    'sign-in',
    ({ visitor }) => visitor.post('/sign-in/link', { email: '<b>"', returnTo: '/my' }),
    refused,
  ),
  at('a link that was sent', 'accounts/link-sent', '/sign-in/link-sent', 'link'),
  of('a link', 'link', async (scene) => scene.visitor.open(await linkOf(scene))),
  of('a link for somebody else', 'link', async (scene) => scene.my.open(await linkOf(scene))),
  of(
    'a link that is too old',
    'link-over',
    async (scene) => {
      const path = await linkOf(scene)
      scene.app.clock.set(NOW + HOUR)
      return scene.visitor.open(path)
    },
    { changes: true, status: 410 },
  ),
  of(
    'a link that was used',
    'link-over',
    async (scene) => {
      const path = await linkOf(scene)
      await (await visit(scene.app).open(path)).button('Sign in')
      return scene.visitor.open(path)
    },
    { status: 410 },
  ),
  of('an unknown link', 'link-over', ({ visitor }) => visitor.open(`/sign-in/links/${makeToken()}`), {
    status: 404,
  }),
]

const atSecondFactor: Shown[] = [
  of('the second factor, an app', 'second-factor', async (scene) =>
    (await halfWith(scene, { hasApp: true })).open(`${factor}?returnTo=/practice/calendar`),
  ),
  of('the second factor, a passkey', 'second-factor', async (scene) =>
    (await halfWith(scene, { hasPasskey: true })).open(factor),
  ),
  of('the second factor, either', 'second-factor', async (scene) =>
    (await halfWith(scene, { hasApp: true, hasPasskey: true })).open(factor),
  ),
  of(
    'the code of the app, refused',
    'second-factor',
    async (scene) => (await halfWith(scene, { hasApp: true })).post(factor, { code: '<b>"' }),
    refused,
  ),
  of(
    'the passkey, refused',
    'second-factor',
    async (scene) =>
      (await halfWith(scene, { hasPasskey: true })).post(`${factor}/passkey`, { response: 'x' }),
    refused,
  ),
  of('the recovery code', 'recovery', async (scene) =>
    (await halfWith(scene, { hasApp: true })).open(`${factor}/recovery`),
  ),
  of(
    'the recovery code, refused',
    'recovery',
    async (scene) => (await halfWith(scene, { hasApp: true })).post(`${factor}/recovery`, { code: '<b>"' }),
    refused,
  ),
  of(
    'setting up an app at the sign-in',
    'second-factor-app',
    async (scene) => (await halfWithout(scene)).open(`${factor}/set-up?returnTo=/practice/calendar`),
    { changes: true },
  ),
  of(
    'setting up an app at the sign-in, refused',
    'second-factor-app',
    async (scene) => (await halfWithout(scene)).post(`${factor}/set-up`, { code: '' }),
    { changes: true, ...refused },
  ),
  of(
    'adding a passkey at the sign-in',
    'passkey',
    async (scene) => (await halfWithout(scene)).open(`${factor}/set-up/passkey`),
    { changes: true },
  ),
  of(
    'adding a passkey at the sign-in, refused',
    'passkey',
    async (scene) => (await halfWithout(scene)).post(`${factor}/set-up/passkey`, { name: '<b>"' }),
    { changes: true, ...refused },
  ),
  of(
    'the recovery codes at the sign-in',
    'recovery-codes',
    async (scene) => {
      const setUp = await (await halfWithout(scene)).open(`${factor}/set-up`)
      return setUp.button('Set it up', codeOf(secretOn(setUp)))
    },
    { changes: true },
  ),
]

/** Who is asked once more, by what they have. */
const again = (name: string, factors: Factors, isRefused = false): Shown =>
  of(
    `once more, ${name}`,
    'again',
    async (scene) => {
      const { dietitian, desk } = await dietitianOf(scene)
      await giveFactors(scene, dietitian.account_id, factors)
      const path = '/sign-in/again?returnTo=/practice/account/password'
      return isRefused ? desk.post(path, { password: 'x', code: '' }) : desk.open(path)
    },
    isRefused ? refused : {},
  )

const onceMore: Shown[] = [
  again('with the password', {}),
  again('with the password, refused', {}, true),
  again('with the password and a code', { hasApp: true }),
  again('with the password and a code or a passkey', { hasApp: true, hasPasskey: true }),
  again('with a passkey', { hasPasskey: true }),
  of('once more, with a link', 'again', async (scene) => (await clientOf(scene)).my.open('/sign-in/again')),
  of('once more, in any way', 'again', async (scene) => {
    const { client, my } = await clientOf(scene)
    await withPassword(scene.app, client.account_id)
    await giveFactors(scene, client.account_id, { hasPasskey: true })
    return my.open('/sign-in/again?returnTo=/my/account/email')
  }),
  of(
    'once more, with a passkey, refused',
    'refused',
    async (scene) => (await clientOf(scene)).my.post('/sign-in/again/passkey', { response: 'x' }),
    refused,
  ),
]

/** Everything that an account can have, and a change of its address on the way. */
async function giveAll(scene: Scene, accountId: unknown, factors: Factors) {
  await giveFactors(scene, accountId, factors)
  await make.passkey(scene.db, accountId, { used_at: new Date(NOW) })
  await make.session(scene.db, accountId, NOW)
  await make.emailChange(scene.db, accountId, NOW)
}

type Who = { home: '/my' | '/practice'; kind: 'my' | 'desk'; name: string }

/** The pages of an account are the same for a client and a dietitian. */
function ownPages({ home, kind, name }: Who): Shown[] {
  const path = `${home}/account`
  const enter = async (scene: Scene) => {
    if (kind === 'my') {
      const { client, my } = await clientOf(scene)
      return { visitor: my, accountId: client.account_id }
    }
    const { dietitian, desk } = await dietitianOf(scene)
    return { visitor: desk, accountId: dietitian.account_id }
  }
  const page = (words: string, view: string, below: string, more: Partial<Shown> = {}) =>
    of(`${words}, ${name}`, view, async (scene) => (await enter(scene)).visitor.open(path + below), {
      kind,
      ...more,
    })
  const post = (words: string, view: string, below: string, fields: Record<string, string>) =>
    of(`${words}, ${name}`, view, async (scene) => (await enter(scene)).visitor.post(path + below, fields), {
      kind,
      ...refused,
    })
  const full = (words: string, view: string, below: string) =>
    page(words, view, below, {
      async open(scene) {
        const { visitor, accountId } = await enter(scene)
        await withPassword(scene.app, accountId)
        await giveAll(scene, accountId, { hasApp: kind === 'desk', hasPasskey: true })
        return visitor.open(path + below)
      },
    })
  return [
    page('the account', 'account', ''),
    full('the full account', 'account', '?done=password'),
    page('the password', 'password', '/password'),
    full('another password', 'password', '/password'),
    post('the password, refused', 'password', '/password', { password: 'short' }),
    page('the e-mail address', 'email', '/email'),
    full('the e-mail address on the way to change', 'email', '/email'),
    post('the e-mail address, refused', 'email', '/email', { email: '<b>"' }),
    page('a new passkey', 'passkey', '/passkeys'),
    post('a new passkey, refused', 'passkey', '/passkeys', { name: '<b>"', response: 'x' }),
  ]
}

const desk = '/practice/account'

const factorPages: Shown[] = [
  of('an app', 'second-factor-app', async (scene) =>
    (await dietitianOf(scene)).desk.open(`${desk}/second-factor`),
  ),
  of(
    'an app, refused',
    'second-factor-app',
    async (scene) => (await dietitianOf(scene)).desk.post(`${desk}/second-factor`, { code: '000000' }),
    refused,
  ),
  of('the recovery codes', 'recovery-codes', async (scene) => {
    const setUp = await (await dietitianOf(scene)).desk.open(`${desk}/second-factor`)
    return setUp.button('Set it up', codeOf(secretOn(setUp)))
  }),
  of(
    'recovery codes without a second factor, refused',
    'refused',
    async (scene) => (await dietitianOf(scene)).desk.post(`${desk}/recovery-codes`, {}),
    refused,
  ),
  of(
    'the only factor, not removed',
    'refused',
    async (scene) => {
      const { dietitian, desk: visitor } = await dietitianOf(scene)
      await giveFactors(scene, dietitian.account_id, { hasApp: true })
      await scene.db('practice').update({ require_second_factor: true })
      return (await visitor.open(desk)).button(/^Remove the authenticator/)
    },
    { changes: true, ...refused },
  ),
]

/** A client has asked for another address. @returns the links in the two mails */
async function changeLinks(scene: Scene) {
  const { client, my } = await clientOf(scene)
  const newEmail = `${client.id}@new.example`
  await my.post('/my/account/email', { email: newEmail })
  const link = async (address: string) =>
    pathIn(await lastMailTo(scene.app, address), '/sign-in/email-changes/')
  return { my, old: await link(client.email), fresh: await link(newEmail) }
}

const yes = 'Yes, change it'

const emailChanges: Shown[] = [
  of('the change, at the old address', 'email-change', async (scene) =>
    scene.visitor.open((await changeLinks(scene)).old),
  ),
  of('the change, at the new address', 'email-change', async (scene) =>
    scene.visitor.open((await changeLinks(scene)).fresh),
  ),
  of('the change, half done', 'email-change-confirmed', async (scene) =>
    (await scene.visitor.open((await changeLinks(scene)).old)).button(yes),
  ),
  of('the change, waiting', 'email-change', async (scene) => {
    const { old } = await changeLinks(scene)
    await (await scene.visitor.open(old)).button(yes)
    return scene.visitor.open(old)
  }),
  of('the change, done', 'email-change-confirmed', async (scene) => {
    const { old, fresh } = await changeLinks(scene)
    await (await scene.visitor.open(old)).button(yes)
    return (await scene.visitor.open(fresh)).button(yes)
  }),
  of(
    'the change, called off',
    'email-change-over',
    async (scene) => {
      const { my, old } = await changeLinks(scene)
      await my.post('/my/account/email/cancellation', {})
      return scene.visitor.open(old)
    },
    { status: 404 },
  ),
]

/** Signing in, and every page of an account, full, empty and refusing. */
export const accountPages: Shown[] = [
  ...atSignIn,
  ...atSecondFactor,
  ...onceMore,
  ...ownPages({ home: '/my', kind: 'my', name: 'of a client' }),
  ...ownPages({ home: '/practice', kind: 'desk', name: 'of a dietitian' }),
  ...factorPages,
  ...emailChanges,
]
