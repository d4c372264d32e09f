import assert from 'node:assert/strict'
import { DAY, HOUR, type Instant } from '../../server/clock.ts'
import { answerRequests } from '../../server/requests/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { visit } from '../support/page.ts'
import { ana, book, hold } from '../support/people.ts'
import { asks, type Made, makeForm, makeResponse } from './asking.ts'

const monday = /Monday, March 9/
const STARTS = NOW + 6 * DAY // at 10, and summer time has begun

describe('reminders of forms', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let form: Made

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db, { type: { change_deadline_minutes: 60 } })
    form = await makeForm(db, { slug: 'check-in', title: 'Check-in' })
    await asks(db, world.type.id, form, 3)
  })

  const planned = async () => {
    const { rows } = await app.db.raw(
      `select start_after as at from pgboss.job where name = 'form-reminder' and state = 'created' order by 1`,
    )
    return rows.map(({ at }: { at: Instant }) => at)
  }
  /** Lets the clock run to an instant and does what is due by then. @returns subjects of the mails about forms */
  const letRun = async (to: Instant) => {
    const before = (await app.mails()).length
    app.clock.set(to)
    await app.work(to)
    const mails = (await app.mails()).slice(before).filter(({ plain }) => plain.includes('/my/forms'))
    return mails.map(({ subject }) => subject)
  }
  const answer = async (now: Instant) => {
    const { id: clientId } = await app.db('clients').where({ email: ana.email }).first('id')
    const responseId = await makeResponse(app.db, clientId, form, now)
    await app.db.transaction((trx) => answerRequests(trx, { clientId, formId: form.id, responseId }, now))
  }
  const asked = async () => (await app.db('form_requests')).length
  const REMINDER = 'Reminder: a form before your appointment on Mon, Mar 9 at 10:00 AM'

  it('go out exactly 3 days and 1 day before, while the form is not sent', async () => {
    await book(visit(app), world.type, monday, '10:00 AM')
    await app.work()
    assert.deepEqual(await planned(), [STARTS - 3 * DAY, STARTS - DAY])
    assert.deepEqual(await letRun(STARTS - 3 * DAY - 1), [])
    assert.deepEqual(await letRun(STARTS - 3 * DAY), [REMINDER])
    assert.deepEqual(await letRun(STARTS - DAY - 1), [])
    assert.deepEqual(await letRun(STARTS - DAY), [REMINDER])
    assert.deepEqual(await letRun(STARTS + DAY), [])
  })

  it('stop when the form is sent', async () => {
    await book(visit(app), world.type, monday, '10:00 AM')
    await app.work()
    assert.equal((await letRun(STARTS - 3 * DAY)).length, 1)
    await answer(STARTS - 2 * DAY)
    assert.deepEqual(await letRun(STARTS), [])
  })

  it('are left out where the appointment was booked after their time', async () => {
    await book(visit(app), world.type, /Wednesday, March 4/, '10:00 AM')
    await app.work()
    assert.deepEqual(await planned(), [NOW + HOUR])
    await app.db.raw('delete from pgboss.job')
    await book(visit(app), world.type, /Tuesday, March 3/, '3:00 PM')
    await app.work()
    assert.deepEqual(await planned(), [])
  })

  it('follow an appointment that is moved, and do not come for its old time', async () => {
    const booked = await book(visit(app), world.type, /Saturday, March 7/, '10:00 AM')
    await app.work()
    const move = await (await (await booked.link('Move it')).link(monday)).link(/^10:00 AM/)
    await move.button('Move my appointment')
    await app.work()
    assert.deepEqual(await letRun(STARTS - 3 * DAY - 1), [])
    assert.deepEqual(await letRun(STARTS - 3 * DAY), [REMINDER])
    assert.deepEqual(await letRun(STARTS - DAY), [REMINDER])
    assert.deepEqual(await letRun(STARTS + 5 * DAY), [])
  })

  it('do not come after a cancellation', async () => {
    const booked = await book(visit(app), world.type, monday, '10:00 AM')
    await app.work()
    await (await booked.link('Cancel it')).button('Cancel this appointment')
    await app.work()
    assert.deepEqual(await letRun(STARTS), [])
  })

  it('spare a client who did not want any, but not the first mail', async () => {
    const details = await hold(visit(app), world.type, monday, '10:00 AM')
    await details.button('Book this appointment', { ...ana, reminders: null })
    assert.equal((await letRun(NOW)).length, 1)
    assert.deepEqual(await letRun(STARTS), [])
  })

  it('that come late are left out once the next one is due, or it has begun', async () => {
    await book(visit(app), world.type, monday, '10:00 AM')
    await app.work()
    assert.equal((await letRun(STARTS - DAY)).length, 1)
    await app.db.raw(`update pgboss.job set state = 'created' where name = 'form-reminder'`)
    assert.deepEqual(await letRun(STARTS), [])
  })

  it('are sent once, though their job runs twice', async () => {
    await book(visit(app), world.type, monday, '10:00 AM')
    await app.work()
    await letRun(STARTS - 3 * DAY)
    await app.db.raw(
      `update pgboss.job set state = 'retry' where name = 'form-reminder' and state = 'completed'`,
    )
    assert.deepEqual(await letRun(STARTS - 3 * DAY), [])
  })

  it('speak of what the dietitian had asked for before the booking, too', async () => {
    const client = await make.client(app.db, { email: ana.email })
    const due_at = new Date(STARTS + 9 * DAY)
    await app.db('form_requests').insert({
      client_id: client.id,
      form_id: form.id,
      due_at,
      asked_by: world.dietitian.account_id,
      asked_at: new Date(NOW),
    })
    await book(visit(app), world.type, monday, '10:00 AM')
    assert.deepEqual(await letRun(NOW), [])
    assert.equal(await asked(), 1)
    assert.deepEqual(await letRun(STARTS - 3 * DAY), [REMINDER])
  })

  it('ask for a form that was sent for an earlier appointment, when it is too old for this one', async () => {
    await book(visit(app), world.type, /Friday, March 6/, '10:00 AM')
    await book(visit(app), world.type, monday, '10:00 AM')
    await app.work()
    await answer(NOW + HOUR / 2)
    assert.deepEqual(await letRun(STARTS - 3 * DAY - 1), [])
    assert.equal(await asked(), 1)
    assert.deepEqual(await letRun(STARTS - 3 * DAY), [
      'Before your appointment on Mon, Mar 9 at 10:00 AM: a form to fill in',
    ])
    assert.equal(await asked(), 2)
    assert.deepEqual(await letRun(STARTS - DAY), [REMINDER])
  })
})
