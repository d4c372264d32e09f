import assert from 'node:assert/strict'
import { findHours } from '../../server/availability/store.ts'
import { instantAt } from '../../server/availability/zones.ts'
import type { Instant } from '../../server/clock.ts'
import { loadSample } from '../../server/sample/store.ts'
import { practice } from '../../server/sample/story.ts'
import { whyOutside } from '../../server/schedule/outside.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'

type Row = { starts_at: Instant; ends_at: Instant; booked_at: Instant; client_id: string; state: string }

/** Days of a week, and hours at which somebody may start it for the first time. */
const starts: [string, string, number][] = [
  ['a Monday before dawn', '2026-03-09', 20],
  ['a Wednesday at noon', '2026-03-04', 720],
  ['a Friday evening', '2026-11-06', 1200],
  ['a Saturday before dawn', '2026-11-07', 5],
  ['a Sunday at night', '2026-11-22', 1435],
]

describe('the sample practice', () => {
  for (const [words, date, minute] of starts)
    describe(`that begins on ${words}`, () => {
      let app: TestApp
      let now: Instant
      let rows: Row[]

      beforeEach(async () => {
        app = await testApp()
        await reset()
        now = instantAt(date, minute, practice.zone)
        app.clock.set(now)
        await loadSample(app.deps)
        rows = await app.db('appointments').orderBy('starts_at')
      })

      it('has people today, and nobody outside the hours', async () => {
        const { id } = await app.db('dietitians').first('id')
        const [hours, off] = [await findHours(app.db, id, now), await app.db('time_off')]
        const timeOff = off.map(({ starts_at, ends_at }) => ({ start: starts_at, end: ends_at }))
        const coming = rows.filter(({ state }) => state === 'booked')
        for (const { starts_at: startsAt, ends_at: endsAt } of coming)
          assert.equal(whyOutside(hours, timeOff, { startsAt, endsAt, place: null }), null)
        const from = instantAt(date, 0, practice.zone)
        const today = coming.filter((row) => row.starts_at >= from && row.starts_at < from + 86_400_000)
        assert.equal(today.length, 4)
      })

      it('tells everything in an order that can have been', async () => {
        for (const row of rows) assert.ok(row.booked_at < Math.min(now, row.starts_at))
        for (const { at } of await app.db('appointment_changes')) assert.ok(at <= now)
        const first = (client: string) =>
          rows.find(({ client_id, state }) => client_id === client && state === 'kept')?.starts_at ?? now
        const signed = await app.db('consent_signatures')
        for (const one of signed) assert.ok(one.signed_at < first(one.client_id))
        const clients = await app.db('clients')
        for (const { id, created_at } of clients)
          assert.ok(rows.every((row) => row.client_id !== id || row.booked_at >= created_at))
        const old = await app.db('raised_signs').whereNotNull('acknowledged_at')
        assert.equal(old.length, 2)
        for (const { client_id, raised_at, acknowledged_at } of old)
          assert.ok(raised_at < acknowledged_at && acknowledged_at < first(client_id))
        for (const table of ['responses', 'raised_signs', 'form_requests', 'notes'])
          for (const one of await app.db(table))
            for (const [name, at] of Object.entries(one))
              if (/_at$/.test(name) && name !== 'due_at' && typeof at === 'number')
                assert.ok(at <= now, `${table}.${name}`)
      })
    })
})
