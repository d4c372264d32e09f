import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { forms, type World, whoFills } from './forms.ts'
import { createTrying } from './trying.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const RUNS = 20

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
  let world: World

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    await make.account(db, { email: 'robin@maple.example' })
  })

  for (const form of forms.filter(({ fields }) => !('any' in fields))) {
    it(`in ${form.name} is taken or refused with a sentence, never an error`, async () => {
      const visitor = await whoFills(app, form, world.dietitian)
      const attempt = createTrying(app, world)
      const names = Object.keys(form.fields)
      const spoiled = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 })
      const body = fc.tuple(spoiled, fc.array(noise, { minLength: names.length, maxLength: names.length }))
      await fc.assert(
        fc.asyncProperty(body, async ([fields, values]) => {
          const pairs = names.map((name, n) => {
            const own = encodeURIComponent(form.fields[name] ?? '')
            return `${name}=${fields.includes(name) ? values[n] : own}`
          })
          const page = await attempt({ visitor, form, pairs, told: form.name })
          if (page.status >= 400) assert.notEqual(page.h1, '')
        }),
        { seed, numRuns: RUNS },
      )
    })
  }
})
