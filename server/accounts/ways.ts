import type { Account } from '../web/access.ts'

export const homeOf = ({ role }: Pick<Account, 'role'>): '/my' | '/practice' =>
  role === 'dietitian' ? '/practice' : '/my'

export const accountPath = (account: Pick<Account, 'role'>): string => `${homeOf(account)}/account`

/** Where somebody lands who has signed in: where they wanted to go, unless it is the other side's. */
export function landing(account: Pick<Account, 'role'>, returnTo: string): string {
  const own = homeOf(account)
  const isForeign = ['/my', '/practice'].some((home) => home !== own && returnTo.startsWith(home))
  return returnTo === '' || isForeign ? own : returnTo
}

/** The address with the way back in its query. */
export const withReturn = (path: string, returnTo: string): string =>
  returnTo === '' ? path : `${path}?returnTo=${encodeURIComponent(returnTo)}`

type Shown = { role: Account['role']; hasPassword: boolean; hasApp: boolean; hasPasskey: boolean }

/**
 * What proves anew who somebody is: no less than it took to sign in. A passkey asks for finger, face or PIN itself and
 * is enough; a dietitian's password is not, where there is a second factor.
 */
export function waysAgain({ role, hasPassword, hasApp, hasPasskey }: Shown) {
  const isDietitian = role === 'dietitian'
  return {
    password: hasPassword && !(isDietitian && hasPasskey && !hasApp),
    code: isDietitian && hasApp,
    passkey: hasPasskey,
    link: !isDietitian,
  }
}
