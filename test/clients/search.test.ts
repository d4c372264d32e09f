import assert from 'node:assert/strict'
import { patternOf, wordsIn } from '../../server/clients/list/search.ts'
import { DAY, iso } from '../../server/clock.ts'
import { answered } from '../chart/sent.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

describe('the words of a search', () => {
  it('are looked for anywhere, short ones where a word begins; nothing in them is a sign of its own', () => {
    assert.deepEqual(wordsIn('  maya  o’neil maya '), ['maya', 'o’neil'])
    assert.deepEqual(wordsIn('+1 (317) 555-0177'), ['13175550177'])
    assert.deepEqual(wordsIn(''), [])
    assert.deepEqual(wordsIn('+'), ['+'])
    assert.equal(wordsIn('a b c d e f g h i j').length, 8)
    assert.deepEqual(['may', 'ma', '李', '5%_\\'].map(patternOf), [
      '%may%',
      '% ma%',
      '% 李%',
      '%5\\%\\_\\\\%',
    ])
  })
})

describe('searching for a client', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  const names = async (q: string, show = 'all', visitor = desk) => {
    const page = await visitor.open(`/practice/clients?${new URLSearchParams({ q, show })}`)
    assert.equal(page.status, 200, q)
    return page.links
      .filter(({ href }) => /^\/practice\/clients\/[0-9a-f-]{36}$/.test(href))
      .map(({ name }) => name)
  }

  it('forgives accents, capitals and apostrophes, in what is typed and in what is written', async () => {
    for (const name of [
      'Zoë Müller',
      'Łukasz Nowak',
      'Aoife O’Neil',
      'José García',
      'ÅSE Øberg',
      'Иван Жуков',
    ])
      await make.client(app.db, { name })
    for (const [typed, found] of [
      ['zoe', 'Zoë Müller'],
      ['MULLER', 'Zoë Müller'],
      ['zoë mül', 'Zoë Müller'],
      ['mül zoe', 'Zoë Müller'],
      ['lukasz', 'Łukasz Nowak'],
      ["o'neil", 'Aoife O’Neil'],
      ['oneil', 'Aoife O’Neil'],
      ['José Garcia', 'José García'],
      ['Jose\u0301', 'José García'],
      ['ase ob', 'ÅSE Øberg'],
      ['жуков', 'Иван Жуков'],
    ] as const)
      assert.deepEqual(await names(typed), [found], typed)
  })

  it('finds by the e-mail and the phone, however that is written', async () => {
    await make.client(app.db, { name: 'Maya', email: 'm.sample@clients.example', phone: '+1 (317) 555-0177' })
    await make.client(app.db, { name: 'Ben', email: 'ben@else.example', phone: '312.555.0100' })
    for (const typed of [
      'm.sample',
      'CLIENTS.example',
      '555 0177',
      '3175550177',
      '+1 317 555-0177',
      'maya 0177',
    ])
      assert.deepEqual(await names(typed), ['Maya'], typed)
  })

  it('finds a whole address and a whole number as they are, and in the archive last', async () => {
    const given = [
      ['Ann', 'ann_lee@clients.example', '317 555 0177'],
      ['Beth', 'annxlee@clients.example', '312 555 0177'],
      ['Cleo', 'jo.ann_lee@clients.example', '(317) 555-0178'],
      ['Dora', 'ann_lee@clients.example.org', ''],
    ] as const
    for (const [name, email, phone] of given) await make.client(app.db, { name, email, phone })
    await app
      .db('clients')
      .where({ name: 'Ann' })
      .update({ archived_at: iso(NOW) })
    for (const [typed, found] of [
      ['ann_lee@clients.example', ['Cleo', 'Dora', 'Ann']],
      ['ANN_LEE@clients.example.org', ['Dora']],
      ['beth annxlee@clients.example', ['Beth']],
      ['317-555-0177', ['Ann']],
      ['555 0177', ['Beth', 'Ann']],
    ] as const)
      assert.deepEqual(await names(typed), found, typed)
  })

  it('finds a name of one letter, and whose name begins so first', async () => {
    for (const name of ['X', 'Mark X. Twain', 'Xaver', 'Maxine']) await make.client(app.db, { name })
    assert.deepEqual(await names('x'), ['X', 'Xaver', 'Mark X. Twain'])
    assert.deepEqual(await names('李'), [])
    await make.client(app.db, { name: '李' })
    assert.deepEqual(await names('李'), ['李'])
  })

  it('forgives slips when nobody is written so, and says that it does', async () => {
    for (const name of ['Jonah Placeholder', 'Katharina Weiß', 'Ben']) await make.client(app.db, { name })
    for (const [typed, found] of [
      ['jonna', 'Jonah Placeholder'],
      ['placholder', 'Jonah Placeholder'],
      ['jona placehodler', 'Jonah Placeholder'],
      ['catharina', 'Katharina Weiß'],
      ['weis', 'Katharina Weiß'],
    ] as const)
      assert.deepEqual(await names(typed), [found], typed)
    await make.client(app.db, { name: 'Edda', email: 'elisabeth.k@clients.example' })
    for (const typed of ['elizabeth.k@clients.example', 'elisabet.k@cleints.example'])
      assert.deepEqual(await names(typed), ['Edda'], typed)
    assert.deepEqual(await names('cleints.exampel'), [], 'who has the same mail provider is not meant')
    const page = await desk.open('/practice/clients?q=jonna')
    assert.match(page.text, /Nobody is written exactly so\. 1 client is nearly\./)
    assert.doesNotMatch((await desk.open('/practice/clients?q=jonah')).text, /nearly/)
    assert.match(
      (await desk.open('/practice/clients?q=qqqq')).text,
      /Nobody is called or written like “qqqq”/,
    )
    assert.deepEqual(await names('qqqq'), [])
  })

  it('takes what means something to SQL, to LIKE and to HTML as letters', async () => {
    await make.client(app.db, { name: '100% <b>Natural</b> _x\\' })
    await make.client(app.db, { name: 'Ben' })
    for (const typed of ['100%', '<b>natural', '_x', '\\', "'; drop table clients; --", '％', '%', '_', '?'])
      for (const name of await names(typed)) assert.equal(name, '100% <b>Natural</b> _x\\', typed)
    const page = await desk.open(`/practice/clients?q=${encodeURIComponent('"><script>x</script>')}`)
    assert.doesNotMatch(page.html, /<script>x/)
    assert.equal(page.value('q'), '"><script>x</script>')
  })

  it('refuses 10,000 characters with a sentence, and shows the list and what was typed', async () => {
    await make.client(app.db, { name: 'Ben' })
    for (const q of ['x'.repeat(10_000), 'x'.repeat(101), 'a\u0000b', 'a\u0007']) {
      const page = await desk.open(`/practice/clients?q=${encodeURIComponent(q)}`)
      assert.equal(page.status, 400)
      assert.match(page.errorFor('q') ?? '', /at most 100 characters|can’t read/)
      assert.match(page.text, /Ben /)
      assert.match(page.title, /^Error: /)
    }
    assert.equal((await desk.open(`/practice/clients?q=${'x'.repeat(100)}`)).status, 200)
    assert.equal((await desk.open('/practice/clients?show=nonsense')).status, 400)
    assert.equal((await desk.open('/practice/clients?q=a&q=b&show=all&show=active')).status, 200)
  })

  it('narrows the list, alone and together with words', async () => {
    const { db } = app
    await make.ownForms(db)
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const visit = (client_id: string, days: number, state = 'booked') =>
      make.appointment(db, { ...of, startsAt: NOW + days * DAY }, { client_id, state })
    const [ana, ben, cleo, dan, eve] = await Promise.all([
      make.client(db, { name: 'Ana' }),
      make.client(db, { name: 'Ben' }),
      make.client(db, { name: 'Cleo' }),
      make.client(db, { name: 'Dan' }),
      make.client(db, { name: 'Eve' }),
    ])
    await visit(ana.id, -9, 'kept')
    await visit(ana.id, 3)
    await visit(ben.id, -8, 'kept')
    await visit(cleo.id, 4)
    await db('clients')
      .where({ id: dan.id })
      .update({ archived_at: iso(NOW) })
    const [form] = await db('forms').where({ slug: 'check-in' }).select('id')
    const asked = { form_id: form.id, due_at: iso(NOW), asked_at: iso(NOW) }
    await db('form_requests').insert([
      { ...asked, client_id: eve.id },
      { ...asked, client_id: ana.id, withdrawn_at: iso(NOW) },
    ])
    await answered(db, { clientId: cleo.id, signs: [{ sign: 'anemia', kind: 'sign' }] })
    await answered(db, { clientId: eve.id, signs: [{ sign: 'pregnancy', kind: 'caution' }] })
    const lists = {
      all: ['Ana', 'Ben', 'Cleo', 'Eve'],
      active: ['Ana', 'Ben'],
      prospective: ['Cleo', 'Eve'],
      unplanned: ['Ben'],
      forms: ['Eve'],
      signs: ['Cleo'],
      cautions: ['Eve'],
      archived: ['Dan'],
    }
    for (const [show, found] of Object.entries(lists)) assert.deepEqual(await names('', show), found, show)
    assert.deepEqual(await names('an', 'active'), ['Ana'])
    assert.deepEqual(await names('dan'), ['Dan'], 'somebody in the archive is found by name')
    const nobody = await desk.open('/practice/clients?q=dan&show=active')
    assert.deepEqual((await nobody.link('Search everybody')).path, '/practice/clients?q=dan')
  })

  it('shows a dietitian who may not see all charts their own clients alone, as the charts do', async () => {
    const { db } = app
    const kim = await make.dietitian(db, { sees_all_charts: false })
    const kims = await signedIn(app, kim)
    const clients = await Promise.all([
      make.client(db, { name: 'Ana' }),
      make.client(db, { name: 'Ben' }),
      make.client(db, { name: 'Quentin' }),
      make.client(db, { name: 'Dan' }),
    ])
    const [ana, ben, quentin] = clients
    const of = { dietitianId: kim.id, typeId: world.type.id }
    await make.appointment(db, { ...of, startsAt: NOW - DAY }, { client_id: ana.id, state: 'kept' })
    await db('clients').where({ id: ben.id }).update({ dietitian_id: kim.id })
    const held = {
      state: 'lapsed',
      held_until: iso(NOW),
      booked_at: null,
      booked_name: null,
      link_hash: null,
    }
    await make.appointment(
      db,
      { ...of, startsAt: NOW + DAY },
      { client_id: quentin.id, ...held, link_sealed: null, place: null },
    )
    assert.deepEqual(await names('', 'all', kims), ['Ana', 'Ben'])
    assert.deepEqual(await names('quentin', 'all', kims), [])
    assert.deepEqual(await names('qentin', 'all', kims), [])
    assert.equal((await names('')).length, 4)
    for (const { id, name } of clients) {
      const isTheirs = ['Ana', 'Ben'].includes(String(name))
      assert.equal((await kims.open(`/practice/clients/${id}`)).status, isTheirs ? 200 : 404, String(name))
    }
    assert.doesNotMatch((await kims.open('/practice/clients/list.csv')).html, /Quentin|Dan/)
  })

  it('pages through what was found, and keeps the words on the way', async () => {
    for (let n = 10; n < 40; n += 1) await make.client(app.db, { name: `Person ${n}` })
    await make.client(app.db, { name: 'Ben' })
    const first = await desk.open('/practice/clients?q=person')
    const second = await first.link('Next')
    assert.match(second.text, /Person 35 .*Person 39 /)
    assert.equal((await second.link('Previous')).path, '/practice/clients?q=person')
    assert.equal((await desk.open('/practice/clients?q=person&page=1000000000')).status, 400)
  })

  it('asks the database in few queries, found or nearly found', async () => {
    for (let n = 10; n < 40; n += 1) await make.client(app.db, { name: `Person ${n}` })
    for (const q of ['person', 'persson', '']) {
      let queries = 0
      const add = () => {
        queries += 1
      }
      await desk.open('/practice/clients')
      app.db.on('query', add)
      await desk.open(`/practice/clients?q=${q}`)
      app.db.off('query', add)
      assert.ok(queries <= 9, `${q}: ${queries}`)
    }
  })

  it('has an index for the words, for the slips and for the order', async () => {
    const plan = (sql: string) =>
      app.db.transaction(async (trx) => {
        await trx.raw('set local enable_seqscan = off')
        const { rows } = await trx.raw(`explain select c.id from clients c ${sql}`)
        return JSON.stringify(rows)
      })
    assert.match(await plan(`where c.search like folded('%abc%')`), /clients_search/)
    assert.match(await plan(`where c.search like folded('% a%')`), /clients_search/)
    assert.match(await plan(`where folded('abcdef') <% c.near`), /clients_near/)
    assert.match(await plan('order by c.sort_name collate "C", c.id limit 26'), /clients_by_name/)
  })
})
