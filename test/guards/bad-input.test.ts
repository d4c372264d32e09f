import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { type Dump, dump, stamp } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Page, pageOf, type Visitor, visit } from '../support/page.ts'
import { withPassword } from '../support/people.ts'
import { type FormOf, forms, isPublic, whoFills } from './forms.ts'
import { canBeShown, decoded, hostile, hostileTexts, SENTENCE } from './hostile.ts'

const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
const FITTING = [200, 303, 400, 404, 409, 422]
const NOTED_ANYWAY = ['sessions', 'tries', 'audit_entries']

const encoded = (fields: Record<string, string>): string[] =>
  Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)

const joined = ({ also = [] }: FormOf, ...pairs: string[]): string => [...also, ...pairs].join('&')

const without = (fields: Record<string, string>, field: string) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field))

describe('bad input in the form of', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let visitor: Visitor
  /** What the form is about and all that was stored then; made anew after each post that was taken. */
  let about: { path: string; stored: Dump; at: string } | undefined

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    const robin = await make.account(db, { email: 'robin@maple.example' })
    await withPassword(app, robin.id)
    visitor = visit(app)
    about = undefined
  })

  const stored = ({ keepsWhatIsFine }: FormOf) =>
    dump(app.db, keepsWhatIsFine ? [...NOTED_ANYWAY, 'responses'] : NOTED_ANYWAY)

  async function begin(form: FormOf) {
    await app.db.raw(
      'delete from appointment_changes; delete from appointments; delete from inquiries; delete from pgboss.job',
    )
    const path = await form.path(app.db, world)
    return { path, stored: await stored(form), at: await stamp(app.db) }
  }

  /** Posts a body to a form and looks at what came of it: refused with a sentence and nothing stored, or taken. */
  async function attempt(form: FormOf, body: string, told: string): Promise<Page> {
    await app.db('tries').del()
    about ??= await begin(form)
    const { path, stored: before, at } = about
    const answer = await visitor.send('POST', path, { body, headers: FORM })
    assert.ok(FITTING.includes(answer.status), `${told}: ${answer.status} ${answer.body.slice(0, 200)}`)
    assert.doesNotMatch(answer.body, /<script>alert/, told)
    if (answer.status >= 400) {
      assert.match(answer.body, SENTENCE, told)
      if ((await stamp(app.db)) !== at) {
        assert.deepEqual(await stored(form), before, `${told}: something was stored`)
        if (form.keepsWhatIsFine) about = undefined
      }
      return pageOf(visitor, answer, path)
    }
    about = undefined
    if (answer.status === 200 || form.texts.length === 0) return pageOf(visitor, answer, path)
    const page = await visitor.open(answer.location ?? '')
    assert.equal(page.status, 200, `${told}: ${page.path}`)
    return page
  }

  for (const form of forms) {
    it(`${form.name} is answered with a sentence; what was typed stays, and nothing is stored by halves`, async () => {
      const { length: said } = app.logged()
      visitor = await whoFills(app, form, world.dietitian)
      for (const field of Object.keys(form.fields)) {
        const others = encoded(without(form.fields, field))
        const kinds = [...form.texts, 'any', 'reminders'].includes(field) ? hostileTexts : hostile
        for (const [kind, value] of Object.entries(kinds)) {
          const told = `${form.name}, ${field}: ${kind}`
          const page = await attempt(form, joined(form, ...others, `${field}=${value}`), told)
          if (page.status !== 422) continue
          const typed = { ...form.fields, [field]: canBeShown(value) ? decoded(value) : undefined }
          for (const name of form.texts)
            if (typed[name] !== undefined) assert.equal(page.value(name), typed[name], `${told}, ${name}`)
        }
        const twice = `${field}=%FF&${field}=${encodeURIComponent(form.fields[field] ?? '')}`
        await attempt(form, joined(form, ...others, twice), `${form.name}, ${field}: repeated`)
        await attempt(form, joined(form, ...others), `${form.name}, ${field}: left out`)
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
      about = undefined
      const plain = await attempt(form, encoded(form.fields).join('&'), form.name)
      about = undefined
      const page = await attempt(form, [...odd, ...encoded(form.fields)].join('&'), form.name)
      assert.deepEqual([page.status, page.h1], [plain.status, plain.h1], form.name)
    }
  })
})
