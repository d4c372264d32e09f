import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { hashPassword } from '../accounts/password.ts'
import { insertAccount } from '../accounts/store.ts'
import { addDays, localDate, startOfDay, weekdayOf } from '../availability/zones.ts'
import { DAY, HOUR, type Instant, iso, MINUTE } from '../clock.ts'
import { textDigest } from '../consents/text.ts'
import type { Deps } from '../deps.ts'
import { bringOwnForms } from '../forms/own/store.ts'
import { type StarterType, starterHours, starterTypes } from '../practice/starter.ts'
import { insertDietitian, insertOffer, insertPractice } from '../practice/store.ts'
import { askForAppointment } from '../requests/appointments/store.ts'
import { askStarterForms } from '../requests/store.ts'
import { hashToken, makeToken, type Sealer } from '../sealing/seal.ts'
import { article } from './article.ts'
import { consents, type StoryConsent, signatures } from './consents.ts'
import { insertResponses } from './responses/store.ts'
import { appointments, clients, dietitian, inquiries, practice, type StoryAppointment } from './story.ts'

export const sampleSignIns = [{ email: dietitian.email, password: 'blue-tree-sample' }]

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'evaluator'>

/** Fills an empty database with the sample practice, or leaves it empty: one transaction. */
export async function loadSample({ db, clock, sealer, evaluator }: Needs): Promise<void> {
  const now = clock.now()
  const [signIn] = sampleSignIns
  const passwordHash = await hashPassword(signIn?.password ?? '')
  await db.transaction(async (trx) => {
    await insertPractice(trx, practice, now)
    const account = { role: 'dietitian', email: dietitian.email, passwordHash } as const
    const accountId = await insertAccount(trx, account, now)
    const { email: _, ...about } = dietitian
    const dietitianId = await insertDietitian(
      trx,
      {
        ...about,
        accountId,
        zone: practice.zone,
        dailyLimit: null,
        videoUrl: 'https://meet.bluetree.example/dana',
        position: 0,
      },
      now,
    )
    await insertOffer(trx, dietitianId, { types: starterTypes, hours: starterHours }, now)
    await insertArticle(trx, dietitianId, now)
    await insertInquiries(trx, sealer, now)
    const clientIds = await insertDiary(trx, sealer, dietitianId, now)
    await insertConsents(trx, accountId, now)
    await bringOwnForms(trx, now)
    await insertResponses(trx, { sealer, evaluator }, { clientIds, accountId, now })
    await insertRequests(trx, now)
  })
}

/** Whoever is coming is asked for the forms of their appointment, as if they had just booked. */
async function insertRequests(trx: Knex, now: Instant): Promise<void> {
  await askStarterForms(trx)
  const coming = await trx('appointments').where({ state: 'booked' }).orderBy('starts_at').select('id')
  for (const { id } of coming) await askForAppointment(trx, id, now)
}

async function insertArticle(trx: Knex, authorId: string, now: Instant): Promise<void> {
  const { body, sources, ...rest } = article
  const published = iso(now - 21 * DAY)
  await trx('articles').insert({
    ...rest,
    body_markdown: body,
    sources: JSON.stringify(sources),
    author_id: authorId,
    published_at: published,
    updated_at: published,
  })
}

async function insertInquiries(trx: Knex, sealer: Sealer, now: Instant): Promise<void> {
  const rows = inquiries.map(({ hoursAgo, message, ...rest }) => {
    const id = randomUUID()
    const place = { table: 'inquiries', column: 'message_sealed', row: id }
    return {
      id,
      ...rest,
      message_sealed: sealer.seal(place, message),
      created_at: iso(now - hoursAgo * HOUR),
    }
  })
  await trx('inquiries').insert(rows)
}

/** Today, and the working days around it; 0 is today even on a weekend, so that there is always a day to look at. */
function dateOf(day: number, today: string): string {
  let date = today
  for (let left = Math.abs(day); left > 0; ) {
    date = addDays(date, Math.sign(day))
    if (weekdayOf(date) <= 5) left -= 1
  }
  return date
}

/** @returns the ids of the clients, in the order of the story */
async function insertDiary(trx: Knex, sealer: Sealer, dietitianId: string, now: Instant): Promise<string[]> {
  const booked = iso(now - 20 * DAY)
  const met = iso(now - 60 * DAY)
  const known = await trx('clients')
    .insert(clients.map((client) => ({ ...client, created_at: met })))
    .returning<{ id: string }[]>('id')
  const types = await trx('appointment_types').select<{ id: string; slug: string }[]>('id', 'slug')
  const today = localDate(now, practice.zone)
  const lunch = { dietitian_id: dietitianId, reason: 'Team lunch' }
  const friday = startOfDay(dateOf(4, today), practice.zone)
  await trx('time_off').insert({
    ...lunch,
    starts_at: iso(friday + 12 * HOUR),
    ends_at: iso(friday + 14 * HOUR),
  })

  for (const told of appointments) {
    const type = starterTypes.find(({ slug }) => slug === told.type) as StarterType
    const typeId = types.find(({ slug }) => slug === told.type)?.id
    const startsAt = startOfDay(dateOf(told.day, today), practice.zone) + told.at * MINUTE
    const ids = { dietitian_id: dietitianId, appointment_type_id: typeId, client_id: known[told.client]?.id }
    const row = appointmentRow(told, { type, startsAt, booked }, sealer)
    await trx('appointments').insert({ ...row, ...ids })
    await trx('appointment_changes').insert({
      appointment_id: row.id,
      at: booked,
      what: 'booked',
      by_role: 'client',
      to_starts_at: iso(startsAt),
      sequence: 0,
    })
  }
  return known.map(({ id }) => id)
}

function appointmentRow(
  told: StoryAppointment,
  when: { type: StarterType; startsAt: Instant; booked: string },
  sealer: Sealer,
) {
  const { type, startsAt, booked } = when
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
    cancelled_at: told.state === 'cancelled' ? booked : null,
  }
}

/** The documents, published, each asked for by the types that it fits; some clients have signed. */
async function insertConsents(trx: Knex, accountId: string, now: Instant): Promise<void> {
  const at = iso(now - 20 * DAY)
  const types = await trx('appointment_types').select<{ id: string; slug: string }[]>('id', 'slug')
  const versions: { id: string; sha256: Buffer }[] = []
  for (const [position, { title, body, asks }] of consents.entries()) {
    const draft = { draft_title: title, draft_body: body, asked_of_everybody: asks === 'everybody' }
    const [consent] = await trx('consents')
      .insert({ position, ...draft, created_at: at })
      .returning('id')
    const links = types
      .filter(({ slug }) => fits(asks, slug))
      .map(({ id }) => ({ appointment_type_id: id, consent_id: consent.id }))
    if (links.length > 0) await trx('appointment_type_consents').insert(links)
    const text = { title, body_markdown: body, sha256: textDigest(body) }
    const version = { consent_id: consent.id, number: 1, ...text, published_at: at, published_by: accountId }
    versions.push(...(await trx('consent_versions').insert(version).returning(['id', 'sha256'])))
  }
  await insertSignatures(trx, versions, now)
}

function fits(asks: StoryConsent['asks'], slug: string): boolean {
  const type = starterTypes.find((starter) => starter.slug === slug)
  if (asks === 'everybody' || !type) return false
  return asks === 'allTypes' || (asks === 'paidTypes' ? type.price_cents > 0 : type.places.includes('video'))
}

async function insertSignatures(trx: Knex, versions: { id: string; sha256: Buffer }[], now: Instant) {
  const emails = clients.map(({ email }) => email)
  const known = await trx('clients')
    .whereIn('email', emails)
    .select<{ id: string; email: string }[]>('id', 'email')
  const rows = signatures.flatMap(({ client, documents, daysAgo }) =>
    versions.slice(0, documents).map(({ id, sha256 }, index) => ({
      consent_version_id: id,
      client_id: known.find(({ email }) => email === clients[client]?.email)?.id,
      typed_name: clients[client]?.name,
      signed_at: iso(now - daysAgo * DAY + index * 2 * MINUTE),
      address: `203.0.113.${client + 10}`,
      text_sha256: sha256,
    })),
  )
  await trx('consent_signatures').insert(rows)
}
