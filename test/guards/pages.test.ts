import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { keepRows } from '../support/kept.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { accountPages } from './account-pages.ts'
import { checkPage } from './checks.ts'
import { deskPages } from './desk-pages.ts'
import { myPages } from './my-pages.ts'
import { emptyPages, publicPages } from './pages.ts'
import { type Scene, type Shown, setScene } from './scene.ts'

const pages = [...publicPages, ...accountPages, ...myPages, ...deskPages]
const views = path.join(import.meta.dirname, '../../views')

describe('every page has one heading, a title, labels, safe headers and valid HTML:', () => {
  let app: TestApp
  let scene: Scene

  const check = async ({ kind, status = 200, open }: Shown) => {
    const page = await open(scene)
    assert.equal(page.status, status)
    await checkPage(page, kind)
  }

  describe('of a practice on a full day,', () => {
    let kept: Awaited<ReturnType<typeof keepRows>>

    before(async () => {
      app = await testApp()
      await reset()
      scene = await setScene(app)
      kept = await keepRows(app.db)
    })
    after(() => kept.forget())

    for (const shown of pages)
      it(shown.name, async () => {
        try {
          await check(shown)
        } finally {
          if (shown.changes) await again()
        }
      })

    /** What happened on the way to a page is as before for the next one. */
    async function again() {
      app.clock.set(NOW)
      scene.visitor.cookies.clear()
      await kept.restore()
    }
  })

  it('the same of a practice that has only just begun', async () => {
    app = await testApp()
    await reset()
    await make.practice(app.db, { headline: 'A calmer gut', phone: '', address: '' })
    const desk = await signedIn(app, await make.dietitian(app.db))
    const my = await signedInAsClient(app, await make.clientAccount(app.db))
    const who = { public: visit(app), link: visit(app), my, desk }
    for (const [address, kind] of emptyPages) {
      const page = await who[kind].open(address)
      assert.equal(page.status, 200, address)
      await checkPage(page, kind)
    }
  })

  it('and none is missing here', () => {
    const files = readdirSync(views, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ejs'))
      .map((file) => file.replace('.ejs', ''))
    const inside = files.flatMap(included)
    const isInside = (file: string) => inside.some((part) => part.test(file))
    const shown = new Set(pages.map(({ view }) => view))
    // Those of records are drawn into a file that is downloaded; see test/records.
    const alone = files.filter((file) => !/^(layout|records)\//.test(file) && !isInside(file))
    assert.deepEqual(alone.sort(), [...shown].sort())
  })
})

/** The parts that this view draws in its own page; the name of some is made of what they show. */
function included(view: string): RegExp[] {
  const text = readFileSync(path.join(views, `${view}.ejs`), 'utf8')
  return [...text.matchAll(/include\(['`]([^'`]+)['`]/g)].map(
    ([, part = '']) => new RegExp(`^${part.replace(/\$\{[^}]+\}/g, '[^/]+')}$`),
  )
}
