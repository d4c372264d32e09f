import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import type { Sealer } from '../../sealing/seal.ts'
import type { Account } from '../../web/access.ts'
import type { Tries } from '../../web/tries.ts'
import { takeCode } from '../factors/store.ts'
import type { SignInKind } from '../limits.ts'
import { isPassword } from '../password.ts'
import { findWays } from '../store.ts'
import { waysAgain } from '../ways.ts'

type Needs = { db: Knex; sealer: Sealer; tries: Tries<SignInKind> }

export type WaysAgain = ReturnType<typeof waysAgain>

/** How somebody who is signed in shows once more that it is them. */
export async function findWaysAgain(
  db: Knex,
  account: Pick<Account, 'id' | 'role'>,
): Promise<{ email: string; passwordHash: string | null; ways: WaysAgain }> {
  const { email, passwordHash, hasApp, passkeys } = await findWays(db, account.id)
  const shown = { role: account.role, hasPassword: passwordHash !== null, hasApp, hasPasskey: passkeys > 0 }
  return { email, passwordHash, ways: waysAgain(shown) }
}

/** Which field was wrong, and what to say beside it. */
export type NotThem = { name: 'password' | 'code'; message: string }

/**
 * Whether somebody who is signed in is still the one, by password and, where they have an app, its code. Wrong ones are
 * counted as those at the sign-in are.
 * @returns undefined when it is them
 * @throws {TooMany}
 */
export async function proveAgain(
  { db, sealer, tries }: Needs,
  account: Pick<Account, 'id' | 'role'>,
  { password, code }: { password: string; code: string },
  now: Instant,
): Promise<NotThem | undefined> {
  const { email, passwordHash, ways } = await findWaysAgain(db, account)
  await tries.take({ account: email })
  if (!ways.password || !(await isPassword(passwordHash, password)))
    return { name: 'password', message: 'This is not your password. Please check it.' }
  if (ways.code) await tries.take({ factor: account.id })
  if (ways.code && !(await takeCode(db, sealer, { accountId: account.id, code }, now)))
    return { name: 'code', message: WRONG_CODE }
  await tries.forgive('account', email)
  if (ways.code) await tries.forgive('factor', account.id)
  return undefined
}

export const WRONG_CODE =
  'This code does not fit. Please type the one that your app shows now; each works once.'
