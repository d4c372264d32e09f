import { DAY, HOUR, iso } from '../../server/clock.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { at, type Scene, type Shown } from './scene.ts'

const path = '/practice/availability'
const view = 'schedule/availability'

const posted = (name: string, status: number, to: string, fields: Record<string, string>): Shown => ({
  name,
  view,
  kind: 'desk',
  status,
  open: ({ desk }) => desk.post(`${path}/${to}`, fields),
})

const base = { plan: '0001-01-01', base: '0' }
const reversed = { 'd1-1-from': '720', 'd1-1-to': '540', 'd1-copy': '2', 'd3-1-from': '0', 'd3-1-to': '99' }

/** Later hours, days and time off of their own, and appointments that lie outside. */
async function fill({ db, dietitian, type }: Scene): Promise<void> {
  const of = { dietitian_id: dietitian.id }
  await db('weekly_plans').insert({ ...of, starts_on: '2026-03-09' })
  await db('weekly_hours').insert({
    ...of,
    starts_on: '2026-03-09',
    weekday: 2,
    from_minute: 541,
    to_minute: 1500,
    places: ['video', 'phone'],
  })
  await db('date_exceptions').insert([
    { ...of, on_date: '2026-03-09', kind: 'closed' },
    { ...of, on_date: '2026-03-09', kind: 'open', from_minute: 540, to_minute: 600, places: ['phone'] },
  ])
  const off = { ...of, starts_at: iso(NOW + DAY), ends_at: iso(NOW + 3 * DAY) }
  await db('time_off').insert(off)
  const [short] = await db('time_off')
    .insert({ ...off, ends_at: iso(NOW + DAY + HOUR) })
    .returning('id')
  const place = { table: 'time_off', column: 'reason_sealed', row: String(short.id) }
  await db('time_off')
    .where({ id: short.id })
    .update({ reason_sealed: sealer.seal(place, 'A "B" & <C>') })
  await db('dietitians').where({ id: dietitian.id }).update({ daily_limit: 3 })
  await db('appointment_types').where({ id: type.id }).update({ daily_limit: 2 })
}

export const schedulePages: Shown[] = [
  at('the hours', view, path, 'desk'),
  at('the hours, with another type', view, `${path}?type=call&saved=hours`, 'desk'),
  posted('the hours, refused', 422, 'hours', { ...base, ...reversed, starts_on: 'x' }),
  posted('the hours, changed by somebody else meanwhile', 409, 'hours', { ...base, base: '7' }),
  posted('the hours, gone meanwhile', 409, 'hours', { plan: '2026-05-01', base: '0' }),
  posted('time off, refused', 422, 'time-off', {
    off_from: '2026-03-09',
    off_to: '2027-09-09',
    off_note: '<"&',
  }),
  posted('a single day, refused', 422, 'exceptions', { on: '2026-03-09', kind: 'extra', open_from: '"' }),
  posted('a single day of no kind', 422, 'exceptions', { on: '2026-03-09' }),
  {
    name: 'the hours with all that can be there',
    view,
    kind: 'desk',
    changes: true,
    async open(scene) {
      await fill(scene)
      return scene.desk.open(`${path}?plan=2026-03-09`)
    },
  },
]
