import assert from 'node:assert/strict'
import { DAY, iso } from '../../server/clock.ts'
import { rightsFields } from '../../server/people/pages.ts'
import { disablePerson, saveRights } from '../../server/people/store.ts'
import { markOf } from '../../server/practice/meanwhile.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Visitor, visit } from '../support/page.ts'
import { PASSWORD, signedIn } from '../support/people.ts'

describe('the people of a practice', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let colleague: Awaited<ReturnType<typeof make.dietitian>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    colleague = await make.dietitian(app.db, { name: 'Kim Colleague', is_owner: false, position: 1 })
    desk = await signedIn(app, world.dietitian)
  })

  const pathOf = (person: { id: string }) => `/practice/settings/people/${person.id}`
  const rowOf = (person: { id: string }) => app.db('dietitians').where({ id: person.id }).first()
  const actions = () => app.db('audit_entries').orderBy('position').pluck('action')

  it('are listed with what they may do', async () => {
    const page = await desk.open('/practice/settings/people')
    assert.match(page.text, /\(you\)[\s\S]*Owner\s*Sees all charts[\s\S]*Kim Colleague/)
    const person = await page.link(/^Kim Colleague/)
    assert.equal(person.h1, 'Kim Colleague')
    assert.deepEqual([person.value('charts'), person.value('owner')], ['all', undefined])
  })

  it('may be made owners, and see their own clients alone', async () => {
    const page = await desk.open(pathOf(colleague))
    const saved = await page.button('Save what they may do', { charts: 'own', owner: 'yes' })
    assert.match(saved.text, /Saved\./)
    const row = await rowOf(colleague)
    assert.deepEqual([row.sees_all_charts, row.is_owner], [false, true])
    assert.deepEqual(await actions(), ['person.changed'])
  })

  it('of two owners at once: the second is shown what stands now', async () => {
    const other = await signedIn(app, await make.dietitian(app.db))
    const [mine, theirs] = [await desk.open(pathOf(colleague)), await other.open(pathOf(colleague))]
    await theirs.button('Save what they may do', { charts: 'own' })
    const late = await mine.button('Save what they may do', { charts: 'all', owner: 'yes' })
    assert.equal(late.status, 409)
    assert.match(late.text, /Charts\s*Own clients only\s*Owner\s*No/)
    assert.deepEqual([late.value('charts'), late.value('owner')], ['all', 'yes'])
    const row = await rowOf(colleague)
    assert.deepEqual([row.sees_all_charts, row.is_owner], [false, false])
  })

  it('always have an owner: the last one can’t stop being one', async () => {
    const own = await desk.open(pathOf(world.dietitian))
    const refused = await own.button('Save what they may do', { owner: null })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /the only owner/)
    // A closed account is no owner who could act.
    const closed = await make.account(app.db, { disabled_at: iso(NOW) })
    await make.dietitian(app.db, { account_id: closed.id, active: false })
    assert.equal((await own.button('Save what they may do', { owner: null })).status, 422)
    assert.equal((await rowOf(world.dietitian)).is_owner, true)

    await make.dietitian(app.db)
    const after = await (await desk.open(pathOf(world.dietitian))).button('Save what they may do', {
      owner: null,
    })
    assert.equal(after.path, '/practice/settings/profile')
    assert.equal((await rowOf(world.dietitian)).is_owner, false)
    assert.equal((await desk.send('GET', '/practice/settings')).status, 403)
  })

  it('never lose their last owner to two who take each other’s place at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const db = await reset()
      await make.practice(db)
      const [one, two] = [await make.dietitian(db), await make.dietitian(db)]
      const base = markOf(rightsFields({ isOwner: true, seesAllCharts: true }))
      const rights = { isOwner: false, seesAllCharts: true }
      const answers = await Promise.all([
        saveRights(app.deps, { id: two.id, by: String(one.account_id), base, rights }, NOW),
        disablePerson(app.deps, { id: one.id, by: String(two.account_id) }, NOW),
      ])
      assert.ok(answers.includes('gone'), answers.join())
      const { rows } = await db.raw(
        'select 1 from dietitians d join accounts a on a.id = d.account_id where d.is_owner and a.disabled_at is null',
      )
      assert.equal(rows.length, 1)
    }
  })

  it('who are closed are signed out everywhere at once, can’t sign in and can’t be booked; and may come back', async () => {
    const { type } = world
    await make.hours(app.db, colleague.id)
    await app.db('appointment_type_dietitians').insert({
      appointment_type_id: type.id,
      dietitian_id: colleague.id,
    })
    await make.appointment(app.db, { dietitianId: colleague.id, typeId: type.id, startsAt: NOW + DAY })
    const theirs = await signedIn(app, colleague)
    const page = await desk.open(pathOf(colleague))
    assert.match(page.text, /1 appointment to come/)
    const closed = await page.button('Close the account')
    assert.match(closed.text, /Closed since/)
    assert.equal((await app.db('sessions').where({ account_id: colleague.account_id })).length, 0)
    assert.equal((await theirs.send('GET', '/practice')).status, 303)
    const { email } = await app.db('accounts').where({ id: colleague.account_id }).first('email')
    const sign = { email, password: PASSWORD }
    assert.equal((await (await visit(app).open('/sign-in')).button('Sign in', sign)).status, 422)
    assert.equal((await rowOf(colleague)).active, false)

    await (await desk.open(pathOf(colleague))).button('Open the account again')
    assert.equal((await (await visit(app).open('/sign-in')).button('Sign in', sign)).path, '/practice')
    assert.equal((await rowOf(colleague)).active, true)
    assert.deepEqual(await actions(), ['person.disabled', 'person.enabled'])
  })

  it('can’t close their own account', async () => {
    await make.dietitian(app.db)
    const refused = await desk.post(`${pathOf(world.dietitian)}/disabling`, { disabled: 'yes' })
    assert.equal(refused.status, 422)
    assert.match(refused.text, /can’t close your own account/)
    assert.equal((await desk.send('GET', '/practice')).status, 200)
  })

  it('are nobody’s to see or change but the owners’', async () => {
    const theirs = await signedIn(app, colleague)
    const before = await app.db('dietitians').orderBy('id')
    const posts = ['/rights', '/disabling'].map((end) => `${pathOf(colleague)}${end}`)
    for (const path of [...posts, '/practice/settings/people'])
      assert.equal((await theirs.post(path, { charts: 'all', owner: 'yes', disabled: 'no' })).status, 403)
    for (const path of [pathOf(colleague), '/practice/settings/people/new'])
      assert.equal((await theirs.send('GET', path)).status, 403)
    assert.deepEqual(await app.db('dietitians').orderBy('id'), before)
    const nobody = `/practice/settings/people/${crypto.randomUUID()}`
    assert.equal((await desk.send('GET', nobody)).status, 404)
    assert.equal((await desk.post(`${nobody}/rights`, { charts: 'all' })).status, 404)
  })

  describe('write their own profile', () => {
    it('which clients read at once', async () => {
      const theirs = await signedIn(app, colleague)
      const page = await theirs.open('/practice/settings/profile')
      const saved = await page.button('Save your profile', {
        name: 'Kim Vale',
        credentials: 'MS, RD',
        biography: 'One.\n\nTwo.',
        video_url: 'https://meet.example/kim?a=1',
        daily_limit: '6',
        zone: 'America/Chicago',
      })
      assert.match(saved.text, /Saved\./)
      const row = await rowOf(colleague)
      assert.deepEqual(
        [row.name, row.credentials, row.biography, row.video_url, row.daily_limit, row.zone],
        ['Kim Vale', 'MS, RD', 'One.\n\nTwo.', 'https://meet.example/kim?a=1', 6, 'America/Chicago'],
      )
      const emptied = await saved.button('Save your profile', { video_url: '', daily_limit: '' })
      assert.equal(emptied.status, 200)
      const after = await rowOf(colleague)
      assert.deepEqual([after.video_url, after.daily_limit], [null, null])
    })

    it('without a room that is no https address, a limit of 0, or no name', async () => {
      const page = await desk.open('/practice/settings/profile')
      for (const video_url of [
        'http://meet.example',
        'javascript:alert(1)',
        'https://',
        'https://x',
        'meet.example',
      ])
        assert.match(
          (await page.button('Save your profile', { video_url })).errorFor('video_url') ?? '',
          /beginning with https/,
          video_url,
        )
      for (const daily_limit of ['0', '101', '-1', '1.5', 'six'])
        assert.match(
          (await page.button('Save your profile', { daily_limit })).errorFor('daily_limit') ?? '',
          /from 1 to 100/,
          daily_limit,
        )
      const refused = await page.button('Save your profile', { name: ' ', biography: 'Kept as typed' })
      assert.equal(refused.errorFor('name'), 'Please write your name.')
      assert.equal(refused.value('biography'), 'Kept as typed')
    })

    it('in two windows: the second is shown what stands now', async () => {
      const [one, two] = [
        await desk.open('/practice/settings/profile'),
        await desk.open('/practice/settings/profile'),
      ]
      await one.button('Save your profile', { credentials: 'RD, CSG' })
      const late = await two.button('Save your profile', { credentials: 'PhD' })
      assert.equal(late.status, 409)
      assert.match(late.text, /Credentials\s*RD, CSG/)
      assert.equal(late.value('credentials'), 'PhD')
    })
  })
})
