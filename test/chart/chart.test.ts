import assert from 'node:assert/strict'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { answered, someAnswers } from './sent.ts'

const blood = { sign: 'blood-in-stool', kind: 'sign' } as const
const swelling = { sign: 'swelling-or-breathing', kind: 'urgent' } as const
const pregnancy = { sign: 'pregnancy', kind: 'caution' } as const

describe('the chart of a client', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>
  let maya: { id: string }
  let path: string

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { name: 'First talk' }, dietitian: { name: 'Robin' } })
    await make.ownForms(db)
    maya = await make.client(db, { name: 'Maya <O’Neil>', phone: '+1 317 555 0177', zone: 'Asia/Kathmandu' })
    path = `/practice/clients/${maya.id}`
    desk = await signedIn(app, world.dietitian)
  })

  const audit = () =>
    app.db('audit_entries').orderBy('position').select('account_id', 'action', 'subject_id', 'at')

  it('begins with who it is: how to reach them, what time it is there, what was and what comes', async () => {
    const { db } = app
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(db, { ...of, startsAt: NOW - 3 * DAY }, { client_id: maya.id, state: 'kept' })
    await make.appointment(db, { ...of, startsAt: NOW - 2 * DAY }, { client_id: maya.id, state: 'no_show' })
    const colleague = await make.dietitian(db)
    await make.appointment(
      db,
      { ...of, dietitianId: colleague.id, startsAt: NOW + DAY },
      { client_id: maya.id },
    )
    await answered(db, { clientId: maya.id, item: someAnswers })
    const page = await desk.open(path)
    assert.equal(page.h1, 'Maya <O’Neil>')
    assert.match(page.text, /Maya <O’Neil> they\/them Active /)
    assert.match(page.text, /Reached by client\d+@example\.com · \+1 317 555 0177/)
    assert.match(page.text, /Their local time 7:45 PM Nepal Time \(Kathmandu\)/)
    assert.match(page.text, /Last Feb 28, 2026, 9:00 AM First talk/)
    assert.match(page.text, /Next Mar 4, 2026, 9:00 AM First talk/)
    assert.match(page.text, /Attendance 1 kept, 1 no-show/)
    assert.match((await page.link(/^Feb 28, 2026, 9/)).path, /^\/practice\/appointments\//)
    assert.ok(!page.links.some(({ name }) => name.startsWith('Mar 4')), 'a colleague’s has no page here')
    assert.doesNotMatch(page.html, /<O’Neil>/)
  })

  it('is opened from the appointment', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + DAY }
    const { id } = await make.appointment(app.db, of, { client_id: maya.id })
    const page = await desk.open(`/practice/appointments/${id}`)
    assert.equal((await page.link('Maya <O’Neil>')).path, path)
  })

  it('is noted as read, by whom and when, before it is shown', async () => {
    app.clock.set(NOW + 5 * MINUTE)
    await desk.open(path)
    const account_id = world.dietitian.account_id
    assert.deepEqual(await audit(), [
      { account_id, action: 'chart.read', subject_id: maya.id, at: NOW + 5 * MINUTE },
    ])
    await app.db.raw('alter table audit_entries rename to audit_away')
    const page = await desk
      .open(path)
      .finally(() => app.db.raw('alter table audit_away rename to audit_entries'))
    assert.equal(page.status, 500)
    assert.doesNotMatch(page.html, /Maya/)
  })

  it('is nobody’s for an id that is not known, and says nothing of a wrong one', async () => {
    const before = await dump(app.db, ['sessions'])
    for (const id of [crypto.randomUUID(), 'x', '0'.repeat(36), `${maya.id} `])
      assert.equal((await desk.open(`/practice/clients/${encodeURIComponent(id)}`)).status, 404)
    for (const query of [
      'before=x',
      'before=1.v-',
      'before=9999999999999999.v-1',
      'kind=x',
      'kind=__proto__',
    ])
      assert.equal((await desk.open(`${path}?${query}`)).status, 400, query)
    assert.deepEqual(await dump(app.db, ['sessions']), before)
  })

  describe('warning signs', () => {
    it('stand first, urgent before others, in words for the dietitian, with source, day and answers', async () => {
      const sent = await answered(app.db, {
        clientId: maya.id,
        signs: [pregnancy, blood, swelling],
        item: someAnswers,
      })
      const page = await desk.open(path)
      assert.match(page.text, /2 open warning signs, 1 urgent 1 open caution/)
      assert.match(page.text, /Review before any elimination plan/)
      const order = ['Urgent Mar 3, 2026', 'Warning sign Mar 3, 2026', 'Caution Mar 3, 2026'].map((words) =>
        page.text.indexOf(words),
      )
      assert.ok(
        order.every((at, n) => at > (order[n - 1] ?? 0)),
        String(order),
      )
      assert.match(page.text, /Has been told to seek care today\. .*Source: Anaphylaxis/)
      assert.equal((await page.link('Mar 3, 2026')).path, `${path}/responses/${sent.id}`)
    })

    it('are acknowledged with a word, and stay to be read', async () => {
      await answered(app.db, { clientId: maya.id, signs: [blood] })
      app.clock.set(NOW + HOUR)
      const page = await desk.open(path)
      const after = await page.button('Acknowledge this sign', { word: 'Called & told <them>.\nSees Dr. A.' })
      assert.equal(after.path, `${path}?done=acknowledged`)
      assert.match(after.text, /Acknowledged\. The sign stays in the head of the chart/)
      assert.match(after.text, /No sign waits to be acknowledged\. 1 acknowledged sign/)
      assert.match(after.text, /Acknowledged by Robin, Mar 3, 2026 Called & told <them>\. Sees Dr\. A\./)
      assert.ok(!after.buttons.includes('Acknowledge this sign'))
      const [row] = await app.db('raised_signs').select()
      assert.equal(row.acknowledged_by, world.dietitian.account_id)
      assert.ok(!row.word_sealed.toString('latin1').includes('Called'))
      const actions = (await audit()).map(({ action, subject_id }) => [action, subject_id])
      assert.deepEqual(actions, [
        ['chart.read', maya.id],
        ['sign.acknowledged', row.id],
        ['chart.read', maya.id],
      ])
    })

    it('are not acknowledged without a word, or with one too long; what was typed is kept', async () => {
      await answered(app.db, { clientId: maya.id, signs: [blood, swelling] })
      const [{ id }] = await app.db('raised_signs').where({ kind: 'sign' }).select('id')
      const action = `${path}/signs/${id}/acknowledgement`
      const before = await dump(app.db, ['sessions', 'audit_entries', 'audit_head'])
      for (const [word, message] of [
        ['', /Please say what you did/],
        [' \n ', /Please say what you did/],
        ['x'.repeat(1001), /at most 1000 characters/],
      ] as const) {
        const page = await desk.post(action, { word })
        assert.equal(page.status, 422)
        assert.match(page.title, /^Error: /)
        assert.match(page.errorFor('word') ?? page.text, message)
        assert.ok(page.html.includes(`<textarea id="field-word-${id}"`))
        if (word.length > 1000) assert.ok(page.html.includes(word))
      }
      assert.deepEqual(await dump(app.db, ['sessions', 'audit_entries', 'audit_head']), before)
      assert.equal((await desk.post(action, { word: 'x'.repeat(1000) })).status, 200)
    })

    it('are acknowledged by one: the second is told who it was, and their words are not lost', async () => {
      await answered(app.db, { clientId: maya.id, signs: [blood] })
      const kim = await signedIn(app, await make.dietitian(app.db, { name: 'Kim' }))
      const theirs = await kim.open(path)
      const mine = await desk.open(path)
      await theirs.button('Acknowledge this sign', { word: 'Mine first' })
      const late = await mine.button('Acknowledge this sign', { word: 'Also <called>' })
      assert.equal(late.status, 409)
      assert.match(late.text, /Kim acknowledged this sign already, on Tue, Mar 3, 9:00 AM\./)
      assert.match(late.text, /You wrote: Also <called>/)
      assert.match(late.text, /Acknowledged by Kim, Mar 3, 2026 Mine first/)
      assert.equal((await audit()).filter(({ action }) => action === 'sign.acknowledged').length, 1)

      await answered(app.db, { clientId: maya.id, signs: [swelling], at: NOW + MINUTE })
      const [again, once] = [await desk.open(path), await kim.open(path)]
      const both = await Promise.all([
        again.button('Acknowledge this sign', { word: 'One' }),
        once.button('Acknowledge this sign', { word: 'Two' }),
      ])
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
      assert.equal((await audit()).filter(({ action }) => action === 'sign.acknowledged').length, 2)
    })

    it('of another client are not found by this one’s path', async () => {
      const other = await make.client(app.db)
      await answered(app.db, { clientId: other.id, signs: [blood] })
      const [{ id }] = await app.db('raised_signs').select('id')
      const before = await dump(app.db, ['sessions'])
      for (const sign of [id, crypto.randomUUID(), 'x']) {
        const page = await desk.post(`${path}/signs/${sign}/acknowledgement`, { word: 'x' })
        assert.equal(page.status, 404)
      }
      assert.deepEqual(await dump(app.db, ['sessions']), before)
    })

    it('that can’t be opened are said to be there, and can be acknowledged', async () => {
      await answered(app.db, { clientId: maya.id, signs: [blood] })
      await app.db.raw('alter table raised_signs disable trigger raised_signs_immutable')
      await app
        .db('raised_signs')
        .update({ sign_sealed: sealer.seal({ table: 'x', column: 'y', row: 'z' }, '{}') })
      await app.db.raw('alter table raised_signs enable trigger raised_signs_immutable')
      const page = await desk.open(path)
      assert.equal(page.status, 200)
      assert.match(page.text, /This sign can’t be read: it was altered or its key is missing/)
      assert.match(
        (await page.button('Acknowledge this sign', { word: 'Seen' })).text,
        /No sign waits to be acknowledged/,
      )
    })
  })

  it('shows scores over the dates, and marks a clear change with a word', async () => {
    const score = (at: number, gut: number, skin: number, itch: number) =>
      answered(app.db, {
        clientId: maya.id,
        slug: 'check-in',
        at,
        scores: { 'gut-score': gut, 'skin-score': skin, 'habits-score': 55.5555 },
        item: [
          {
            linkId: 'week',
            item: [{ linkId: 'skin-scales', item: [{ linkId: 'itch', answer: [{ valueInteger: itch }] }] }],
          },
        ],
      })
    const first = await score(NOW - 30 * DAY, 60, 50, 3)
    await score(NOW - 14 * DAY, 55, 48, 8)
    assert.doesNotMatch((await desk.open(`${path}/forms`)).text, /clearly better than/)
    const last = await score(NOW - 7 * DAY, 42, 30, 4)
    const page = await desk.open(`${path}/forms`)
    assert.match(page.text, /Sent Gut score Skin score Habits score/)
    assert.match(
      page.text,
      /Feb 24, 2026 Weekly check-in 42 clearly better than at first 30 itch clearly better, from 8 to 4 55\.6/,
    )
    assert.match(
      page.text,
      /Feb 17, 2026 Weekly check-in 55 48 55\.6 Feb 1, 2026 Weekly check-in 60 50 55\.6/,
    )
    assert.equal((await page.link('Feb 24, 2026')).path, `${path}/responses/${last.id}`)

    await answered(app.db, {
      clientId: maya.id,
      slug: 'check-in',
      amends: first,
      at: NOW - DAY,
      scores: { 'gut-score': 1 },
    })
    assert.doesNotMatch((await desk.open(`${path}/forms`)).text, /Feb 1, 2026/)
  })

  it('lists what they sent, the newest version of each, a page at a time; a draft is only said to be begun', async () => {
    const first = await answered(app.db, { clientId: maya.id, item: someAnswers, at: NOW - 40 * DAY })
    await answered(app.db, {
      clientId: maya.id,
      item: someAnswers,
      amends: first,
      at: NOW - 39 * DAY,
      signs: [blood, pregnancy],
    })
    for (let n = 1; n <= 17; n += 1)
      await answered(app.db, { clientId: maya.id, slug: 'check-in', at: NOW - n * DAY })
    const draft = await answered(app.db, {
      clientId: maya.id,
      slug: 'gut-check-in',
      isDraft: true,
      item: someAnswers,
    })
    const page = await desk.open(`${path}/forms`)
    assert.match(page.text, /Gut check-in Begun Saved Tue, Mar 3, 9:00 AM/)
    assert.doesNotMatch(page.html, new RegExp(`Planted|${draft.id}`))
    assert.equal(page.links.filter(({ name }) => name.startsWith('Weekly check-in')).length, 15)
    const more = await page.link('Older')
    assert.match(
      more.text,
      /New client intake Friday, January 23, 2026, version 2 1 open warning sign 1 open caution/,
    )
    assert.equal(more.links.filter(({ name }) => name.startsWith('New client intake')).length, 1)
    assert.equal((await desk.open(`${path}/responses/${draft.id}`)).status, 404)
  })

  it('leaves out of its head what can’t be opened, and says nothing of it in the log', async () => {
    await answered(app.db, { clientId: maya.id, item: someAnswers })
    await app.db.raw('alter table responses disable trigger responses_immutable')
    await app.db('responses').update({ answers_sealed: Buffer.from([1, 120, ...Buffer.alloc(60)]) })
    await app.db.raw('alter table responses enable trigger responses_immutable')
    const already = app.logged().length
    const page = await desk.open(path)
    assert.equal(page.status, 200)
    assert.doesNotMatch(page.text, /they\/them/)
    assert.match(app.logged().slice(already), /unreadable/)
  })

  it('keeps to few queries, however much there is', async () => {
    const count = async () => {
      let queries = 0
      const add = () => {
        queries += 1
      }
      app.db.on('query', add)
      await desk.open(path)
      app.db.off('query', add)
      return queries
    }
    await desk.open(path)
    const before = await count()
    for (let n = 0; n < 12; n += 1)
      await answered(app.db, {
        clientId: maya.id,
        slug: 'check-in',
        at: NOW - n * DAY,
        signs: [blood],
        scores: { 'gut-score': n, 'skin-score': n },
      })
    await desk.open(path)
    assert.equal(await count(), before)
    assert.ok(before <= 10, String(before)) // and two of the session, on connections of its own
  })

  it('says on today’s page what waits, urgent first, and where the forms of the day stand', async () => {
    const { db } = app
    const ben = await make.client(db, { name: 'Ben' })
    const zoe = await make.client(db, { name: 'Zoe' })
    await answered(db, { clientId: maya.id, signs: [swelling], at: NOW - DAY })
    await answered(db, { clientId: ben.id, signs: [blood, blood, pregnancy] })
    await answered(db, { clientId: zoe.id, signs: [pregnancy] })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const [form] = await db('forms').where({ slug: 'check-in' }).select('id')
    const at = async (hours: number, client_id: string, answer?: string) => {
      const { id } = await make.appointment(db, { ...of, startsAt: NOW + hours * HOUR }, { client_id })
      const sent = answer ? { response_id: answer, answered_at: iso(NOW) } : {}
      const due_at = iso(NOW + hours * HOUR)
      const asked = { client_id, form_id: form.id, appointment_id: id, due_at, asked_at: iso(NOW) }
      await db('form_requests').insert({ ...asked, ...sent })
    }
    await at(1, maya.id)
    await answered(db, { clientId: ben.id, slug: 'check-in', isDraft: true })
    await at(3, ben.id)
    await at(5, zoe.id, (await answered(db, { clientId: zoe.id, slug: 'check-in' })).id)
    const page = await desk.open('/practice')
    assert.match(
      page.text,
      /Maya <O’Neil> First appointment First talk · By video Forms asked 1 urgent warning sign: Maya/,
    )
    assert.match(
      page.text,
      /Ben First appointment First talk · By video Forms begun 1 warning sign: Ben 1 caution: Ben/,
    )
    assert.match(page.text, /Zoe First appointment First talk · By video Forms sent 1 caution: Zoe/)
    assert.match(
      page.text,
      /Needs you 1 urgent warning sign: Maya <O’Neil> 1 warning sign and 1 caution: Ben 1 caution: Zoe/,
    )
    assert.equal((await page.link('1 urgent warning sign: Maya <O’Neil>')).path, path)
  })
})
