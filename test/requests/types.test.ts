import assert from 'node:assert/strict'
import type { Knex } from 'knex'
import { starterTypes } from '../../server/practice/starter.ts'
import { startingTypes } from '../../server/requests/starter.ts'
import {
  askStarterForms,
  listAskableForms,
  listAskingTypes,
  saveAskingTypes,
} from '../../server/requests/store.ts'
import { testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { sampleApp } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { makeForm } from './asking.ts'

describe('which types ask for a form', () => {
  let db: Knex
  let first: { id: string }
  let second: { id: string }

  beforeEach(async () => {
    await testApp()
    db = await reset()
    first = await make.type(db, [], { name: 'First', position: 1 })
    second = await make.type(db, [], { name: 'Second', position: 2 })
  })

  it('is kept type by type, and changed as a whole', async () => {
    const form = await makeForm(db)
    const asking = async () =>
      (await listAskingTypes(db, form.id)).map(({ name, isAsking, againAfterDays }) => [
        name,
        isAsking,
        againAfterDays,
      ])
    assert.deepEqual(await asking(), [
      ['First', false, null],
      ['Second', false, null],
    ])
    await saveAskingTypes(db, form.id, [
      { typeId: first.id, againAfterDays: null },
      { typeId: second.id, againAfterDays: 30 },
    ])
    assert.deepEqual(await asking(), [
      ['First', true, null],
      ['Second', true, 30],
    ])
    await saveAskingTypes(db, form.id, [{ typeId: second.id, againAfterDays: 7 }])
    assert.deepEqual(await asking(), [
      ['First', false, null],
      ['Second', true, 7],
    ])
    await saveAskingTypes(db, form.id, [])
    assert.deepEqual(await asking(), [
      ['First', false, null],
      ['Second', false, null],
    ])
  })

  it('leaves the other forms of a type alone, and stands after them', async () => {
    const [one, two] = [await makeForm(db), await makeForm(db)]
    for (const form of [one, two])
      await saveAskingTypes(db, form.id, [{ typeId: first.id, againAfterDays: null }])
    const rows = await db('appointment_type_forms').orderBy('position').select('form_id', 'position')
    assert.deepEqual(rows, [
      { form_id: one.id, position: 0 },
      { form_id: two.id, position: 1 },
    ])
  })

  it('offers every published form that is not archived, by title', async () => {
    await makeForm(db, { title: 'beta' })
    await makeForm(db, { title: 'Alpha' })
    const archived = await makeForm(db, { title: 'Gamma' })
    await db('forms')
      .where({ id: archived.id })
      .update({ archived_at: new Date(NOW) })
    await db('forms').insert({ url: 'draft', slug: 'draft', created_at: new Date(NOW) })
    assert.deepEqual(
      (await listAskableForms(db)).map(({ title }) => title),
      ['Alpha', 'beta'],
    )
  })

  it('begins with the intake for a first appointment and the check-in for those that follow', async () => {
    for (const { type } of startingTypes)
      assert.ok(
        starterTypes.some(({ slug }) => slug === type),
        type,
      )
    const app = await sampleApp()
    await askStarterForms(app.db)
    const { rows } = await app.db.raw(
      `select t.slug as type, f.slug as form, k.again_after_days as "againAfterDays"
       from appointment_type_forms k join appointment_types t on t.id = k.appointment_type_id
       join forms f on f.id = k.form_id`,
    )
    const sorted = (list: object[]) => list.map((one) => JSON.stringify(one)).sort()
    assert.deepEqual(sorted(rows), sorted(startingTypes))
  })

  it('asks the coming clients of the sample, and writes to none of them', async () => {
    const app = await sampleApp()
    await app.work()
    assert.ok((await app.db('form_requests').select('id')).length > 0)
    assert.deepEqual(await app.mails(), [])
  })
})
