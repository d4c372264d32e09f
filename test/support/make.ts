import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { type Instant, iso, MINUTE } from '../../server/clock.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { sealer } from './fixed.ts'

/** Rows with valid defaults, straight into the tables; a test writes only what it is about. */

const at = iso(Date.parse('2026-01-01T00:00:00Z'))

type Given = Record<string, unknown>

let counter = 0
const next = () => {
  counter += 1
  return counter
}

async function insert<T = { id: string }>(db: Knex, table: string, row: Given): Promise<T & Given> {
  const [made] = await db(table).insert(row).returning('*')
  return made
}

export const make = {
  practice: (db: Knex, given: Given = {}) =>
    insert(db, 'practice', {
      name: 'Maple Street Nutrition',
      tagline: 'Gut and skin',
      zone: 'America/Indiana/Indianapolis',
      email: 'hello@maple.example',
      phone: '+1 317 555 0100',
      address: '12 Maple Street\nIndianapolis, IN',
      headline: 'A calmer gut',
      created_at: at,
      ...given,
    }),

  account: (db: Knex, given: Given = {}) =>
    insert(db, 'accounts', {
      role: 'dietitian',
      email: `person${next()}@maple.example`,
      created_at: at,
      ...given,
    }),

  async dietitian(db: Knex, given: Given = {}) {
    const account_id = given.account_id ?? (await make.account(db)).id
    const n = next()
    return insert(db, 'dietitians', {
      slug: `dietitian-${n}`,
      name: `Dietitian ${n}`,
      credentials: 'RD',
      zone: 'America/Indiana/Indianapolis',
      created_at: at,
      ...given,
      account_id,
    })
  },

  /** Offered by the dietitians named, every fifteen minutes, without buffers or notice. */
  async type(db: Knex, dietitianIds: string[], given: Given = {}) {
    const n = next()
    const type = await insert(db, 'appointment_types', {
      slug: `type-${n}`,
      name: `Type ${n}`,
      minutes: 60,
      price_cents: 18500,
      currency: 'USD',
      places: ['in_person', 'video', 'phone'],
      step_minutes: 30,
      minimum_notice_minutes: 0,
      booking_window_days: 60,
      created_at: at,
      ...given,
    })
    const links = dietitianIds.map((dietitian_id) => ({ appointment_type_id: type.id, dietitian_id }))
    if (links.length > 0) await db('appointment_type_dietitians').insert(links)
    return type as typeof type & { slug: string; name: string }
  },

  /** Monday to Sunday, 9 to 17, unless said otherwise. */
  async hours(
    db: Knex,
    dietitianId: string,
    windows: { weekday: number; from_minute: number; to_minute: number }[] = everyDay,
  ) {
    await db('weekly_hours').insert(windows.map((window) => ({ ...window, dietitian_id: dietitianId })))
  },

  client: (db: Knex, given: Given = {}) => {
    const n = next()
    return insert(db, 'clients', {
      email: `client${n}@example.com`,
      name: `Client ${n}`,
      zone: 'America/Chicago',
      created_at: at,
      ...given,
    })
  },

  /** A booked appointment, an hour long; `token` is the secret of its link. */
  async appointment(
    db: Knex,
    of: { dietitianId: string; typeId: string; startsAt: Instant; minutes?: number },
    given: Given = {},
  ) {
    const id = randomUUID()
    const token = makeToken()
    const end = of.startsAt + (of.minutes ?? 60) * MINUTE
    const client_id = given.client_id ?? (await make.client(db)).id
    const row = await insert(db, 'appointments', {
      id,
      dietitian_id: of.dietitianId,
      appointment_type_id: of.typeId,
      state: 'booked',
      starts_at: iso(of.startsAt),
      ends_at: iso(end),
      blocks: `[${iso(of.startsAt)},${iso(end)})`,
      place: 'video',
      zone: 'America/Chicago',
      uid: `${id}@flora.example`,
      price_cents: 18500,
      currency: 'USD',
      change_deadline_minutes: 1440,
      booked_name: 'Ana Example',
      hold_hash: hashToken(makeToken()),
      link_hash: hashToken(token),
      link_sealed: sealer.seal({ table: 'appointments', column: 'link_sealed', row: id }, token),
      created_at: at,
      booked_at: at,
      ...given,
      client_id,
    })
    return { ...row, id, token }
  },

  /** A message to the practice, unanswered. */
  async inquiry(db: Knex, given: Given & { message?: string } = {}) {
    const { message = 'Do you see children?', ...rest } = given
    const id = randomUUID()
    const place = { table: 'inquiries', column: 'message_sealed', row: id }
    return insert(db, 'inquiries', {
      id,
      name: `Writer ${next()}`,
      email: 'writer@example.com',
      message_sealed: sealer.seal(place, message),
      created_at: at,
      ...rest,
    })
  },

  article: (db: Knex, given: Given = {}) => {
    const n = next()
    return insert(db, 'articles', {
      slug: `article-${n}`,
      title: `Article ${n}`,
      summary: 'What the gut has to do with the skin.',
      body_markdown: '## One\n\nWords.\n\n## Two\n\nMore words.',
      published_at: at,
      updated_at: at,
      ...given,
    })
  },

  /** A practice with one dietitian who is there every day from 9 to 17 and one type of an hour. */
  async world(db: Knex, given: { type?: Given; dietitian?: Given } = {}) {
    const practice = await make.practice(db)
    const dietitian = await make.dietitian(db, given.dietitian)
    await make.hours(db, dietitian.id)
    const type = await make.type(db, [dietitian.id], given.type)
    return { practice, dietitian, type }
  },
}

const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from_minute: 540, to_minute: 1020 }))
