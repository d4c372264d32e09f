import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { startOfDay } from '../../availability/zones.ts'
import { HOUR, type Instant, iso, MINUTE } from '../../clock.ts'
import { type StarterType, starterHours, starterTypes } from '../../practice/starter.ts'
import { hashToken, makeToken, type Sealer } from '../../sealing/seal.ts'
import { dateOf, isWeekend, momentOf } from '../days.ts'
import { appointments, clients, practice, type StoryAppointment } from '../story.ts'

type Whose = { dietitianId: string; accountId: string; now: Instant }

const bookedAt = ({ booked: [day, at] }: StoryAppointment, now: Instant): Instant =>
  momentOf({ day, at }, now)

const firstBooked = (client: number, now: Instant): Instant =>
  Math.min(...appointments.filter((told) => told.client === client).map((told) => bookedAt(told, now)))

/** A lunch that is no one else's; and on a weekend today is open, as people come. */
async function insertDates(trx: Knex, sealer: Sealer, dietitianId: string, now: Instant): Promise<void> {
  const own = { dietitian_id: dietitianId }
  const day = startOfDay(dateOf(4, now), practice.zone)
  const lunch = { starts_at: iso(day + 12 * HOUR), ends_at: iso(day + 14 * HOUR) }
  const [off] = await trx('time_off')
    .insert({ ...own, ...lunch })
    .returning('id')
  const place = { table: 'time_off', column: 'reason_sealed', row: String(off.id) }
  await trx('time_off')
    .where({ id: off.id })
    .update({ reason_sealed: sealer.seal(place, 'Team lunch') })
  const today = dateOf(0, now)
  if (!isWeekend(today)) return
  const hours = starterHours.filter(({ weekday }) => weekday === 1)
  await trx('date_exceptions').insert(
    hours.map(({ from_minute, to_minute }) => ({
      ...own,
      on_date: today,
      kind: 'open',
      from_minute,
      to_minute,
    })),
  )
}

/** Clients and their appointments, each with its history. @returns the ids of the clients, in the order of the story */
export async function insertDiary(
  trx: Knex,
  sealer: Sealer,
  { dietitianId, accountId, now }: Whose,
): Promise<string[]> {
  const known = await trx('clients')
    .insert(clients.map((client, n) => ({ ...client, created_at: iso(firstBooked(n, now)) })))
    .returning<{ id: string }[]>('id')
  const types = await trx('appointment_types').select<{ id: string; slug: string }[]>('id', 'slug')
  await insertDates(trx, sealer, dietitianId, now)
  for (const told of appointments) {
    const type = starterTypes.find(({ slug }) => slug === told.type) as StarterType
    const typeId = types.find(({ slug }) => slug === told.type)?.id
    const ids = { dietitian_id: dietitianId, appointment_type_id: typeId, client_id: known[told.client]?.id }
    const row = appointmentRow(told, { type, now }, sealer)
    await trx('appointments').insert({ ...row, ...ids })
    await trx('appointment_changes').insert(changesOf(told, { id: row.id, type, accountId, now }))
  }
  return known.map(({ id }) => id)
}

/** What happened to it, as its history tells it. */
function changesOf(
  told: StoryAppointment,
  { id, type, accountId, now }: { id: string; type: StarterType; accountId: string; now: Instant },
) {
  const startsAt = momentOf(told, now)
  const same = { appointment_id: id, to_starts_at: iso(startsAt), sequence: 0 }
  const booked = { ...same, at: iso(bookedAt(told, now)), what: 'booked', by_role: 'client' }
  if (told.cancelled) {
    const [day, at] = told.cancelled
    const cancelled = { what: 'cancelled', by_role: 'client', sequence: 1 }
    return [booked, { ...same, ...cancelled, at: iso(momentOf({ day, at }, now)) }]
  }
  if (told.state === 'booked') return [booked]
  const marked = { what: told.state, by_role: 'dietitian', by_account_id: accountId }
  return [booked, { ...same, ...marked, at: iso(startsAt + (type.minutes + 5) * MINUTE) }]
}

function appointmentRow(
  told: StoryAppointment,
  { type, now }: { type: StarterType; now: Instant },
  sealer: Sealer,
) {
  const [startsAt, booked] = [momentOf(told, now), iso(bookedAt(told, now))]
  const client = clients[told.client]
  const id = randomUUID()
  const token = makeToken()
  const endsAt = startsAt + type.minutes * MINUTE
  const from = startsAt - type.buffer_before_minutes * MINUTE
  const to = endsAt + type.buffer_after_minutes * MINUTE
  const sealed = (column: string, text: string) =>
    sealer.seal({ table: 'appointments', column, row: id }, text)
  return {
    id,
    state: told.state,
    starts_at: iso(startsAt),
    ends_at: iso(endsAt),
    blocks: `[${iso(from)},${iso(to)})`,
    place: told.place,
    zone: client?.zone,
    uid: `${id}@sample.example`,
    price_cents: type.price_cents,
    currency: 'USD',
    change_deadline_minutes: 1440,
    booked_name: client?.name,
    booked_phone: client?.phone,
    brings_sealed: told.brings ? sealed('brings_sealed', told.brings) : null,
    hold_hash: hashToken(makeToken()),
    link_hash: hashToken(token),
    link_sealed: sealed('link_sealed', token),
    created_at: booked,
    booked_at: booked,
    cancelled_at: told.cancelled
      ? iso(momentOf({ day: told.cancelled[0], at: told.cancelled[1] }, now))
      : null,
    sequence: told.cancelled ? 1 : 0,
  }
}
