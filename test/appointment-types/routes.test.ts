import assert from 'node:assert/strict'
import { HOUR } from '../../server/clock.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

const PATH = '/practice/appointment-types'

describe('the appointment types of the practice', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  const rowOf = (id = world.type.id) => app.db('appointment_types').where({ id }).first()
  const edit = (visitor = desk, id = world.type.id): Promise<Page> => visitor.open(`${PATH}/${id}`)

  it('are made with all that they have, and can be booked at once', async () => {
    const form = await desk.open(`${PATH}/new`)
    const made = await form.button('Make the type', {
      name: 'Skin check',
      slug: 'skin-check',
      summary: 'A look at your skin.',
      minutes: '40',
      bufferBefore: '5',
      bufferAfter: '15',
      price: '95,50',
      currency: 'usd',
      places: ['video', 'phone'],
      who: 'anyone',
      notice: '1.5',
      windowDays: '30',
      step: '20',
      dailyLimit: '3',
      changeDeadline: '48',
    })
    assert.equal(made.status, 200)
    assert.match(made.text, /Skin check.*40 minutes.*\$95\.50/s)
    const row = await app.db('appointment_types').where({ slug: 'skin-check' }).first()
    assert.equal(row.minimum_notice_minutes, 90)
    assert.equal(row.change_deadline_minutes, 2880)
    assert.equal(row.price_cents, 9550)
    assert.equal(row.currency, 'USD')
    assert.equal(row.daily_limit, 3)
    assert.deepEqual(row.places, ['video', 'phone'])
    assert.match((await visit(app).open('/book')).text, /Skin check/)
  })

  it('are saved unchanged when nothing was typed', async () => {
    const before = await rowOf()
    const links = await app.db('appointment_type_dietitians').orderBy('dietitian_id')
    await (await edit()).button('Save the type')
    assert.deepEqual(await rowOf(), { ...before, revision: 1 })
    assert.deepEqual(await app.db('appointment_type_dietitians').orderBy('dietitian_id'), links)
  })

  it('say beside each field what is wrong, and keep what was typed', async () => {
    const wrong = await (await edit()).button('Save the type', {
      name: '',
      slug: 'Not An Address',
      minutes: '-5',
      bufferAfter: '241',
      price: 'a lot',
      currency: 'dollars',
      places: null,
      notice: '721',
      windowDays: '0',
      step: '4.5',
      dailyLimit: '0',
      changeDeadline: 'soon',
    })
    assert.equal(wrong.status, 422)
    const fields = [
      'name',
      'slug',
      'minutes',
      'bufferAfter',
      'price',
      'currency',
      'notice',
      'windowDays',
      'step',
    ]
    for (const field of [...fields, 'dailyLimit', 'changeDeadline'])
      assert.ok(wrong.errorFor(field), `nothing said about ${field}`)
    assert.match(wrong.text, /Please choose at least one place/)
    assert.equal(wrong.value('minutes'), '-5')
    assert.equal(wrong.value('price'), 'a lot')
    assert.equal((await rowOf()).revision, 0)
  })

  it('are given a web address of their name, and another one with a number', async () => {
    const fields = { name: 'Réview: 30 minutes!', slug: '', minutes: '30', price: '80' }
    for (const slug of ['review-30-minutes', 'review-30-minutes-2']) {
      const made = await (await desk.open(`${PATH}/new`)).button('Make the type', fields)
      assert.match(made.text, /The type is made\./)
      assert.equal((await app.db('appointment_types').orderBy('position', 'desc').first()).slug, slug)
    }
    const nameless = { ...fields, name: '日本' }
    await (await desk.open(`${PATH}/new`)).button('Make the type', nameless)
    assert.equal((await app.db('appointment_types').orderBy('position', 'desc').first()).slug, 'appointment')
    const saved = await (await edit()).button('Save the type', { slug: '', name: 'Quite another' })
    assert.match(saved.text, /The type is saved\./)
    assert.equal((await rowOf()).slug, world.type.slug)
  })

  it('say of a number that is too long what number it may be', async () => {
    const wrong = await (await edit()).button('Save the type', {
      minutes: '9'.repeat(30),
      price: '9'.repeat(30),
    })
    assert.match(wrong.errorFor('minutes') ?? '', /whole number from 5 to 480 minutes/)
    assert.match(wrong.errorFor('price') ?? '', /Please write the price like/)
  })

  it('have addresses of their own', async () => {
    const other = await make.type(app.db, [world.dietitian.id], { slug: 'other' })
    const page = await (await edit(desk, other.id)).button('Save the type', { slug: world.type.slug })
    assert.equal(page.status, 422)
    assert.match(page.errorFor('slug') ?? '', /Another type has this web address/)
  })

  it('are not overwritten by whoever looked at them before they were saved', async () => {
    const mine = await edit()
    await (await edit()).button('Save the type', { price: '200' })
    const refused = await mine.button('Save the type', { minutes: '45' })
    assert.equal(refused.status, 409)
    assert.match(refused.text, /Price: 200/)
    assert.equal(refused.value('minutes'), '45')
    assert.equal((await rowOf()).price_cents, 20_000)
    await refused.button('Save the type', { price: '200' })
    const { minutes, price_cents } = await rowOf()
    assert.deepEqual({ minutes, price_cents }, { minutes: 45, price_cents: 20_000 })
  })

  it('ask for the forms and consents that are ticked, and again after so many days', async () => {
    await make.ownForms(app.db)
    const consent = await make.consent(app.db, {
      accountId: world.dietitian.account_id,
      typeIds: [world.type.id],
    })
    const form = await app.db('forms').where({ slug: 'check-in' }).first()
    const page = await edit()
    const wrong = await page.button('Save the type', { forms: [form.id], [`again-${form.id}`]: 'x' })
    assert.ok(wrong.errorFor(`again-${form.id}`))
    await page.button('Save the type', { forms: [form.id], [`again-${form.id}`]: '90', consents: null })
    const asked = await app.db('appointment_type_forms').where({ appointment_type_id: world.type.id })
    assert.deepEqual(
      asked.map((row) => [row.form_id, row.again_after_days]),
      [[form.id, 90]],
    )
    assert.deepEqual(await app.db('appointment_type_consents').where({ consent_id: consent.id }), [])
  })

  it('for the practice only are not found by anybody else', async () => {
    await (await edit()).button('Save the type', { who: 'practice' })
    const visitor = visit(app)
    assert.equal((await visitor.open(`/book/${world.type.slug}`)).status, 404)
    assert.ok(!(await visitor.open('/book')).text.includes(world.type.name))
    const slots = await visitor.send(
      'GET',
      `/api/slots?type=${world.type.slug}&from=2026-03-05&to=2026-03-06&zone=UTC`,
    )
    assert.equal(slots.status, 400)
  })

  it('are deleted while nothing was booked, and archived from then on', async () => {
    const fresh = await make.type(app.db, [world.dietitian.id])
    await (await edit(desk, fresh.id)).button('Delete it')
    assert.equal(await rowOf(fresh.id), undefined)

    const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
    const booked = await make.appointment(app.db, { ...of, startsAt: NOW + 50 * HOUR })
    const refused = await (await edit()).button('Delete it')
    assert.equal(refused.status, 409)
    assert.match(refused.text, /Archive it/)
    await (await edit()).button('Archive it')
    assert.equal((await visit(app).open(`/book/${world.type.slug}`)).status, 404)
    assert.equal((await visit(app).open(`/appointments/${booked.token}`)).status, 200)
    await (await edit()).button('Offer it again')
    assert.equal((await visit(app).open(`/book/${world.type.slug}`)).status, 200)
  })

  it('stand in the order that the practice gives them', async () => {
    const second = await make.type(app.db, [world.dietitian.id], { name: 'Zebra', position: 9 })
    const list = await desk.open(PATH)
    assert.ok(list.text.indexOf(world.type.name) < list.text.indexOf('Zebra'))
    const moved = await list.button('Move Zebra up')
    assert.ok(moved.text.indexOf('Zebra') < moved.text.indexOf(world.type.name))
    const again = await desk.post(`${PATH}/${second.id}/position`, { go: 'sideways' })
    assert.equal(again.status, 422)
  })

  it('of others are changed by owners alone', async () => {
    const second = await make.dietitian(app.db, { is_owner: false })
    const own = await make.type(app.db, [second.id])
    const other = await signedIn(app, second)
    assert.ok(!(await edit(other)).buttons.includes('Save the type'))
    const before = await rowOf()
    const form = { ...Object.fromEntries((await fieldsOf(await edit())).entries()), name: 'Mine now' }
    assert.equal((await other.post(`${PATH}/${world.type.id}`, form)).status, 403)
    for (const noun of ['archiving', 'removal', 'position'])
      assert.equal((await other.post(`${PATH}/${world.type.id}/${noun}`, { go: 'up' })).status, 403)
    assert.deepEqual(await rowOf(), before)
    const saved = await (await edit(other, own.id)).button('Save the type', { name: 'My own' })
    assert.equal(saved.status, 200)
    assert.equal((await rowOf(own.id)).name, 'My own')
  })

  const fieldsOf = async (page: Page) => {
    const names = ['name', 'slug', 'minutes', 'bufferBefore', 'bufferAfter', 'price', 'currency', 'notice']
    const more = ['windowDays', 'step', 'changeDeadline', 'who', 'revision']
    return new Map([...names, ...more].map((name) => [name, page.value(name) ?? '']))
  }
})
