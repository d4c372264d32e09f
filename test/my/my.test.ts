import assert from 'node:assert/strict'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { type SignedIn, signedInClient } from './client.ts'

const VIDEO = 'https://video.example/dana'

describe('a client’s page', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let ana: SignedIn

  beforeEach(async () => {
    app = await testApp()
    await reset()
    world = await make.world(app.db, { dietitian: { video_url: VIDEO }, type: { name: 'First visit' } })
    ana = await signedInClient(app)
  })

  const appointment = (startsAt: number, given: Record<string, unknown> = {}) =>
    make.appointment(
      app.db,
      { dietitianId: world.dietitian.id, typeId: String(given.type ?? world.type.id), startsAt },
      {
        client_id: ana.client.id,
        booked_name: 'Ana Ruiz',
        ...Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'type')),
      },
    )
  const follow = () =>
    make.type(app.db, [world.dietitian.id], {
      slug: 'follow-up',
      name: 'Follow-up',
      minutes: 30,
      listed: false,
    })

  it('greets somebody new, and gives the first step', async () => {
    await follow()
    const my = await ana.my()
    assert.equal(my.h1, 'Hello, Ana Ruiz')
    assert.match(my.title, /^My page · Maple/)
    assert.match(my.text, /Nothing is planned yet/)
    assert.doesNotMatch(my.html, /Book again|Follow-up|All your appointments/)
    assert.equal((await my.link('Book an appointment')).h1, 'Book an appointment')
  })

  it('is kept by nobody and found by nobody', async () => {
    for (const path of ['/my', '/my/appointments']) {
      const { headers, html } = await ana.visitor.open(path)
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.match(headers.get('x-robots-tag') ?? '', /noindex/)
      assert.match(html, /<meta name="robots" content="noindex">/)
    }
  })

  it('tells when and where the next appointment is, in the zone of the client, and at the practice', async () => {
    await appointment(NOW + 2 * DAY, { zone: 'Asia/Kathmandu' })
    await appointment(NOW + 5 * DAY)
    await appointment(NOW + DAY, { state: 'cancelled', cancelled_at: new Date(NOW).toISOString() })
    const { text } = await ana.my()
    assert.match(
      text,
      /Your next appointment When Thursday, March 5 7:45 PM to 8:45 PM Nepal Time \(Kathmandu\)/,
    )
    assert.match(text, /At the practice: Thu, Mar 5, 9:00 AM, Eastern Standard Time \(Indianapolis\)/)
    assert.match(text, /Also coming Sunday, March 8/)
    assert.doesNotMatch(text, /March 4/)
  })

  it('names the practice’s time only where the clocks differ, on that very day', async () => {
    await appointment(NOW + 2 * DAY, { zone: 'America/New_York' })
    assert.doesNotMatch((await ana.my()).text, /At the practice/)
    await app.db('appointments').delete()
    await appointment(NOW + 2 * DAY, { zone: 'America/Chicago' })
    assert.match(
      (await ana.my()).text,
      /8:00 AM to 9:00 AM Central Standard Time \(Chicago\) At the practice: Thu, Mar 5, 9:00 AM/,
    )
  })

  it('has the link to join from ten minutes before until the end, and not a moment longer', async () => {
    const startsAt = NOW + 2 * HOUR
    await appointment(startsAt)
    const joins = async (now: number) => {
      app.clock.set(now)
      return (await ana.my()).links
        .filter(({ name }) => name === 'Join the video call')
        .map(({ href }) => href)
    }
    assert.deepEqual(await joins(startsAt - 10 * MINUTE - 1), [])
    assert.deepEqual(await joins(startsAt - 10 * MINUTE), [VIDEO])
    assert.deepEqual(await joins(startsAt), [VIDEO])
    assert.deepEqual(await joins(startsAt + HOUR - 1), [VIDEO])
    assert.match((await ana.my()).text, /Your appointment, right now/)
    assert.deepEqual(await joins(startsAt + HOUR), [])
    assert.match(
      (await ana.my()).text,
      /Nothing is planned right now. Your last appointment was on Tuesday, March 3, 2026\./,
    )
  })

  it('has no link to join for an appointment in person, by phone, cancelled or kept', async () => {
    for (const given of [
      { place: 'in_person' },
      { place: 'phone', booked_phone: '+1 317 555 0111' },
      { state: 'cancelled', cancelled_at: new Date(NOW).toISOString() },
      { state: 'kept' },
    ]) {
      await app.db('appointments').delete()
      await appointment(NOW + MINUTE, given)
      assert.doesNotMatch((await ana.my()).html, /video\.example/, JSON.stringify(given))
    }
  })

  it('leads to moving, cancelling and the calendar, on the appointment’s own page', async () => {
    const { token } = await appointment(NOW + 3 * DAY)
    const my = await ana.my()
    assert.equal((await my.link(/^Move it/)).path, `/appointments/${token}/reschedule`)
    assert.match((await my.link(/^Add to calendar/)).headers.get('content-type') ?? '', /calendar/)
    assert.equal((await my.link(/^More about it/)).h1, 'Your appointment is booked')
    const asked = await my.link(/^Cancel it/)
    await asked.button('Cancel this appointment')
    const after = await ana.my()
    assert.match(after.text, /Your appointment on Friday, March 6, 2026 was cancelled\./)
    assert.equal((await after.link('Book another time')).h1, 'First visit')
  })

  it('says why an appointment can’t be changed here any more', async () => {
    await appointment(NOW + 2 * HOUR)
    const my = await ana.my()
    assert.ok(!my.links.some(({ name }) => /^(Move|Cancel) it/.test(name)))
    assert.match(my.text, /Changes here close 24 hours before.*call \+1 317 555 0100/)
  })

  it('books again what they had, and the follow-up, without asking who they are', async () => {
    await follow()
    await make.type(app.db, [world.dietitian.id], { name: 'Never had' })
    await make.type(app.db, [], { name: 'Nobody offers it', listed: false })
    await appointment(NOW - 9 * DAY, { state: 'kept' })
    const my = await ana.my()
    const again = my.links.filter(({ href }) => href.includes('?after=')).map(({ name }) => name)
    assert.deepEqual(again, ['First visit 1 hour', 'Follow-up 30 minutes'])
    for (const name of [/^First visit/, /^Follow-up/]) {
      const times = await my.link(name)
      const details = await (await times.link(/Friday, March 6/)).button(/^9:00 AM|^10:00 AM/)
      assert.ok(!details.hasField('name') && !details.hasField('email'))
    }
    await app.db('appointment_types').update({ active: false })
    assert.doesNotMatch((await ana.my()).html, /Book again/)
  })

  it('lists many that are coming, and says where the rest is', async () => {
    for (let day = 1; day <= 12; day += 1) await appointment(NOW + day * DAY)
    const my = await ana.my()
    assert.equal(my.links.filter(({ name }) => name.startsWith('Move it')).length, 10)
    assert.match(my.text, /Your next appointment When Wednesday, March 4/)
    assert.match(my.text, /Friday, March 13/)
    assert.doesNotMatch(my.text, /Saturday, March 14/)
    const names = my.links.map(({ name }) => name)
    assert.equal(new Set(names.filter((name) => /^(Move|Cancel) it/.test(name))).size, 20)
  })

  it('is for the client who has signed in: strangers go to sign in and come back, dietitians may not', async () => {
    for (const path of ['/my', '/my/appointments?page=2']) {
      const stranger = await visit(app).send('GET', path)
      assert.equal(stranger.status, 303)
      assert.equal(stranger.location, `/sign-in?returnTo=${encodeURIComponent(path)}`)
    }
    const desk = await signedIn(app, world.dietitian)
    assert.equal((await desk.send('GET', '/my')).status, 403)
    await app
      .db('accounts')
      .where({ id: ana.client.account_id })
      .update({ disabled_at: new Date(NOW) })
    assert.equal((await ana.visitor.send('GET', '/my')).status, 303)
  })

  it('never shows what is another client’s', async () => {
    const ben = await signedInClient(app, { name: 'Ben Ortiz', phone: '+1 312 555 0199' })
    const theirs = await appointment(NOW + DAY, { client_id: ben.client.id, booked_name: 'Ben Ortiz' })
    await appointment(NOW + 2 * DAY)
    for (const path of [
      '/my',
      '/my/appointments',
      `/my?clientId=${ben.client.id}&client_id=${ben.client.id}`,
    ]) {
      const { html } = await ana.visitor.open(path)
      assert.ok(!html.includes(theirs.token) && !/Ben|March 4/.test(html), path)
    }
    for (const path of [theirs.id, theirs.token, ben.client.id])
      for (const below of ['/my/', '/my/appointments/'])
        assert.equal((await ana.visitor.send('GET', below + path)).status, 404)
  })

  it('has a bar of its own, with a button to sign out', async () => {
    const my = await ana.my()
    const [bar] = my.html.match(/<nav class="top-nav".*?<\/nav>/s) ?? []
    assert.match(bar ?? '', /aria-current="page">My page/)
    assert.doesNotMatch(bar ?? '', /Sign in/)
    const out = await my.button('Sign out')
    assert.equal(out.path, '/sign-in')
    assert.equal((await ana.visitor.send('GET', '/my')).status, 303)
    assert.doesNotMatch((await visit(app).open('/')).html, /My page|Sign out/)
  })

  it('asks for what there is to sign, and lists what was signed', async () => {
    const { account_id: accountId } = world.dietitian
    const of = { accountId, typeIds: [world.type.id] }
    const first = await make.consent(app.db, of, { title: 'How we “work” & <more>' })
    const second = await make.consent(app.db, of, { title: 'Video calls' })
    const ben = await signedInClient(app, { name: 'Ben Ortiz' })
    await make.signature(app.db, first.versionId, ben.client.id)
    assert.doesNotMatch((await ana.my()).text, /Read and sign/)
    await appointment(NOW + 2 * DAY)
    const my = await ana.my()
    assert.match(
      my.text,
      /What to do next Read and sign “How we “work” & <more>” Read and sign “Video calls” Your next/,
    )
    assert.ok(my.links.some(({ href }) => href === `/my/consents/${first.versionId}`))
    assert.doesNotMatch(my.text, /What you signed/)

    const signature = await make.signature(app.db, first.versionId, ana.client.id)
    const after = await ana.my()
    assert.doesNotMatch(after.text, /Read and sign “How/)
    assert.match(after.text, /What you signed How we “work” & <more>/)
    assert.ok(after.links.some(({ href }) => href === `/my/consents/signatures/${signature.id}`))

    await make.signature(app.db, second.versionId, ana.client.id)
    assert.doesNotMatch((await ana.my()).text, /Read and sign/)
    await make.version(app.db, second.id, accountId, { title: 'Video calls', body: 'Now by another way.' })
    assert.match((await ana.my()).text, /Read and sign the new version of “Video calls”/)
  })

  it('is valid HTML, with all that it can show', async () => {
    const rules = new StaticConfigLoader({ root: true, extends: ['html-validate:standard'] })
    const consent = await make.consent(
      app.db,
      { accountId: world.dietitian.account_id },
      { title: 'A <b> & "c"' },
    )
    await make.consent(app.db, { accountId: world.dietitian.account_id })
    await make.signature(app.db, consent.versionId, ana.client.id)
    const check = async () => {
      for (const path of ['/my', '/my/appointments']) {
        const { results } = await new HtmlValidate(rules).validateString((await ana.visitor.open(path)).html)
        assert.deepEqual(
          results.flatMap(({ messages }) =>
            messages.map(({ message, line }) => `${path} ${line} ${message}`),
          ),
          [],
        )
      }
    }
    await check()
    await appointment(NOW - DAY, { state: 'no_show' })
    await check()
    for (let day = 0; day <= 24; day += 1) await appointment(NOW + day * DAY, { booked_name: 'A <b> & "c"' })
    await check()
  })

  it('is made of at most six queries', async () => {
    for (let day = -30; day <= 12; day += 1) await appointment(NOW + day * DAY + 3 * HOUR)
    await ana.my()
    let count = 0
    const note = () => {
      count += 1
    }
    app.db.on('query', note)
    await ana.my()
    app.db.off('query', note)
    // The session is read beside, by a pool of its own.
    assert.ok(count + 1 <= 6, `${count} queries`)
  })
})
