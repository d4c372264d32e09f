import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { hashPassword } from '../accounts/password.ts'
import { insertAccount } from '../accounts/store.ts'
import { DAY, HOUR, type Instant, iso, MINUTE } from '../clock.ts'
import { textDigest } from '../consents/text.ts'
import type { Deps } from '../deps.ts'
import { bringOwnForms } from '../forms/own/store.ts'
import { starterHours, starterTypes } from '../practice/starter.ts'
import { insertDietitian, insertOffer, insertPractice } from '../practice/store.ts'
import { askForAppointment } from '../requests/appointments/store.ts'
import { askStarterForms } from '../requests/store.ts'
import type { Sealer } from '../sealing/seal.ts'
import { article } from './article.ts'
import { consents, type StoryConsent, signatures } from './consents.ts'
import { eveningOf } from './days.ts'
import { insertDiary } from './diary/store.ts'
import { insertNotes } from './notes/store.ts'
import { insertResponses } from './responses/store.ts'
import { clients, dietitian, inquiries, practice } from './story.ts'
import { policies } from './written.ts'

export const sampleSignIns = [{ email: dietitian.email, password: 'blue-tree-sample' }]

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'evaluator' | 'log'>

/** Fills an empty database with the sample practice, or leaves it empty: one transaction. */
export async function loadSample({ db, clock, sealer, evaluator, log }: Needs): Promise<void> {
  const now = clock.now()
  const [signIn] = sampleSignIns
  const passwordHash = await hashPassword(signIn?.password ?? '')
  await db.transaction(async (trx) => {
    await insertPractice(trx, practice, now)
    await trx('practice').update(policies)
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
    const clientIds = await insertDiary(trx, sealer, { dietitianId, accountId, now })
    await insertConsents(trx, accountId, now)
    await bringOwnForms(trx, now)
    await insertResponses(trx, { sealer, evaluator }, { clientIds, accountId, now })
    await insertRequests(trx)
    await insertNotes(trx, { sealer, log }, { accountId, dietitianId, clientIds, now })
  })
}

/** Whoever is coming was asked for the forms of their appointment when they booked it. */
async function insertRequests(trx: Knex): Promise<void> {
  await askStarterForms(trx)
  const coming = await trx('appointments')
    .where({ state: 'booked' })
    .orderBy('booked_at')
    .select<{ id: string; bookedAt: Instant }[]>({ id: 'id', bookedAt: 'booked_at' })
  for (const { id, bookedAt: at } of coming) await askForAppointment(trx, id, at)
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

/** The documents, published, each asked for by the types that it fits; some clients have signed. */
async function insertConsents(trx: Knex, accountId: string, now: Instant): Promise<void> {
  const at = iso(now - 90 * DAY)
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
      signed_at: iso(eveningOf(daysAgo, now) + index * 2 * MINUTE),
      address: `203.0.113.${client + 10}`,
      text_sha256: sha256,
    })),
  )
  await trx('consent_signatures').insert(rows)
}
