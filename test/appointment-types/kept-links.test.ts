import assert from 'node:assert/strict'
import { iso } from '../../server/clock.ts'
import { makeForm } from '../requests/asking.ts'
import { testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { signedIn } from '../support/people.ts'

describe('saving a type', () => {
  it('leaves alone what the page does not offer to choose now: a colleague on leave, an archived form', async () => {
    const app = await testApp()
    const db = await reset()
    const { type, dietitian } = await make.world(db)
    const colleague = await make.dietitian(db, { active: false })
    await db('appointment_type_dietitians').insert({
      appointment_type_id: type.id,
      dietitian_id: colleague.id,
    })
    const [archived, shown] = [await makeForm(db), await makeForm(db)]
    for (const form of [archived, shown])
      await db('appointment_type_forms').insert({ appointment_type_id: type.id, form_id: form.id })
    await db('forms')
      .where({ id: archived.id })
      .update({ archived_at: iso(NOW) })
    const desk = await signedIn(app, dietitian)
    const page = await desk.open(`/practice/appointment-types/${type.id}`)
    await page.button('Save the type', { forms: [] })
    const offering = await db('appointment_type_dietitians').pluck('dietitian_id')
    assert.deepEqual(offering.sort(), [dietitian.id, colleague.id].sort())
    assert.deepEqual(await db('appointment_type_forms').pluck('form_id'), [archived.id])
  })
})
