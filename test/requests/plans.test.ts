import assert from 'node:assert/strict'
import { DAY, HOUR, type Instant, iso, MINUTE } from '../../server/clock.ts'
import { askPlanned } from '../../server/requests/plans/store.ts'
import {
  answerRequests,
  askForm,
  listOpenRequests,
  listPlans,
  startPlan,
  stopPlan,
} from '../../server/requests/store.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Made, makeForm, makeResponse } from './asking.ts'

const WEEK = 7 * DAY
/** Wednesday, March 4, at 8 in Indianapolis; from March 8 on an hour earlier in UTC. */
const FIRST = Date.parse('2026-03-04T13:00:00Z')
/** From 8:00 to 23:59: it is asked in the morning and due in the evening. */
const EVENING = 16 * HOUR - MINUTE

describe('the dietitian asks for a form', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let client: Awaited<ReturnType<typeof make.clientAccount>>
  let form: Made

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    world = await make.world(db)
    client = await make.clientAccount(db, { zone: 'Asia/Kathmandu' })
    form = await makeForm(db, { slug: 'check-in', title: 'Weekly check-in' })
  })

  const askedBy = () => String(world.dietitian.account_id)
  const ask = (dueAt = NOW + 3 * DAY) =>
    askForm(app.db, app.deps.jobs, { clientId: client.id, formId: form.id, askedBy: askedBy(), dueAt }, NOW)
  const plan = (everyWeeks = 1, firstDueOn = '2026-03-04') => {
    const of = { clientId: client.id, formId: form.id, askedBy: askedBy() }
    return startPlan(app.db, app.deps.jobs, { ...of, everyWeeks, firstDueOn }, NOW)
  }
  const answer = async (now: Instant) => {
    const of = { clientId: client.id, formId: form.id }
    const responseId = await makeResponse(app.db, client.id, form, now)
    await app.db.transaction((trx) => answerRequests(trx, { ...of, responseId }, now))
  }
  /** Runs the hourly job at an instant. @returns how many mails about forms there are from then on */
  const letRun = async (now: Instant) => {
    app.clock.set(now)
    await app.deps.jobs.schedule(app.db, 'form-plans', {}, now, `${now}`)
    await app.work()
    return (await app.mails()).filter(({ plain }) => plain.includes('/my/forms')).length
  }
  const open = async () => (await listOpenRequests(app.db, client.id)).map(({ dueAt }) => dueAt)
  /** What became of all that was asked, the open ones first. */
  const states = async () => {
    const rows = await app.db('form_requests').where({ client_id: client.id }).orderBy('asked_at', 'desc')
    const words = rows.map(({ response_id, withdrawn_at }) =>
      response_id ? 'answered' : withdrawn_at ? 'withdrawn' : 'open',
    )
    return words.sort((a, b) => Number(b === 'open') - Number(a === 'open'))
  }

  describe('once:', () => {
    it('it is asked, and mailed', async () => {
      const id = await ask()
      await app.work()
      const [request, ...more] = await listOpenRequests(app.db, client.id)
      assert.equal(more.length, 0)
      assert.deepEqual(
        [request?.id, request?.slug, request?.dueAt, request?.zone, request?.isForAppointment],
        [id, 'check-in', NOW + 3 * DAY, 'Asia/Kathmandu', false],
      )
      const [mail] = await app.mails()
      assert.equal(mail?.subject, 'A form to fill in for Maple Street Nutrition')
      assert.match(mail?.plain ?? '', /Takes: About 1 minute\. By Friday, March 6/)
    })

    it('not a second time while it is open, and again once it was sent', async () => {
      assert.ok(await ask())
      assert.equal(await ask(), undefined)
      await answer(NOW)
      assert.ok(await ask())
      assert.deepEqual(await states(), ['open', 'answered'])
    })

    it('of two who ask at the same moment one does', async () => {
      const ids = await Promise.all([ask(), ask(), ask(), ask()])
      assert.equal(ids.filter(Boolean).length, 1)
      assert.equal(await app.work(), 1)
    })

    it('not when it is archived', async () => {
      await app
        .db('forms')
        .where({ id: form.id })
        .update({ archived_at: iso(NOW) })
      assert.equal(await ask(), undefined)
    })

    it('and nobody writes about what was answered before the mail left', async () => {
      await ask()
      await answer(NOW)
      await app.work()
      assert.deepEqual(await app.mails(), [])
    })
  })

  describe('every so many weeks:', () => {
    it('at 8 in the morning where the practice is, each week on the same day, over the change of the clocks', async () => {
      await plan()
      assert.equal(await letRun(FIRST - 1), 0)
      assert.equal(await letRun(FIRST), 1)
      assert.deepEqual(await open(), [FIRST + EVENING])
      await answer(FIRST + DAY)
      assert.equal(await letRun(FIRST + WEEK - HOUR - 1), 1)
      assert.equal(await letRun(FIRST + WEEK - HOUR), 2)
      assert.deepEqual(await open(), [FIRST + WEEK - HOUR + EVENING])
      assert.deepEqual(await states(), ['open', 'answered'])
      assert.equal((await listPlans(app.db, client.id))[0]?.nextDueOn, '2026-03-18')
    })

    it('soon after the start, when that morning has been', async () => {
      await plan(2, '2026-03-03')
      await app.work()
      assert.deepEqual(await open(), [Date.parse('2026-03-03T13:00:00Z') + EVENING])
      assert.equal((await listPlans(app.db, client.id))[0]?.nextDueOn, '2026-03-17')
    })

    it('one after another: what was not sent gives way to the next', async () => {
      await plan()
      await letRun(FIRST)
      assert.equal(await letRun(FIRST + WEEK), 2)
      assert.deepEqual(await open(), [FIRST + WEEK - HOUR + EVENING])
      assert.deepEqual(await states(), ['open', 'withdrawn'])
    })

    it('once after a time of standing still, and then on its day again', async () => {
      await plan(2)
      assert.equal(await letRun(FIRST + 9 * WEEK), 1)
      assert.deepEqual(await open(), [FIRST + 8 * WEEK - HOUR + EVENING])
      assert.deepEqual(await states(), ['open'])
      assert.equal((await listPlans(app.db, client.id))[0]?.nextDueOn, '2026-05-13')
    })

    it('not beside one that is open from elsewhere', async () => {
      await plan()
      await ask()
      assert.equal(await letRun(FIRST), 1)
      assert.deepEqual(await open(), [NOW + 3 * DAY])
      await answer(FIRST + DAY)
      assert.equal(await letRun(FIRST + WEEK), 2)
    })

    it('once, though several processes look at the same time', async () => {
      await plan()
      const others = await Promise.all(Array.from({ length: 60 }, () => make.client(app.db)))
      await app.db('form_plans').insert(
        others.map(({ id }) => ({
          client_id: id,
          form_id: form.id,
          every_weeks: 1,
          next_due_on: '2026-03-04',
          asked_by: askedBy(),
          asked_at: iso(NOW),
        })),
      )
      await Promise.all([1, 2, 3].map(() => askPlanned(app.db, app.deps.jobs, FIRST)))
      assert.equal((await app.db('form_requests')).length, 61)
      assert.equal(await letRun(FIRST), 61)
    })

    it('of one form one plan at a time, until it is stopped; then nothing of it is open', async () => {
      const id = await plan()
      assert.ok(id)
      assert.equal(await plan(), undefined)
      await letRun(FIRST)
      const stranger = await make.client(app.db)
      const dietitianId = world.dietitian.id
      assert.equal(await stopPlan(app.db, { clientId: stranger.id, id, dietitianId }, NOW), false)
      assert.equal(await stopPlan(app.db, { clientId: client.id, id, dietitianId }, NOW), true)
      assert.equal(await stopPlan(app.db, { clientId: client.id, id, dietitianId }, NOW), false)
      assert.deepEqual([await open(), await listPlans(app.db, client.id)], [[], []])
      assert.equal(await letRun(FIRST + 3 * WEEK), 1)
      assert.ok(await plan())
    })

    it('not any more when it is archived', async () => {
      await plan()
      await app
        .db('forms')
        .where({ id: form.id })
        .update({ archived_at: iso(NOW) })
      assert.equal(await letRun(FIRST), 0)
      assert.deepEqual(await states(), [])
    })
  })
})
