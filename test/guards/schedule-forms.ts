import type { Knex } from 'knex'
import { DAY, iso } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'
import type { FormOf } from './forms.ts'

const availability = '/practice/availability'

async function freshHours(db: Knex): Promise<string> {
  await db('weekly_plans').whereNot({ starts_on: '0001-01-01' }).del()
  await db('weekly_plans').update({ revision: 0 })
  return `${availability}/hours`
}

const hours = { 'd1-1-from': '540', 'd1-1-to': '720', 'd1-1-where': 'video', 'd1-copy': '2' }

const pressed = (name: string, path: FormOf['path']): FormOf => ({
  name,
  fields: { any: '' },
  texts: [],
  isPractice: true,
  path,
})

export const scheduleForms: FormOf[] = [
  {
    name: 'the weekly hours',
    fields: { plan: '0001-01-01', base: '0', starts_on: '2026-06-01', type: 'call', ...hours },
    texts: [],
    isPractice: true,
    path: freshHours,
  },
  {
    name: 'a single day',
    fields: { on: '2026-06-02', kind: 'extra', open_from: '540', open_to: '600', open_where: 'video' },
    texts: [],
    isPractice: true,
    async path(db) {
      await db('date_exceptions').del()
      return `${availability}/exceptions`
    },
  },
  {
    name: 'time off',
    fields: {
      off_from: '2026-06-02',
      off_from_time: '540',
      off_to: '2026-06-03',
      off_to_time: '600',
      off_note: 'Conference',
    },
    texts: ['off_note'],
    isPractice: true,
    async path(db) {
      await db('time_off').del()
      return `${availability}/time-off`
    },
  },
  pressed('the end of later hours', async (db, { dietitian }) => {
    await freshHours(db)
    await db('weekly_plans').insert({ dietitian_id: dietitian.id, starts_on: '2026-06-01' })
    return `${availability}/plans/2026-06-01/removal`
  }),
  pressed('the end of a single day', async (db, { dietitian }) => {
    const day = { dietitian_id: dietitian.id, on_date: '2026-06-01', kind: 'closed' }
    const [{ id }] = await db('date_exceptions').insert(day).returning('id')
    return `${availability}/exceptions/${id}/removal`
  }),
  pressed('the end of time off', async (db, { dietitian }) => {
    const off = { starts_at: iso(NOW + 90 * DAY), ends_at: iso(NOW + 91 * DAY) }
    const [{ id }] = await db('time_off')
      .insert({ dietitian_id: dietitian.id, ...off })
      .returning('id')
    return `${availability}/time-off/${id}/removal`
  }),
]
