import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { withPassword } from '../support/people.ts'
import { forms, isPublic, type World, whoFills } from './forms.ts'
import {
  canBeShown,
  decoded,
  hostileApart,
  hostileChoices,
  hostileExact,
  hostileTogether,
} from './hostile.ts'
import { table } from './table.ts'
import { createTrying } from './trying.ts'

const encoded = (fields: Record<string, string>): string[] =>
  Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)

const without = (fields: Record<string, string>, names: string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))

/** Posts without a word of their own, which the tests of accounts and of the builder look at. */
const elsewhere = /^POST (\/sign-|\/my\/account|\/practice\/account|\/practice\/forms\/|.*\/passkey)/

describe('bad input in the form of', () => {
  let app: TestApp
  let world: World
  let attempt: ReturnType<typeof createTrying>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    const robin = await make.account(db, { email: 'robin@maple.example' })
    await withPassword(app, robin.id)
    attempt = createTrying(app, world)
  })

  for (const form of forms) {
    const { name: of, fields, texts, exact = [] } = form
    const alike = ['any', 'reminders']
    const rounds: [names: string[], kinds: Record<string, string>][] = [
      [texts, hostileTogether],
      [exact, hostileTogether],
      ...Object.keys(fields).map((name): [string[], Record<string, string>] => {
        if (exact.includes(name)) return [[name], hostileExact]
        return [[name], [...texts, ...alike].includes(name) ? hostileApart : hostileChoices]
      }),
    ]

    it(`${of} is answered with a sentence; what was typed stays, and nothing is stored by halves`, async () => {
      const { length: said } = app.logged()
      const visitor = await whoFills(app, form, world.dietitian)
      const post = (told: string, ...pairs: string[]) =>
        attempt({ visitor, form, pairs, told: `${of}, ${told}` })
      for (const [names, kinds] of rounds.filter(([names]) => names.length > 0)) {
        const others = encoded(without(fields, names))
        for (const [kind, value] of Object.entries(kinds)) {
          const told = `${names}: ${kind}`
          const page = await post(told, ...others, ...names.map((name) => `${name}=${value}`))
          if (page.status !== 422) continue
          const shown = canBeShown(value) ? decoded(value) : undefined
          for (const name of [...texts, ...exact]) {
            const typed = names.includes(name) ? shown : fields[name]
            if (typed !== undefined) assert.equal(page.value(name), typed, `${of}, ${told}, ${name}`)
          }
        }
      }
      for (const name of Object.keys(fields)) {
        const others = encoded(without(fields, [name]))
        const twice = [`${name}=%FF`, `${name}=${encodeURIComponent(fields[name] ?? '')}`]
        await post(`${name}: repeated`, ...others, ...twice)
        await post(`${name}: left out`, ...others)
      }
      assert.doesNotMatch(app.logged().slice(said), /"level":[56]0/)
    })
  }

  it('all of them: fields that no form has change nothing', async () => {
    const odd = [
      '__proto__=x',
      'constructor=x',
      'name%5B%5D=x',
      'toString=x',
      '%FF=%FF',
      '=x',
      'state=kept',
      '&&',
    ]
    for (const form of forms.filter(isPublic)) {
      const post = async (pairs: string[]) => {
        attempt = createTrying(app, world)
        return attempt({ visitor: visit(app), form, pairs, told: form.name })
      }
      const plain = await post(encoded(form.fields))
      const page = await post([...odd, ...encoded(form.fields)])
      assert.deepEqual([page.status, page.h1], [plain.status, plain.h1], form.name)
    }
  })

  it('every route that takes one', async () => {
    const patterns = Object.keys(table).filter((name) => name.startsWith('POST ') && !elsewhere.test(name))
    const missing = new Set(patterns)
    await make.client(app.db, { id: '00000000-0000-4000-8000-00000000c11e' })
    for (const form of forms) {
      await app.db.raw('delete from appointment_changes; delete from appointments')
      const made = await form.path(app.db, world)
      const path = (typeof made === 'string' ? made : made.path).split('?')[0] ?? ''
      const isOf = (pattern: string) =>
        new RegExp(`^POST ${pattern.slice(5).replace(/:\w+/g, '[^/]+')}$`).test(`POST ${path}`)
      for (const pattern of [...missing].filter(isOf)) missing.delete(pattern)
    }
    assert.deepEqual([...missing], [])
  })
})
