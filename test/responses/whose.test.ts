import assert from 'node:assert/strict'
import type { Item } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'About you',
    item: [{ linkId: 'name', type: 'string', text: 'Your name' }],
  },
]

const FIRST = '/my/forms/soup/sections/1'
const paths = ['', '/sections/1', '/review', '/response', '/discarding'].map(
  (path) => `/my/forms/soup${path}`,
)

describe('a form that is being filled in', () => {
  let app: TestApp
  let ana: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let form: Awaited<ReturnType<typeof make.form>>

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    form = await make.form(db, items, { slug: 'soup', title: 'Soup' })
    ana = (await asked(app, form)).ana
    await (await ana.open(FIRST)).button('Save and finish later', { 'a:name': 'Plantedname' })
  })

  const post = async (who: Visitor, path: string, fields = {}) => {
    const [row] = await drafts(app)
    return who.post(path, { draft: row.id, on: 'a:name', 'a:name': 'Mallory', go: 'next', ...fields })
  }

  it('is nobody else’s to see, to save, to send or to discard', async () => {
    const ben = await signedInAsClient(app, await make.client(app.db, { name: 'Ben' }))
    const desk = await signedIn(app, world.dietitian)
    const before = await dump(app.db, ['sessions'])
    for (const path of paths) {
      for (const [who, status] of [
        [ben, 404],
        [desk, 403],
      ] as const) {
        const [seen, posted] = [await who.open(path), await post(who, path)]
        const isPost = /response|discarding/.test(path)
        assert.equal(seen.status, isPost ? 404 : status, path)
        if (/sections|response|discarding/.test(path)) assert.equal(posted.status, status, path)
        assert.doesNotMatch(seen.html + posted.html, /Plantedname/)
      }
      const stranger = await visit(app).send('GET', path)
      assert.match(`${stranger.status} ${stranger.location}`, /^(303 \/sign-in|404)/, path)
    }
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  it('by its id in the form of somebody who is asked the same leads to their own', async () => {
    const { ana: ben, client } = await asked(app, form, { name: 'Ben' })
    const page = await post(ben, FIRST)
    assert.doesNotMatch(page.html, /Plantedname/)
    const mine = page.status === 409 ? await page.button('Keep what I typed here') : page
    assert.equal(mine.h1, 'Look over your answers')
    const rows = await drafts(app)
    assert.equal(rows.length, 2)
    for (const row of rows)
      assert.match(JSON.stringify(opened(row)), row.client_id === client.id ? /Mallory/ : /Plantedname/)
    await post(ben, '/my/forms/soup/discarding', {
      draft: rows.find((row) => row.client_id !== client.id)?.id,
    })
    assert.equal((await drafts(app)).length, 2)
    await post(ben, '/my/forms/soup/response', { draft: rows.find((row) => row.client_id !== client.id)?.id })
    assert.equal((await sent(app)).length, 0)
  })

  it('takes few queries a page', async () => {
    const counted: string[] = []
    const count = ({ sql }: { sql: string }) => counted.push(sql)
    const list = ['/my/forms', '/my/forms/soup', FIRST, '/my/forms/soup/review']
    for (const path of list) await ana.open(path)
    app.db.on('query', count)
    try {
      for (const path of list) {
        counted.length = 0
        assert.equal((await ana.open(path)).status, 200)
        // And one for the session, by the pool of its own.
        assert.ok(counted.length + 1 <= 6, `${path}: ${counted.join('\n')}`)
      }
    } finally {
      app.db.removeListener('query', count)
    }
  })

  it('is kept sealed, and never stands in an address', async () => {
    const rows = JSON.stringify(await dump(app.db))
    assert.doesNotMatch(rows, /Plantedname/)
    const page = await (await ana.open(FIRST)).button('Save and look it over', {
      'a:name': 'Plantedname too',
    })
    assert.doesNotMatch(page.path, /Planted/)
    assert.doesNotMatch(app.logged(), /Planted/)
  })
})
