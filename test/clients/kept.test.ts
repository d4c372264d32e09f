import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Knex } from 'knex'
import { DAY } from '../../server/clock.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))

describe('what is kept beside a client', () => {
  let db: Knex
  let dietitianIds: string[]
  let clientIds: string[]
  let typeId: string

  beforeEach(async () => {
    db = await reset()
    const seeing = { sees_all_charts: false }
    const dietitians = [await make.dietitian(db, seeing), await make.dietitian(db, seeing)]
    dietitianIds = dietitians.map(({ id }) => id)
    clientIds = [(await make.client(db)).id, (await make.client(db)).id]
    typeId = (await make.type(db, dietitianIds)).id
  })

  const states = ['held', 'booked', 'kept', 'no_show', 'cancelled', 'lapsed'] as const
  const which = fc.nat({ max: 1 })
  const step = fc.oneof(
    fc.record({
      what: fc.constant('make' as const),
      who: which,
      whom: which,
      state: fc.constantFrom(...states),
      isProved: fc.boolean(),
    }),
    fc.record({ what: fc.constant('prove' as const), nth: fc.nat({ max: 3 }), isProved: fc.boolean() }),
    fc.record({
      what: fc.constant('turn' as const),
      nth: fc.nat({ max: 3 }),
      state: fc.constantFrom(...states),
    }),
    fc.record({ what: fc.constant('give' as const), nth: fc.nat({ max: 3 }), who: which, whom: which }),
    fc.record({ what: fc.constant('drop' as const), nth: fc.nat({ max: 3 }) }),
    fc.record({ what: fc.constant('own' as const), whom: which, who: fc.option(which) }),
  )
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

  const inState = (state: string) => ({
    state,
    held_until: state === 'held' || state === 'lapsed' ? new Date(NOW) : null,
    cancelled_at: state === 'cancelled' ? new Date(NOW) : null,
  })

  let count = 0
  async function take(one: Step, made: string[]): Promise<void> {
    const nth = 'nth' in one ? made[one.nth] : undefined
    if (one.what === 'make') {
      count += 1
      const of = { dietitianId: dietitianIds[one.who] ?? '', typeId, startsAt: NOW + count * DAY }
      const given = { client_id: clientIds[one.whom], opens_chart: one.isProved, ...inState(one.state) }
      made.push((await make.appointment(db, of, given)).id)
    }
    if (one.what === 'own') {
      const dietitian_id = one.who === null ? null : dietitianIds[one.who]
      await db('clients').where({ id: clientIds[one.whom] }).update({ dietitian_id })
    }
    if (!nth) return
    const of = db('appointments').where({ id: nth })
    if (one.what === 'turn') await of.update(inState(one.state))
    if (one.what === 'prove') await of.update({ opens_chart: one.isProved })
    if (one.what === 'give')
      await of.update({ dietitian_id: dietitianIds[one.who], client_id: clientIds[one.whom] })
    if (one.what === 'drop') await of.del()
  }

  it(`is whose they are and whether they came, whatever becomes of their appointments (FLORA_SEED=${seed})`, async () => {
    const told = `
      select d.id as dietitian, c.id as client, may_see_chart(d.id, c.id) as seen,
        exists (select 1 from appointments a where a.client_id = c.id and a.state = 'kept') as active
      from dietitians d cross join clients c order by 1, 2`
    const kept = `
      select d.id as dietitian, c.id as client, o.client_id is not null as seen, c.is_active as active
      from dietitians d cross join clients c
      left join own_clients o on o.dietitian_id = d.id and o.client_id = c.id order by 1, 2`
    const walk = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      await db('appointments').del()
      await db('clients').update({ dietitian_id: null })
      const made: string[] = []
      for (const one of steps) {
        await take(one, made)
        assert.deepEqual((await db.raw(kept)).rows, (await db.raw(told)).rows)
      }
    })
    await fc.assert(walk, { numRuns: 25, seed })
  })
})
