import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { type Dump, dump, stamp } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { pageOf } from '../support/page.ts'
import { forms, whoFills } from './forms.ts'
import { SENTENCE } from './hostile.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const RUNS = 30
const NOTED_ANYWAY = ['sessions', 'tries', 'audit_entries']
const HEADERS = { 'content-type': 'application/x-www-form-urlencoded' }

/** Any characters at all, some of them as bytes that are no UTF-8. */
const noise = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed())),
      fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => encodeURIComponent(text)),
      fc.integer({ min: 128, max: 255 }).map((byte) => `%${byte.toString(16)}`),
      fc.constantFrom('%', '+', '%00', '%0D%0A', '%u0041', '%2', '&amp;', ';'),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''))

describe(`random input (FLORA_SEED=${seed})`, () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    await make.account(db, { email: 'robin@maple.example' })
  })

  for (const form of forms.filter(({ fields }) => !('any' in fields))) {
    it(`in ${form.name} is taken or refused with a sentence, never an error`, async () => {
      const visitor = await whoFills(app, form, world.dietitian)
      const names = Object.keys(form.fields)
      const leaveOut = form.keepsWhatIsFine ? [...NOTED_ANYWAY, 'responses'] : NOTED_ANYWAY
      let about: { path: string; stored: Dump; at: string } | undefined
      const begin = async () => {
        await app.db.raw('delete from appointment_changes; delete from appointments; delete from pgboss.job')
        const path = await form.path(app.db, world)
        return { path, stored: await dump(app.db, leaveOut), at: await stamp(app.db) }
      }
      const spoiled = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })
      const body = fc.tuple(spoiled, fc.array(noise, { minLength: names.length, maxLength: names.length }))
      await fc.assert(
        fc.asyncProperty(body, async ([fields, values]) => {
          about ??= await begin()
          const { path, stored, at } = about
          if (form.name === 'signing in') await app.db('tries').del()
          const pairs = names.map((name, n) => {
            const own = encodeURIComponent(form.fields[name] ?? '')
            return `${name}=${fields.includes(name) ? values[n] : own}`
          })
          const body = [...(form.also ?? []), ...pairs].join('&')
          const answer = await visitor.send('POST', path, { body, headers: HEADERS })
          assert.ok([200, 303, 400, 404, 409, 422].includes(answer.status), String(answer.status))
          if (answer.status < 400) about = undefined
          else {
            assert.match(answer.body, SENTENCE)
            assert.notEqual(pageOf(visitor, answer, path).h1, '')
            if ((await stamp(app.db)) === at) return
            assert.deepEqual(await dump(app.db, leaveOut), stored)
            if (form.keepsWhatIsFine) about = undefined
          }
        }),
        { seed, numRuns: RUNS },
      )
    })
  }
})
