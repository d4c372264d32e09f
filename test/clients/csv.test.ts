import assert from 'node:assert/strict'
import { cellOf } from '../../server/clients/list/csv.ts'
import { DAY } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

describe('a cell of a table for spreadsheets', () => {
  it('is never a formula, and never breaks its row', () => {
    const cases = [
      ['Maya', 'Maya'],
      ['=1+1', "'=1+1"],
      ['=HYPERLINK("http://evil.example","x")', '"\'=HYPERLINK(""http://evil.example"",""x"")"'],
      ['+1 317 555 0177', "'+1 317 555 0177"],
      ['-2', "'-2"],
      ['@SUM(A1)', "'@SUM(A1)"],
      ['\tx', "'\tx"],
      ['\rx', '"\'\rx"'],
      ['＝1+1', "'＝1+1"],
      ['a=b', 'a=b'],
      ['O’Neil, Maya', '"O’Neil, Maya"'],
      ['say "x"', '"say ""x"""'],
      ['a\nb', '"a\nb"'],
      ['', ''],
    ]
    for (const [text = '', cell] of cases) assert.equal(cellOf(text), cell)
  })
})

describe('the clients as a table to take along', () => {
  let app: TestApp
  let desk: Visitor
  let world: Awaited<ReturnType<typeof make.world>>

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  it('holds what the list shows over all its pages, with times on the practice’s clock', async () => {
    const maya = await make.client(app.db, {
      name: '=cmd|x',
      email: 'maya@example.com',
      phone: '+1 317 555 0177',
      zone: 'Asia/Kathmandu',
    })
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    await make.appointment(app.db, { ...of, startsAt: NOW - DAY }, { client_id: maya.id, state: 'kept' })
    await make.appointment(app.db, { ...of, startsAt: NOW + DAY }, { client_id: maya.id })
    await make.client(app.db, { name: 'Ben, “B”' })
    const answer = await desk.send('GET', '/practice/clients/list.csv')
    assert.equal(answer.status, 200)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/)
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename=clients\.csv$/)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const lines = answer.body.replace('\ufeff', '').split('\r\n')
    assert.deepEqual(lines.slice(0, 2), [
      'Name,E-mail,Phone,Time zone,Standing,Since,Last kept appointment,Next appointment',
      "'=cmd|x,maya@example.com,'+1 317 555 0177,Asia/Kathmandu,active,2025-12-31,2026-03-02 09:00,2026-03-04 09:00",
    ])
    assert.match(
      lines[2] ?? '',
      /^"Ben, “B”",client\d+@example\.com,,America\/Chicago,prospective,2025-12-31,,$/,
    )
    assert.equal(lines.length, 4)
    assert.doesNotMatch((await desk.send('GET', '/practice/clients/list.csv?q=ben')).body, /maya/)
  })

  it('is whole beyond one batch, everybody once', async () => {
    await app.db.raw(`insert into clients (name, email, zone, created_at)
      select 'Same name', 'p' || n || '@example.com', 'UTC', to_timestamp(0) from generate_series(1, 1203) n`)
    const { body } = await desk.send('GET', '/practice/clients/list.csv')
    assert.equal(new Set(body.match(/p\d+@example\.com/g)).size, 1203)
    assert.equal(body.trimEnd().split('\r\n').length, 1204)
  })

  it('is noted in the audit before the first line goes out', async () => {
    await desk.open('/practice/clients/list.csv?show=active')
    const [entry] = await app.db('audit_entries').select('account_id', 'action', 'client_id')
    assert.deepEqual(entry, {
      account_id: world.dietitian.account_id,
      action: 'clients.exported',
      client_id: null,
    })
  })
})
