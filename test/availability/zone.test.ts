import assert from 'node:assert/strict'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'

describe('the reader’s time zone', () => {
  let app: TestApp
  let visitor: Visitor

  beforeEach(async () => {
    app = await testApp()
    await make.world(await reset(), { type: { slug: 'initial' } })
    visitor = visit(app)
  })

  it('is the practice’s as a guess, chosen by hand without JavaScript, and remembered', async () => {
    const times = await visitor.open('/book/initial?from=2026-03-04')
    assert.match(times.text, /Your time zone: Eastern Standard Time \(Indianapolis\)/)
    const choice = await times.link(/^Change/)
    assert.equal(choice.h1, 'Your time zone')
    assert.equal(choice.value('zone'), 'America/Indiana/Indianapolis')
    const back = await choice.button('Use this time zone', { zone: 'Asia/Kathmandu' })
    assert.equal(back.path.split('?')[0], '/book/initial')
    assert.match(back.text, /Your time zone: Nepal Time \(Kathmandu\)/)
    const later = await visitor.open('/book/initial?from=2026-03-05')
    assert.match(later.text, /Nepal Time \(Kathmandu\)/)
    assert.match(later.text, /The small time is the practice’s own: Eastern Standard Time \(Indianapolis\)/)
  })

  it('in the address goes before the one that was remembered, and stays in its links', async () => {
    await visitor.post('/zone', { zone: 'Asia/Kathmandu' })
    const times = await visitor.open('/book/initial?zone=Europe/London')
    assert.match(times.text, /Greenwich Mean Time \(London\)/)
    assert.match((await times.link('Later')).text, /\(London\)/)
  })

  it('of an old name is understood and called by its name of today', async () => {
    const page = await visitor.open('/book/initial?zone=Asia/Katmandu')
    assert.match(page.text, /Nepal Time \(Kathmandu\)/)
  })

  it('that does not exist is refused, and the list is there again', async () => {
    const page = await visitor.post('/zone', { zone: 'Mars/Olympus', returnTo: '/book/initial' })
    assert.equal(page.status, 422)
    assert.match(page.errorFor('zone') ?? '', /don’t know this time zone/)
    const done = await page.button('Use this time zone', { zone: 'America/Chicago' })
    assert.equal(done.path, '/book/initial')
    assert.equal((await visitor.open('/book/initial?zone=Mars/Olympus')).status, 400)
  })

  it('in a cookie that is none is a guess again', async () => {
    for (const value of ['Mars/Olympus', '%E0%A4%A', 'x'.repeat(3000), '"', '__proto__']) {
      const other = visit(app)
      other.cookies.set('zone', value)
      const page = await other.open('/book/initial')
      assert.match(page.text, /\(Indianapolis\)/, value)
    }
  })

  it('never leads to another site', async () => {
    for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil', '']) {
      const page = await visitor.post('/zone', { zone: 'America/Chicago', returnTo })
      assert.equal(page.path, '/book', returnTo)
    }
  })
})
