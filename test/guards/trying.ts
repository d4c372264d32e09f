import assert from 'node:assert/strict'
import type { TestApp } from '../support/app.ts'
import { type Dump, dump, stamp } from '../support/dump.ts'
import { type Page, pageOf, type Visitor } from '../support/page.ts'
import { type FormOf, isPublic, type World } from './forms.ts'
import { SENTENCE } from './hostile.ts'

const HEADERS = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
const FITTING = [200, 303, 400, 404, 409, 422]
const NOTED_ANYWAY = ['sessions', 'tries', 'audit_entries', 'audit_head']

export type Trying = {
  visitor: Visitor
  form: FormOf
  /** Pairs of names and values, percent-encoded. */
  pairs: string[]
  told: string
}

/**
 * Posts to a form and looks at what came of it: taken, or refused with a sentence and nothing stored. What the form is
 * about is made anew after each post that was taken.
 */
export function createTrying(app: TestApp, world: World) {
  let about: { form: FormOf; path: string; also: string[]; at: string; rows?: Dump } | undefined

  const rowsOf = ({ keepsWhatIsFine }: FormOf) =>
    dump(app.db, keepsWhatIsFine ? [...NOTED_ANYWAY, 'responses'] : NOTED_ANYWAY)

  async function begin(form: FormOf) {
    await app.db.raw(
      'delete from appointment_changes; delete from appointments; delete from inquiries; delete from pgboss.job',
    )
    const made = await form.path(app.db, world)
    const { path, also } = typeof made === 'string' ? { path: made, also: {} } : made
    const fixed = Object.entries(also).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    return { form, path, also: [...(form.also ?? []), ...fixed], at: await stamp(app.db) }
  }

  async function attempt({ visitor, form, pairs, told }: Trying): Promise<Page> {
    if (about?.form !== form) about = await begin(form)
    if (form.isCounted || isPublic(form)) await app.db('tries').del()
    const { path, also, at, rows } = about
    const body = [...also, ...pairs].join('&')
    const answer = await visitor.send('POST', path, { body, headers: HEADERS })
    assert.ok(FITTING.includes(answer.status), `${told}: ${answer.status} ${answer.body.slice(0, 200)}`)
    assert.doesNotMatch(answer.body, /<script>alert/, told)
    if (answer.status < 400) {
      about = undefined
      const isElsewhere = answer.status === 303 && form.texts.length > 0
      const page = isElsewhere ? await visitor.open(answer.location ?? '') : pageOf(visitor, answer, path)
      if (isElsewhere) assert.equal(page.status, 200, `${told}: ${page.path}`)
      return page
    }
    assert.match(answer.body, SENTENCE, told)
    if ((await stamp(app.db)) === at) return pageOf(visitor, answer, path)
    // Something was written, and be it that somebody tried: once more, with a look at every row.
    if (!rows) {
      about = await begin(form)
      about.rows = await rowsOf(form)
      about.at = ''
      return attempt({ visitor, form, pairs, told })
    }
    assert.deepEqual(await rowsOf(form), rows, `${told}: something was stored`)
    if (form.keepsWhatIsFine) about = undefined
    return pageOf(visitor, answer, path)
  }

  return attempt
}
