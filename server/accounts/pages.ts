import type { Instant } from '../clock.ts'
import type { Account } from '../web/access.ts'
import { whenShort } from '../words.ts'
import { accountPath } from './ways.ts'

type Found = {
  account: Account
  ways: { email: string; zone: string; passwordHash: string | null; hasApp: boolean; recoveryCodes: number }
  factors: { hasApp: boolean; hasPasskey: boolean; isRequired: boolean }
  passkeys: { id: string; name: string; createdAt: Instant; usedAt: Instant | null }[]
  sessions: { id: string; device: string; createdAt: Instant; seenAt: Instant; isThis: boolean }[]
  openChange: string
}

/** What was just done, said once on the page one comes back to. */
const done: Record<string, string> = {
  password: 'Your password is set. You are signed out everywhere else.',
  'passkey-added': 'Your passkey is added.',
  'passkey-removed': 'The passkey is removed.',
  app: 'Your authenticator app is set up.',
  'app-removed': 'The authenticator app is removed.',
  'email-kept': 'Your e-mail address stays as it is.',
  session: 'That device is signed out.',
}

/** What the page of the account shows. */
export function accountPage({ account, ways, factors, passkeys, sessions, openChange }: Found, what: string) {
  const path = accountPath(account)
  const { zone } = ways
  return {
    isDietitian: account.role === 'dietitian',
    isOwner: account.isOwner,
    path,
    said: Object.hasOwn(done, what) ? done[what] : '',
    email: ways.email,
    openChange,
    hasPassword: ways.passwordHash !== null,
    factors,
    recoveryCodes: ways.recoveryCodes,
    passkeys: passkeys.map((passkey) => ({
      name: passkey.name,
      words: passkey.usedAt
        ? `Last used ${whenShort(passkey.usedAt, zone)}`
        : `Added ${whenShort(passkey.createdAt, zone)}`,
      removal: `${path}/passkeys/${passkey.id}/removal`,
    })),
    sessions: sessions.map((session) => ({
      device: session.device,
      since: whenShort(session.createdAt, zone),
      seen: whenShort(session.seenAt, zone),
      isThis: session.isThis,
      end: `${path}/sessions/${session.id}/end`,
    })),
  }
}
