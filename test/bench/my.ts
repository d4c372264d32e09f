import { randomUUID } from 'node:crypto'
import { hashPassword } from '../../server/accounts/password.ts'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { createSealer, hashToken, makeToken } from '../../server/sealing/seal.ts'
import { make } from '../support/make.ts'
import { secrets, startFlora } from './flora.ts'
import { comparePages } from './pages.ts'
import { startPostgres } from './postgres.ts'
import { visitor } from './visitor.ts'
import { makeDatabase, seedDiary, within } from './world.ts'

const GOAL = 0.5
const MOST_QUERIES = 6
const PASSWORD = 'seven quiet pears'

/** A client's page, beside a bare Express route with the same queries and bytes, in a practice of a hundred thousand appointments. */
export async function benchMy(): Promise<boolean> {
  const postgres = await startPostgres()
  try {
    const now = Date.now()
    const url = await makeDatabase(postgres, 'my')
    await seedDiary(url, { past: 97_000, coming: 3_000 }, now)
    const email = await addClient(url, now)
    const flora = await startFlora(url)
    const headers = { Cookie: await signIn(flora.base, email) }
    const pages = [{ name: 'a client’s page', path: '/my', headers }]
    const isGood = await comparePages({ url, base: flora.base }, pages, {
      ratio: GOAL,
      queries: MOST_QUERIES,
    })
    await flora.stop()
    return isGood
  } finally {
    await postgres.remove()
  }
}

/**
 * A client of two years: twenty-four appointments that were, three to come, two documents to sign and two signed, and
 * all the forms that Flora brings to be filled in.
 */
function addClient(url: string, now: number): Promise<string> {
  return within(url, async (db) => {
    const password_hash = await hashPassword(PASSWORD)
    const account = await make.account(db, { role: 'client', password_hash })
    const client = await make.client(db, { account_id: account.id, email: account.email, name: 'Ana Ruiz' })
    const dietitian = await make.dietitian(db, { name: 'Dana Reed' })
    const types = await db('appointment_types').select<{ id: string }[]>('id').orderBy('position').limit(3)
    const sealer = createSealer(secrets.SEALING_KEYS)
    for (let month = -24; month < 3; month += 1) {
      const id = randomUUID()
      const token = makeToken()
      const sealed = sealer.seal({ table: 'appointments', column: 'link_sealed', row: id }, token)
      const link = { link_hash: hashToken(token), link_sealed: sealed }
      const of = { dietitianId: dietitian.id, typeId: (types[(month + 24) % 3] as { id: string }).id }
      const startsAt = now + month * 30 * DAY + DAY - (now % HOUR)
      const state = month < 0 ? 'kept' : 'booked'
      await make.appointment(db, { ...of, startsAt }, { id, client_id: client.id, state, ...link })
    }
    for (const isSigned of [true, true, false, false]) {
      const { versionId } = await make.consent(db, { accountId: dietitian.account_id })
      if (isSigned) await make.signature(db, versionId, client.id)
    }
    await make.ownForms(db)
    const forms = await db('forms').select<{ id: string }[]>('id')
    const asked = { client_id: client.id, due_at: iso(now + DAY), asked_at: iso(now) }
    await db('form_requests').insert(forms.map(({ id }) => ({ ...asked, form_id: id })))
    return String(account.email)
  })
}

async function signIn(base: string, email: string): Promise<string> {
  const guest = visitor({ connections: 1 })
  const { status, headers } = await guest.post(`${base}/sign-in`, { email, password: PASSWORD })
  guest.leave()
  const [cookie] = headers['set-cookie'] ?? []
  if (status !== 303 || !cookie) throw new Error(`Signing in was answered with ${status}`)
  return cookie.split(';')[0] ?? ''
}
