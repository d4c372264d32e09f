import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { DAY, HOUR, type Instant, iso } from '../../server/clock.ts'
import { namePlace } from '../../server/files/store.ts'
import { finish } from '../../server/forms/finishing.ts'
import { settle } from '../../server/forms/settling.ts'
import { findCurrentForm } from '../../server/forms/store.ts'
import { canonicalText, type NoteDocument } from '../../server/notes/canonical.ts'
import { signature } from '../../server/notes/signing/store.ts'
import { notePlace, sealContent } from '../../server/notes/store.ts'
import { answersPlace } from '../../server/responses/store.ts'
import { answered } from '../../server/sample/answering.ts'
import { responses as story } from '../../server/sample/answers.ts'
import { createSealer } from '../../server/sealing/seal.ts'
import { allSigns } from '../../server/signs/table.ts'
import { make } from '../support/make.ts'
import type { Practice } from './desk-world.ts'
import { secrets } from './flora.ts'

/** The chart that is measured: a client of two years, with the same records in every practice, all of them readable. */

export type Chart = { id: string; noteId: string; draftIds: string[]; appointmentId: string }

const VISITS = 24
const CHECK_INS = 28
const FORTNIGHT = 14 * DAY

type When = { now: Instant; midnight: Instant }
type About = { db: Knex; clientId: string; practice: Practice; when: When }

const sealer = createSealer(secrets.SEALING_KEYS)

/** They come to the dietitian who sees their own clients alone. */
export async function addChart(db: Knex, practice: Practice, when: When): Promise<Chart> {
  const client = await make.client(db, {
    ...{ name: 'Ágata Núñez-Brontë', email: 'agata.nunez@example.org', phone: '+1 317 999 4321' },
    created_at: iso(when.now - 2 * 365 * DAY),
  })
  const about = { db, clientId: client.id, practice, when }
  const appointmentId = await addVisits(about)
  const responseIds = await addResponses(about)
  await addSigns(about, responseIds)
  await addPapers(about, responseIds)
  await addAsked(about, responseIds)
  return { id: client.id, appointmentId, ...(await addNotes(about)) }
}

async function addVisits({ db, clientId, practice, when }: About): Promise<string> {
  const [, dietitian] = practice.dietitians
  let id = ''
  for (let n = -VISITS; n <= 1; n += 1) {
    const startsAt = when.midnight + n * FORTNIGHT + 16 * HOUR
    const given = { client_id: clientId, state: n < 0 ? 'kept' : 'booked', type_name: 'FODMAP review' }
    const of = { dietitianId: dietitian?.id ?? '', typeId: practice.typeId, startsAt, minutes: 45 }
    id = randomUUID()
    const link_sealed = sealer.seal({ table: 'appointments', column: 'link_sealed', row: id }, 'link')
    await make.appointment(db, of, { ...given, id, link_sealed })
    const [{ id: change }] = await db('appointment_changes')
      .insert({
        ...{ appointment_id: id, at: iso(startsAt - FORTNIGHT), what: 'booked', by_role: 'client' },
        ...{ to_starts_at: iso(startsAt), sequence: 0 },
      })
      .returning('id')
    const mail = {
      message_id: `<${id}@bench.example>`,
      sent_at: iso(startsAt - FORTNIGHT),
      client_id: clientId,
    }
    await db('sent_mails').insert({ ...mail, key: `appointment:${id}:${change}:client`, subject: 'Booked' })
    await db('sent_mails').insert({ ...mail, key: `reminder:${id}`, subject: 'Tomorrow' })
  }
  return id
}

/** What a client of the sample has sent, as it is before it is sealed. */
export async function sentText(db: Knex, slug: 'intake' | 'check-in', nth = 0): Promise<string> {
  const told = story.filter(({ form }) => form === slug)
  const version = await findCurrentForm(db, slug)
  if (!version) throw new Error(`There is no ${slug}`)
  const settled = await settle(
    version.definition,
    answered(version.definition, told[nth % told.length]?.answers ?? {}),
  )
  return JSON.stringify(finish(settled, { status: 'completed' }))
}

/** Two intakes and a check-in every fortnight. @returns the ids, the oldest first */
async function addResponses({ db, clientId, when }: About): Promise<string[]> {
  const ids: string[] = []
  for (let n = 0; n < CHECK_INS + 2; n += 1) {
    const slug = n === 0 || n === CHECK_INS ? 'intake' : 'check-in'
    const version = await findCurrentForm(db, slug)
    const id = randomUUID()
    const at = iso(when.midnight - (CHECK_INS + 2 - n) * FORTNIGHT)
    await db('responses').insert({
      ...{ id, client_id: clientId, form_id: version?.formId, form_version_id: version?.id, series_id: id },
      answers_sealed: sealer.seal(answersPlace(id), await sentText(db, slug, n)),
      ...{ begun_at: at, saved_at: at, sent_at: at },
    })
    const scores = ['gut-score', 'skin-score', 'habits-score']
    await db('scores').insert(
      scores.map((link_id) => ({
        response_id: id,
        link_id,
        client_id: clientId,
        label: link_id,
        value: 60 - n,
        at,
      })),
    )
    ids.push(id)
  }
  return ids
}

async function addSigns({ db, clientId, practice, when }: About, responseIds: string[]): Promise<void> {
  for (const [n, response_id] of responseIds.slice(-12).entries()) {
    const id = randomUUID()
    const { sign, kind } = allSigns[n] as (typeof allSigns)[number]
    const seal = (column: string, text: string) =>
      sealer.seal({ table: 'raised_signs', column, row: id }, text)
    const isOpen = n >= 9
    await db('raised_signs').insert({
      ...{
        id,
        response_id,
        client_id: clientId,
        position: n,
        kind,
        raised_at: iso(when.now - (12 - n) * DAY),
      },
      sign_sealed: seal('sign_sealed', JSON.stringify({ sign })),
      acknowledged_at: isOpen ? null : iso(when.now - DAY),
      acknowledged_by: isOpen ? null : practice.dietitians[1]?.accountId,
      word_sealed: isOpen ? null : seal('word_sealed', 'We talked about it.'),
    })
  }
}

async function addPapers({ db, clientId, when }: About, responseIds: string[]): Promise<void> {
  for (const [n, responseId] of responseIds.slice(-12).entries()) {
    const id = randomUUID()
    const name_sealed = sealer.seal(namePlace(id), `Laboratory ${n}.pdf`)
    const content_sealed = sealer.seal(
      { table: 'files', column: 'content_sealed', row: id },
      '%PDF-1.4\n%%EOF',
    )
    const given = { id, name_sealed, content_sealed, created_at: iso(when.now - n * FORTNIGHT) }
    await make.file(db, { clientId, responseId }, given)
  }
}

/** Consents, forms that were asked for, and a plan. */
async function addAsked({ db, clientId, practice, when }: About, responseIds: string[]): Promise<void> {
  const versions = await db('consent_versions').select<{ id: string }[]>('id')
  for (const { id } of versions) await make.signature(db, id, clientId)
  const { formId = '' } = (await findCurrentForm(db, 'check-in')) ?? {}
  const asked = { client_id: clientId, form_id: formId, asked_by: practice.dietitians[1]?.accountId }
  for (const [n, response_id] of responseIds.slice(-10).entries()) {
    const at = iso(when.now - (10 - n) * FORTNIGHT)
    await db('form_requests').insert({ ...asked, due_at: at, asked_at: at, response_id, answered_at: at })
  }
  await db('form_requests').insert({ ...asked, due_at: iso(when.now + 3 * DAY), asked_at: iso(when.now) })
  const next_due_on = iso(when.now + 7 * DAY).slice(0, 10)
  await db('form_plans').insert({ ...asked, every_weeks: 2, next_due_on, asked_at: iso(when.now) })
}

const content = {
  assessment: 'Bloating after meals, less in the evening. '.repeat(12),
  problems: [
    { problem: 'Too little fiber', relatedTo: 'few plants on the menu', shownBy: 'a diary of three days' },
  ],
  noProblem: false,
  intervention: 'Oats in the morning, lentils twice a week. '.repeat(6),
  monitoring: 'Again in two weeks, with the check-in. '.repeat(3),
}

/** Twenty signed ones, an addendum to the last; and a draft of each dietitian that is measured. */
async function addNotes({
  db,
  clientId,
  practice,
  when,
}: About): Promise<{ noteId: string; draftIds: string[] }> {
  const [first, second] = practice.dietitians as [Practice['dietitians'][0], Practice['dietitians'][0]]
  const { name: clientName } = await db('clients').where({ id: clientId }).first('name')
  const signer = { account: second.accountId, name: second.name, credentials: 'RD' }
  let noteId = ''
  for (let n = 20; n > 0; n -= 1) {
    const id = randomUUID()
    noteId = id
    const at = when.midnight - n * FORTNIGHT + 17 * HOUR
    const document: NoteDocument = {
      ...{
        format: 'flora-note/1',
        id,
        client: { id: clientId, name: clientName },
        appointment: null,
        content,
      },
      ...{ begunAt: iso(at), signedAt: iso(at), signer },
    }
    const text = canonicalText(document)
    await db('notes').insert({
      ...{ id, client_id: clientId, author_id: second.accountId, begun_at: iso(at), saved_at: iso(at) },
      content_sealed: sealer.seal(notePlace(id), text),
      ...signature(signer, text, at),
    })
  }
  const draftIds = [first, second].map(() => randomUUID())
  for (const [n, { accountId }] of [first, second].entries()) {
    const id = draftIds[n] as string
    const times = { begun_at: iso(when.now), saved_at: iso(when.now) }
    const content_sealed = sealContent(sealer, id, content)
    await db('notes').insert({ id, client_id: clientId, author_id: accountId, content_sealed, ...times })
  }
  return { noteId, draftIds }
}
