import { DAY, iso } from '../../server/clock.ts'
import { type SignedIn, signedInClient } from '../my/client.ts'
import type { TestApp } from '../support/app.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { halfSignedIn, signedIn } from '../support/people.ts'
import type { World } from './ids.ts'

/** Whoever comes to a route, signed in; of strangers there is always another one. */
export type Roles = {
  /** A client who has something of everything. */
  ana: Visitor
  /** Another client. */
  ben: Visitor
  /** Works with Ana, sees all charts, and owns the practice. */
  owner: Visitor
  /** Sees all charts, and owns nothing. */
  colleague: Visitor
  /** Sees the charts of who comes to them; Ana does. */
  attending: Visitor
  /** Sees the charts of who comes to them; Ana doesn’t. */
  outsider: Visitor
  /** Owns the practice, and still sees the charts of who comes to them alone. */
  partner: Visitor
  /** Has typed the password; a code of their app is still to come. */
  half: Visitor
  /** Has typed the password in a practice that asks for a second factor, and has none yet. */
  bare: Visitor
  /** Whoever was disabled after they had signed in, in whole or by half. */
  disabled: Visitor
  disabledClient: Visitor
  disabledHalf: Visitor
}

const limited = { sees_all_charts: false, is_owner: false }

export async function signInAll(app: TestApp, world: World): Promise<{ ana: SignedIn; roles: Roles }> {
  const { db } = app
  const dietitian = (given: Record<string, unknown>) => make.dietitian(db, { position: 2, ...given })
  const ana = await signedInClient(app)
  const attending = await dietitian(limited)
  const of = { dietitianId: attending.id, typeId: world.type.id, startsAt: NOW + 9 * DAY }
  await make.appointment(db, of, { client_id: ana.client.id })
  const colleague = await dietitian({ is_owner: false })
  const roles = {
    ana: ana.visitor,
    ben: (await signedInClient(app, { name: 'Ben Ortiz' })).visitor,
    owner: await signedIn(app, world.dietitian),
    colleague: await signedIn(app, colleague),
    attending: await signedIn(app, attending),
    outsider: await signedIn(app, await dietitian(limited)),
    partner: await signedIn(app, await dietitian({ sees_all_charts: false })),
    half: await halfWith(app, true),
    bare: await withoutFactor(app),
    ...(await disable(app)),
  }
  // From now on it would be asked for.
  await make.passkey(db, colleague.account_id)
  return { ana, roles }
}

async function halfWith(app: TestApp, hasApp: boolean): Promise<Visitor> {
  const dietitian = await make.dietitian(app.db, { position: 3 })
  if (hasApp) await make.authenticator(app.db, dietitian.account_id)
  return halfSignedIn(app, dietitian)
}

async function withoutFactor(app: TestApp): Promise<Visitor> {
  await app.db('practice').update({ require_second_factor: true })
  const visitor = await halfWith(app, false)
  await app.db('practice').update({ require_second_factor: false })
  return visitor
}

async function disable(app: TestApp) {
  const { db } = app
  const [one, other] = [await make.dietitian(db, { position: 4 }), await make.dietitian(db, { position: 5 })]
  const disabled = await signedIn(app, one)
  await make.authenticator(db, other.account_id)
  const disabledHalf = await halfSignedIn(app, other)
  const { client, visitor: disabledClient } = await signedInClient(app, { name: 'Cleo Diaz' })
  const accounts = [one.account_id, other.account_id, client.account_id] as string[]
  await db('accounts')
    .whereIn('id', accounts)
    .update({ disabled_at: iso(NOW) })
  return { disabled, disabledClient, disabledHalf }
}
