import assert from 'node:assert/strict'
import { DAY, iso, MINUTE } from '../../server/clock.ts'
import { makeNote } from '../notes/written.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Visitor } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

describe('every page that shows what is in a chart', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.client>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    client = await make.client(app.db)
    desk = await signedIn(app, world.dietitian)
  })

  it('is noted as read of that client, also beside what one does there', async () => {
    const of = { dietitianId: world.dietitian.id, typeId: world.type.id, startsAt: NOW + 2 * DAY }
    const appointment = await make.appointment(app.db, of, { client_id: client.id })
    const noteId = await makeNote(app.db, { clientId: client.id, accountId: world.dietitian.account_id })
    const chart = `/practice/clients/${client.id}`
    const own = ['', '/forms', '/notes', '/appointments', '/files', '/details', '/audit', '/summary']
    const reads: [path: string, subjectId: string][] = [
      ...[...own, '/booking', '/erasure'].map((end): [string, string] => [`${chart}${end}`, client.id]),
      [`/practice/appointments/${appointment.id}`, appointment.id],
      [`/practice/appointments/${appointment.id}/reschedule`, client.id],
      ...['', '/print', '/addenda'].map((end): [string, string] => [
        `/practice/notes/${noteId}${end}`,
        noteId,
      ]),
    ]
    for (const [path, subjectId] of reads) {
      const last = await app.db('audit_entries').max<{ max: number | null }[]>('position')
      assert.equal((await desk.open(path)).status, 200, path)
      const entries = await app
        .db('audit_entries')
        .where('position', '>', last[0]?.max ?? 0)
        .select('account_id', 'client_id', 'subject_id')
      const entry = { account_id: world.dietitian.account_id, client_id: client.id, subject_id: subjectId }
      assert.deepEqual(entries, [entry], path)
    }
  })
})

describe('a client who only holds a time', () => {
  it('is not named or described to a dietitian who may not see their chart', async () => {
    const app = await testApp()
    const world = await make.world(await reset())
    const colleague = await make.dietitian(app.db, { sees_all_charts: false, is_owner: false })
    const { id: client_id } = await make.client(app.db, { name: 'Maya Hidden', email: 'hidden@example.com' })
    const of = { dietitianId: colleague.id, typeId: world.type.id }
    const held = {
      client_id,
      state: 'held',
      place: null,
      booked_name: null,
      booked_at: null,
      link_hash: null,
      link_sealed: null,
    }
    await make.appointment(
      app.db,
      { ...of, startsAt: NOW + MINUTE },
      { ...held, held_until: iso(NOW + 5 * MINUTE) },
    )
    const theirs = await signedIn(app, colleague)
    const page = await theirs.open('/practice/calendar/booking')
    assert.equal(page.status, 200)
    assert.doesNotMatch(page.html, /Maya Hidden|hidden@example\.com/)
  })
})
