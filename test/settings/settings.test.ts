import assert from 'node:assert/strict'
import { HOUR, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'

describe('the settings of a practice', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  const actions = () => app.db('audit_entries').orderBy('position').pluck('action')

  it('are changed by an owner, seen by everybody at once, and noted', async () => {
    const page = await desk.open('/practice/settings')
    assert.equal(page.value('name'), 'Maple Street Nutrition')
    const saved = await page.button('Save the practice', {
      name: '  Maple & <b>Co</b> ',
      address: '1 New Street\nIndianapolis',
      phone: '+1 317 555 0199',
      zone: 'America/Chicago',
    })
    assert.match(saved.text, /Saved\./)
    const row = await app.db('practice').first()
    assert.deepEqual(
      [row.name, row.address, row.phone, row.zone],
      ['Maple & <b>Co</b>', '1 New Street\nIndianapolis', '+1 317 555 0199', 'America/Chicago'],
    )
    const home = await visit(app).open('/')
    assert.match(home.html, /Maple &amp; &lt;b&gt;Co/)
    assert.deepEqual(await actions(), ['settings.changed'])
  })

  it('stay as they are, with what was typed, when something is wrong with it', async () => {
    const before = await app.db('practice').first()
    const page = await desk.open('/practice/settings')
    const typed = { name: '', email: 'no address', zone: 'America/Chicago', tagline: 'x'.repeat(201) }
    const refused = await page.button('Save the practice', typed)
    assert.equal(refused.status, 422)
    assert.equal(refused.errorFor('name'), 'The practice needs a name.')
    assert.match(refused.errorFor('email') ?? '', /name@example\.com/)
    assert.match(refused.errorFor('tagline') ?? '', /at most 200/)
    assert.equal(refused.value('email'), 'no address')
    assert.equal(refused.value('zone'), 'America/Chicago')
    const bad = await desk.post('/practice/settings', { name: 'M', email: 'a@b.example', zone: 'Mars/Base' })
    assert.match(bad.errorFor('zone') ?? '', /don’t know this time zone/)
    assert.deepEqual(await app.db('practice').first(), before)
    assert.deepEqual(await actions(), [])
  })

  it('of two at once: the second is shown what stands now, loses nothing, and may save again', async () => {
    const colleague = await signedIn(app, await make.dietitian(app.db))
    const [mine, theirs] = [await desk.open('/practice/settings'), await colleague.open('/practice/settings')]
    await theirs.button('Save the practice', { name: 'Theirs' })
    const late = await mine.button('Save the practice', { name: 'Mine', tagline: 'Also mine' })
    assert.equal(late.status, 409)
    assert.match(late.text, /Somebody else saved this page/)
    assert.match(late.text, /Name\s*Theirs/)
    assert.deepEqual([late.value('name'), late.value('tagline')], ['Mine', 'Also mine'])
    assert.equal((await app.db('practice').first('name')).name, 'Theirs')
    assert.match((await late.button('Save the practice')).text, /Saved\./)
    assert.equal((await app.db('practice').first('name')).name, 'Mine')
  })

  it('of two at the very same moment keep one', async () => {
    const colleague = await signedIn(app, await make.dietitian(app.db))
    const pages = await Promise.all([desk, colleague].map((who) => who.open('/practice/settings/home')))
    const saved = await Promise.all(
      pages.map((page, n) => page.button('Save the home page', { headline: `Headline ${n}` })),
    )
    assert.deepEqual(saved.map(({ status }) => status).sort(), [200, 409])
    assert.deepEqual(await actions(), ['settings.changed'])
  })

  it('of different pages don’t get in each other’s way', async () => {
    const practice = await desk.open('/practice/settings')
    const policies = await desk.open('/practice/settings/policies')
    await practice.button('Save the practice', { name: 'Newer' })
    assert.equal((await policies.button('Save the policies', { privacy_policy: 'One.' })).status, 200)
  })

  it('make the home page: its words, and up to six habits of which one without a title is left out', async () => {
    const page = await desk.open('/practice/settings/home')
    const saved = await page.button('Save the home page', {
      headline: 'Eat well',
      introduction: 'We help.',
      about: 'One.\n\nTwo.',
      title1: 'Fiber',
      text1: 'More of it.',
      icon1: 'wheat',
      title3: 'Sleep',
      icon3: 'moon',
    })
    assert.equal(saved.value('title2'), 'Sleep')
    const home = await visit(app).open('/')
    assert.equal(home.h1, 'Eat well')
    assert.match(home.text, /Fiber\s*More of it\.[\s\S]*Sleep/)
    const alone = await saved.button('Save the home page', { text4: 'Without a title' })
    assert.match(alone.errorFor('title4') ?? '', /give habit 4 a title/)
    const forged = await desk.post('/practice/settings/home', { headline: 'x', icon1: '../../etc' })
    assert.match(forged.errorFor('icon1') ?? '', /picture from the list/)
  })

  it('make the policies, which everybody finds at the foot and at the booking once there are any', async () => {
    const visitor = visit(app)
    assert.equal((await visitor.send('GET', '/policies')).status, 404)
    assert.ok(!(await visitor.open('/')).links.some(({ href }) => href === '/policies'))
    const page = await desk.open('/practice/settings/policies')
    await page.button('Save the policies', { cancellation_policy: '**A day** before.\n\n<script>x</script>' })
    const read = await (await visitor.open('/')).link('Policies')
    assert.match(read.html, /<strong>A day<\/strong> before/)
    assert.match(read.html, /&lt;script&gt;/)
    assert.doesNotMatch(read.text, /Privacy/)
    const times = await visitor.open(`/book/${world.type.slug}`)
    const details = await (await times.link(/Thursday, March 5/)).button('1:00 PM')
    assert.ok(details.links.some(({ href }) => href === '/policies'))
    assert.deepEqual(await actions(), ['policies.changed'])
  })

  it('say for how many years signed records are kept, from 1 to 50', async () => {
    const page = await desk.open('/practice/settings/policies')
    assert.equal(page.value('keeps_records_years'), '7')
    for (const wrong of ['', '0', '51', 'seven', '7.5']) {
      const refused = await page.button('Save the policies', { keeps_records_years: wrong })
      assert.equal(
        refused.errorFor('keeps_records_years'),
        'Years: please write a whole number from 1 to 50.',
      )
    }
    await page.button('Save the policies', { keeps_records_years: '10' })
    assert.equal((await app.db('practice').first()).keeps_records_years, 10)
  })

  describe('how long one stays signed in', () => {
    const set = async (minutes: Record<string, string>) =>
      (await desk.open('/practice/settings/security')).button('Save the security', minutes)

    it('counts for who is signed in already, by role', async () => {
      const client = await make.clientAccount(app.db)
      const my = await signedInAsClient(app, client)
      await set({ dietitian_idle_minutes: '10', dietitian_absolute_minutes: '60', client_idle_minutes: '30' })
      app.clock.set(NOW + 11 * MINUTE)
      assert.equal((await desk.send('GET', '/practice')).status, 303)
      assert.equal((await my.send('GET', '/my')).status, 200)
      app.clock.set(NOW + 42 * MINUTE)
      assert.equal((await my.send('GET', '/my')).status, 303)
    })

    it('ends in all, however busy somebody is', async () => {
      await set({ dietitian_idle_minutes: '60', dietitian_absolute_minutes: '60' })
      const again = await signedIn(app, world.dietitian)
      for (const minutes of [30, 55]) {
        app.clock.set(NOW + minutes * MINUTE)
        assert.equal((await again.send('GET', '/practice')).status, 200)
      }
      app.clock.set(NOW + HOUR)
      assert.equal((await again.send('GET', '/practice')).status, 303)
    })

    it('has sane bounds, in the form and in the database', async () => {
      for (const [field, value] of Object.entries({
        dietitian_idle_minutes: '4',
        dietitian_absolute_minutes: '1441',
        client_idle_minutes: '0',
        client_absolute_minutes: '1e3',
      })) {
        const refused = await set({ [field]: value })
        assert.equal(refused.status, 422, field)
        assert.match(refused.errorFor(field) ?? '', /number from/, field)
        assert.equal(refused.value(field), value)
      }
      const longer = await set({ client_idle_minutes: '500', client_absolute_minutes: '400' })
      assert.match(longer.errorFor('client_idle_minutes') ?? '', /can’t be more than those in all/)
      const none = await set({ client_absolute_minutes: '0' })
      assert.match(none.text, /Clients, minutes in all: please write a whole number from 15 to 43200\./)
      assert.equal(none.errorFor('client_idle_minutes'), undefined)
      for (const change of [{ client_idle_minutes: 0 }, { dietitian_absolute_minutes: 60 }])
        await assert.rejects(app.db('practice').update(change), { code: '23514' })
    })

    it('is asked for with the password again when that was long ago', async () => {
      app.clock.set(NOW + 16 * MINUTE)
      const page = await desk.open('/practice/settings/security')
      const again = await page.button('Save the security', { client_idle_minutes: '30' })
      assert.equal(again.h1, 'Is it still you?')
      assert.equal(again.value('returnTo'), '/practice/settings/security')
      assert.equal((await app.db('practice').first()).client_idle_minutes, 1440)
    })
  })

  it('are for owners: another dietitian reads and changes none of them', async () => {
    const colleague = await signedIn(app, await make.dietitian(app.db, { is_owner: false }))
    const before = await app.db('practice').first()
    for (const path of ['', '/home', '/policies', '/security', '/mails', '/mails/booked', '/people']) {
      assert.equal((await colleague.send('GET', `/practice/settings${path}`)).status, 403, path)
      if (path === '/mails') continue
      const page = await colleague.post(`/practice/settings${path}`, { name: 'x', headline: 'x' })
      assert.equal(page.status, 403, path)
    }
    assert.deepEqual(await app.db('practice').first(), before)
    assert.equal((await colleague.open('/practice/settings/profile')).h1, 'Your profile')
  })
})
