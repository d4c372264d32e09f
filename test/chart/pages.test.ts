import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { DAY, HOUR, iso } from '../../server/clock.ts'
import { namePlace } from '../../server/files/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { answered } from './sent.ts'

describe('the pages of a chart', () => {
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
    maya = await make.client(db, { name: 'Maya' })
    path = `/practice/clients/${maya.id}`
    desk = await signedIn(app, world.dietitian)
  })

  it('all have the head, lead to each other, and note that they were read', async () => {
    let page = await desk.open(path)
    for (const name of ['Forms', 'Appointments', 'Files', 'Details', 'Overview']) {
      const tab = page.links.findLast((link) => link.name === name)
      page = await desk.open(tab?.href ?? '')
      assert.equal(page.h1, 'Maya', name)
      assert.match(
        page.text,
        /Allergies No intake yet Medicines No intake yet Last None yet Next None planned/,
      )
    }
    const actions = await app.db('audit_entries').orderBy('position').select('action', 'client_id')
    assert.deepEqual(
      actions,
      Array.from({ length: 6 }, () => ({ action: 'chart.read', client_id: maya.id })),
    )
  })

  it('list appointments, those to come first and the soonest of them, then the others, page after page', async () => {
    const { db } = app
    const kim = await make.dietitian(db, { name: 'Kim' })
    const visit = (hours: number, dietitianId: string, state = 'kept') =>
      make.appointment(
        db,
        { dietitianId, typeId: world.type.id, startsAt: NOW + hours * HOUR },
        { client_id: maya.id, state, ...(state === 'cancelled' ? { cancelled_at: iso(NOW) } : {}) },
      )
    await visit(48, world.dietitian.id, 'booked')
    await visit(24, kim.id, 'booked')
    await visit(72, world.dietitian.id, 'cancelled')
    for (let n = 1; n <= 26; n += 1) await visit(-n * 24, world.dietitian.id, n === 1 ? 'no_show' : 'kept')
    const page = await desk.open(`${path}/appointments`)
    assert.match(
      page.text,
      /Coming Wednesday, March 4, 2026 9:00 AM to 10:00 AM First talk By video, with Kim Booked Thursday, March 5.* Before Friday, March 6.* Cancelled Monday, March 2.* No-show /,
    )
    const own = page.links.filter(({ href }) => href.startsWith('/practice/appointments/'))
    assert.ok(own.length >= 24)
    assert.ok(!own.some(({ name }) => name.includes('with Kim')), 'a colleague’s has no page here')
    assert.match((await page.link('Earlier')).text, /Thursday, February 5, 2026/)
    assert.equal((await desk.open(`${path}/appointments?page=1000000000`)).status, 400)
    const empty = await desk.open(`/practice/clients/${(await make.client(db)).id}/appointments`)
    assert.match(empty.text, /No appointment yet/)
  })

  it('list files by their names, of what was sent alone', async () => {
    const { db } = app
    const file = async (responseId: string, name: string, readable = true) => {
      const id = randomUUID()
      await db('files').insert({
        id,
        client_id: maya.id,
        response_id: responseId,
        link_id: 'skin-photo',
        content_type: 'application/pdf',
        bytes: 2_345_678,
        name_sealed: sealer.seal(namePlace(readable ? id : 'x'), name),
        content_sealed: Buffer.from('x'),
        created_at: iso(NOW - DAY),
      })
      return id
    }
    const sent = await answered(db, { clientId: maya.id })
    const draft = await answered(db, { clientId: maya.id, slug: 'check-in', isDraft: true })
    const id = await file(sent.id, 'report <1>.pdf')
    await file(sent.id, 'y', false)
    await file(draft.id, 'planted.pdf')
    const page = await desk.open(`${path}/files`)
    assert.match(page.text, /report <1>\.pdf New client intake Mar 2, 2026 2\.\d MB/)
    assert.match(page.text, /This text can’t be read/)
    assert.doesNotMatch(page.html, /planted|<1>/)
    assert.ok(page.links.some(({ href }) => href === `/practice/files/${id}`))
    const empty = await desk.open(`/practice/clients/${(await make.client(db)).id}/files`)
    assert.match(empty.text, /Photos and papers that they send with a form will stand here/)
  })
})
