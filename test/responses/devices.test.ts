import assert from 'node:assert/strict'
import { MINUTE } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { clear, reset } from '../support/database.ts'
import { dump } from '../support/dump.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { encode, type Fields, type Page, type Visitor } from '../support/page.ts'
import { signedInAsClient } from '../support/people.ts'
import { asked, drafts, opened, sent } from './asked.ts'

const NEXT = 'Save and continue'
const LATER = 'Save and finish later'
const FIRST = '/my/forms/soup/sections/1'
const SECOND = '/my/forms/soup/sections/2'

const items: Item[] = [
  {
    linkId: 'one',
    type: 'group',
    text: 'About you',
    item: [
      { linkId: 'name', type: 'string', text: 'Your name' },
      { linkId: 'born', type: 'date', text: 'Born' },
      { linkId: 'soup', type: 'boolean', text: 'Soup?' },
      {
        linkId: 'which',
        type: 'string',
        text: 'Which soup?',
        enableWhen: [{ question: 'soup', operator: '=', answerBoolean: true }],
      },
    ],
  },
  { linkId: 'two', type: 'group', text: 'The rest', item: [{ linkId: 'rest', type: 'text', text: 'Rest' }] },
]

describe('two devices on one form', () => {
  let app: TestApp
  let phone: Visitor
  let laptop: Visitor

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    const form = await make.form(db, items, { slug: 'soup', title: 'Soup' })
    const { ana, client } = await asked(app, form)
    phone = ana
    laptop = await signedInAsClient(app, client)
  })

  const kept = async () => JSON.stringify((await drafts(app)).map((row) => opened(row).item))
  const hidden = (page: Page) =>
    Object.fromEntries(['base', 'draft', 'page', 'turn'].map((name) => [name, page.value(name) ?? '']))

  /** A save while typing, as the page's script does it. */
  async function typing(who: Visitor, page: Page, fields: Fields, more: Fields = {}) {
    const on = ['a:name', 'a:born', 'a:soup']
    const body = encode({ ...hidden(page), on, go: 'stay', ...fields, ...more })
    const headers = {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    }
    const answer = await who.send('POST', page.path.replace(/\?.*/, ''), { body, headers })
    return { status: answer.status, ...(answer.status < 500 ? JSON.parse(answer.body) : {}) }
  }

  it('that both save first make one draft, and nothing is lost', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await app.db('responses').del()
      const [one, two] = [await phone.open(FIRST), await laptop.open(SECOND)]
      const [left, right] = await Promise.all([
        one.button(NEXT, { 'a:name': 'Ana' }),
        two.button(LATER, { 'a:rest': 'Much' }),
      ])
      assert.deepEqual([left.status, right.status], [200, 200])
      assert.equal((await drafts(app)).length, 1)
      assert.match(await kept(), /Ana.*Much/)
    }
  })

  it('that both save the same section first: one is kept, the other sees both', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await app.db('responses').del()
      const pages = [await phone.open(FIRST), await laptop.open(FIRST)] as const
      const [left, right] = await Promise.all([
        pages[0].button(NEXT, { 'a:name': 'Phone' }),
        pages[1].button(NEXT, { 'a:name': 'Laptop' }),
      ])
      assert.deepEqual([left.status, right.status].sort(), [200, 409])
      const [winner, loser] = left.status === 200 ? (['Phone', right] as const) : (['Laptop', left] as const)
      assert.equal((await drafts(app)).length, 1)
      assert.ok((await kept()).includes(winner))
      assert.match(loser.text, new RegExp(`Saved on the other device About you Your name ${winner}`))
      assert.equal(loser.value('a:name'), winner === 'Phone' ? 'Laptop' : 'Phone')
    }
  })

  it('is told of the other’s answers, and keeps its own or takes those', async () => {
    const [one, two] = [await phone.open(FIRST), await laptop.open(FIRST)]
    await one.button(NEXT, { 'a:name': 'From the <phone>' })
    const both = await two.button(NEXT, { 'a:name': 'From the laptop', 'a:born': 'whenever' })
    assert.equal(both.status, 409)
    assert.match(both.title, /^Error: /)
    assert.match(both.text, /This section was changed on another device/)
    assert.match(both.text, /Your name From the <phone>/)
    assert.deepEqual([both.value('a:name'), both.value('a:born')], ['From the laptop', 'whenever'])
    assert.match(await kept(), /phone/)

    const taken = await both.link('Take what was saved there')
    assert.equal(taken.value('a:name'), 'From the <phone>')
    const mine = await both.button('Keep what I typed here', { 'a:born': '' })
    assert.equal(mine.h1, 'The rest')
    assert.match(await kept(), /From the laptop/)
    assert.doesNotMatch(await kept(), /phone/)
  })

  it('that come to the same answers don’t notice each other', async () => {
    const [one, two] = [await phone.open(FIRST), await laptop.open(FIRST)]
    await one.button(NEXT, { 'a:name': 'Ana' })
    assert.equal((await two.button(NEXT, { 'a:name': 'Ana' })).h1, 'The rest')
  })

  it('on different sections don’t come in each other’s way', async () => {
    const [one, two] = [await phone.open(FIRST), await laptop.open(SECOND)]
    await one.button(NEXT, { 'a:name': 'Ana' })
    await two.button(LATER, { 'a:rest': 'Much' })
    assert.match(await kept(), /Ana.*Much/)
  })

  it('of which one sends: the other is led to what was sent, and keeps its words', async () => {
    await (await phone.open(FIRST)).button(NEXT, { 'a:name': 'Ana' })
    const late = await laptop.open(SECOND)
    const done = await (await phone.open('/my/forms/soup/review')).button('Send to your dietitian')
    const before = await dump(app.db, ['sessions'])
    const page = await late.button(LATER, { 'a:rest': 'Too late' })
    assert.equal(page.status, 409)
    assert.match(page.text, /This form was sent meanwhile/)
    assert.equal(page.value('a:rest'), 'Too late')
    assert.equal((await page.link('See what you sent')).path, done.path.replace(/\?.*/, ''))
    const answer = await typing(laptop, late, { 'a:rest': 'Too late' })
    assert.deepEqual([answer.status, answer.conflict], [409, true])
    assert.deepEqual(await dump(app.db, ['sessions']), before)
    for (const path of ['', '/sections/1', '/review'])
      assert.equal((await laptop.open(`/my/forms/soup${path}`)).path, done.path.replace(/\?.*/, ''), path)
  })

  it('of which one sends before the other has saved at all', async () => {
    const late = await laptop.open(FIRST)
    await (await phone.open(FIRST)).button(NEXT, { 'a:name': 'Ana' })
    await (await phone.open('/my/forms/soup/review')).button('Send to your dietitian')
    const page = await late.button(NEXT, { 'a:name': 'Too late' })
    assert.equal(page.status, 409)
    assert.equal((await drafts(app)).length, 0)
    assert.equal((await sent(app)).length, 1)
  })

  it('of which one saves while the other sends: no draft is left behind', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      await app.db('form_requests').update({ response_id: null, answered_at: null })
      await clear(app.db, 'responses')
      await (await phone.open(FIRST)).button(NEXT, { 'a:name': 'Ana' })
      const [review, late] = [await phone.open('/my/forms/soup/review'), await laptop.open(SECOND)]
      const pages = await Promise.all([
        review.button('Send to your dietitian'),
        late.button(LATER, { 'a:rest': 'At the same time' }),
      ])
      const rows = await app.db('responses')
      assert.equal(rows.length, 1)
      const [row] = rows
      const isIn = JSON.stringify(opened(row)).includes('At the same time')
      // Sent before: the other was told. Saved before: what was looked over is no longer what is there.
      assert.deepEqual(
        pages.map(({ status }) => status),
        isIn ? [409, 200] : [200, 409],
      )
      assert.equal(row.sent_at === null, isIn)
    }
  })

  it('of which one discards the draft: what the other types is not lost', async () => {
    await (await phone.open(FIRST)).button(NEXT, { 'a:name': 'Ana' })
    const late = await laptop.open(FIRST)
    await (await phone.open('/my/forms/soup')).button('Discard it')
    const page = await late.button(NEXT, { 'a:name': 'Still here' })
    assert.equal(page.status, 409)
    assert.equal(page.value('a:name'), 'Still here')
    assert.equal((await page.button('Keep what I typed here')).h1, 'The rest')
    assert.match(await kept(), /Still here/)
  })

  describe('saving while typing', () => {
    it('says when, with what the page needs to go on', async () => {
      const page = await phone.open(FIRST)
      app.clock.set(NOW + 5 * MINUTE)
      const answer = await typing(phone, page, { 'a:name': 'Ana', 'a:soup': 'true' }, { turn: '1' })
      assert.equal(answer.status, 200)
      assert.equal(answer.saved, '8:05 AM')
      assert.deepEqual(answer.shown, ['a:name', 'a:born', 'a:soup', 'a:which'])
      assert.equal(answer.advice.trim(), '')
      assert.match(await kept(), /Ana/)
      const next = await typing(phone, page, { 'a:name': 'Ana R' }, { turn: '2', base: answer.base })
      assert.equal(next.status, 200)
      assert.equal((await drafts(app)).length, 1)
    })

    it('does not ask for what is needed, and does not call saved what can’t be read', async () => {
      const page = await phone.open(FIRST)
      const answer = await typing(phone, page, { 'a:name': '', 'a:born': '03/' }, { turn: '1' })
      assert.equal(answer.status, 200)
      assert.equal(answer.saved, '8:00 AM, but for what we can’t read yet')
      assert.doesNotMatch(await kept(), /03/)
    })

    it('is told of another device', async () => {
      const [one, two] = [await phone.open(FIRST), await laptop.open(FIRST)]
      await typing(phone, one, { 'a:name': 'Phone' }, { turn: '1' })
      const answer = await typing(laptop, two, { 'a:name': 'Laptop' }, { turn: '1' })
      assert.deepEqual([answer.status, answer.conflict, answer.saved], [409, true, undefined])
      assert.match(await kept(), /Phone/)
    })

    it('goes on when the answer to a save got lost on its way', async () => {
      const page = await phone.open(FIRST)
      await typing(phone, page, { 'a:name': 'A' }, { turn: '1' })
      assert.equal((await typing(phone, page, { 'a:name': 'An' }, { turn: '2' })).status, 200)
      const next = await phone.post(FIRST, {
        ...hidden(page),
        turn: '3',
        on: 'a:name',
        'a:name': 'Ana',
        go: 'later',
      })
      assert.equal(next.path, '/my/forms/soup?saved=1')
      assert.match(await kept(), /"Ana"/)
    })

    it('that comes late does not undo a later save of the same page', async () => {
      const page = await phone.open(FIRST)
      await typing(phone, page, { 'a:name': 'Ana' }, { turn: '2' })
      assert.equal((await typing(phone, page, { 'a:name': 'An' }, { turn: '1' })).status, 200)
      assert.match(await kept(), /"Ana"/)
    })

    it('of a page from before another device’s save is not taken for the newest', async () => {
      const page = await phone.open(FIRST)
      await typing(phone, page, { 'a:name': 'Phone' }, { turn: '1' })
      await (await laptop.open(FIRST)).button(NEXT, { 'a:name': 'Laptop' })
      assert.equal((await typing(phone, page, { 'a:name': 'Phone again' }, { turn: '2' })).status, 409)
      assert.match(await kept(), /Laptop/)
    })

    it('leads whose session has ended to sign in, and changes nothing', async () => {
      const page = await phone.open(FIRST)
      await typing(phone, page, { 'a:name': 'Ana' }, { turn: '1' })
      await app.db('sessions').del()
      const before = await dump(app.db)
      const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
      const body = encode({ ...hidden(page), on: 'a:name', 'a:name': 'Nobody' })
      const answer = await phone.send('POST', FIRST, { body, headers })
      assert.equal(answer.status, 303)
      assert.equal(answer.location, '/sign-in?returnTo=%2Fmy')
      assert.deepEqual(await dump(app.db), before)
      assert.match(await kept(), /"Ana"/)
    })
  })
})
