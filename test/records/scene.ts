import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { DAY, iso, MINUTE } from '../../server/clock.ts'
import { type AddendumDocument, canonicalText, digestOf } from '../../server/notes/canonical.ts'
import { answered } from '../chart/sent.ts'
import { makeDraftNote, makeNote, whole } from '../notes/written.ts'
import { NOW, sealer } from '../support/fixed.ts'
import { make } from '../support/make.ts'

type World = Awaited<ReturnType<typeof make.world>>

/** Words that stand in one place of a client's record each; `mark` is the client's own. */
export const plantedFor = (mark: string) => ({
  name: `${mark}name`,
  email: `${mark}mail@example.com`,
  phone: `+1 317 555 ${mark}`,
  pronouns: `${mark}pronouns`,
  brings: `${mark}brings`,
  bookedName: `${mark}booked`,
  reason: `${mark}reason`,
  message: `${mark}message`,
  hope: `${mark}hope <b> & "c"`,
  amended: `${mark}amended`,
  draft: `${mark}draftanswer`,
  word: `${mark}word`,
  file: `${mark}paper.pdf`,
  content: `%PDF-1.4 ${mark}content`,
  note: `${mark}sharednote`,
  secretNote: `${mark}unsharednote`,
  draftNote: `${mark}draftnote`,
  addendum: `${mark}addendum`,
  addendumReason: `${mark}whyadded`,
  draftAddendum: `${mark}draftaddendum`,
  typed: `${mark}typedname`,
  subject: `${mark}subject`,
})

export type Planted = ReturnType<typeof plantedFor>

const item = (hope: string) => [
  { linkId: 'goals', item: [{ linkId: 'hope', answer: [{ valueString: hope }] }] },
]

/** A client with something in every table that has a client. The forms that come with Flora must be there. */
export async function plant(db: Knex, { dietitian, type }: World, mark: string, days = 0) {
  const words = plantedFor(mark)
  const client = await make.clientAccount(db, {
    name: words.name,
    email: words.email,
    phone: words.phone,
    pronouns: words.pronouns,
    born_on: '1990-05-01',
    dietitian_id: dietitian.id,
  })
  const accountId = dietitian.account_id
  const of = { clientId: client.id, accountId, clientName: words.name }
  const appointments = await plantAppointments(db, { words, dietitian, type, clientId: client.id, days })
  const answers = await plantAnswers(db, { words, accountId, clientId: client.id })
  const consent = await make.consent(db, { accountId }, { title: `Terms ${mark}`, body: `Terms of ${mark}.` })
  await make.signature(db, consent.versionId, client.id, { typed_name: words.typed, signed_at: iso(NOW) })
  const signature = await db('consent_signatures').where({ client_id: client.id }).first()
  const shared = await makeNote(db, of, { content: { ...whole, assessment: words.note }, isShared: true })
  await plantAddendum(db, { noteId: shared, words, ...of })
  const secret = await makeNote(db, of, { content: { ...whole, assessment: words.secretNote } })
  await makeDraftNote(db, of, { content: { ...whole, assessment: words.draftNote } })
  await plantAsked(db, { ...of, ...answers, appointmentId: appointments.past.id })
  await db('sent_mails').insert({
    key: `appointment:${appointments.past.id}:1:client`,
    message_id: 'x',
    sent_at: iso(NOW - DAY),
    client_id: client.id,
    subject: words.subject,
  })
  return { client, words, ...appointments, ...answers, shared, secret, signature: signature.id as string }
}

type Where = { words: Planted; clientId: string }

/** One that was moved and kept, and one cancelled late, with a reason and a message. */
async function plantAppointments(
  db: Knex,
  { words, dietitian, type, clientId, days }: Where & Pick<World, 'dietitian' | 'type'> & { days: number },
) {
  const of = { dietitianId: dietitian.id, typeId: type.id }
  const past = await make.appointment(
    db,
    { ...of, startsAt: NOW - (20 + days) * DAY },
    { client_id: clientId, state: 'kept', was_late: true, booked_name: words.bookedName },
  )
  const place = { table: 'appointments', column: 'brings_sealed', row: past.id }
  await db('appointments')
    .where({ id: past.id })
    .update({ brings_sealed: sealer.seal(place, words.brings) })
  const cancelled = await make.appointment(
    db,
    { ...of, startsAt: NOW - (10 + days) * DAY },
    { client_id: clientId, state: 'cancelled', cancelled_at: iso(NOW - 11 * DAY) },
  )
  const at = { at: iso(NOW - 30 * DAY), to_starts_at: iso(NOW - 20 * DAY), sequence: 0 }
  const by = { by_role: 'dietitian', by_account_id: dietitian.account_id }
  const [moved] = await db('appointment_changes')
    .insert({ ...at, ...by, appointment_id: past.id, what: 'moved', from_starts_at: iso(NOW - 21 * DAY) })
    .returning('id')
  const seal = (column: string, text: string) =>
    sealer.seal({ table: 'appointment_changes', column, row: String(moved.id) }, text)
  await db('appointment_changes')
    .where({ id: moved.id })
    .update({
      reason_sealed: seal('reason_sealed', words.reason),
      message_sealed: seal('message_sealed', words.message),
    })
  await db('appointment_changes').insert([
    { ...at, appointment_id: past.id, what: 'booked', by_role: 'client' },
    { ...at, appointment_id: cancelled.id, what: 'cancelled', by_role: 'system' },
  ])
  return { past, cancelled }
}

/** Sent with a file, amended, with signs of every kind; and a draft with a file of its own. */
async function plantAnswers(db: Knex, { words, accountId, clientId }: Where & { accountId: unknown }) {
  const kinds = { 'swelling-or-breathing': 'urgent', anemia: 'sign', pregnancy: 'caution' } as const
  const signs = Object.entries(kinds).map(([sign, kind]) => ({ sign, kind }))
  const scores = { 'gut-score': 12.5, 'skin-score': 40 }
  const fileId = randomUUID()
  const attachment = {
    contentType: 'application/pdf',
    url: `urn:uuid:${fileId}`,
    title: words.file,
    size: 14,
  }
  const withFile = [...item(words.hope), { linkId: 'paper', answer: [{ valueAttachment: attachment }] }]
  const first = await answered(db, { clientId, item: withFile, signs, scores, at: NOW - 25 * DAY })
  const sealed = (column: string, text: string) => sealer.seal({ table: 'files', column, row: fileId }, text)
  await make.file(
    db,
    { clientId, responseId: first.id },
    {
      id: fileId,
      name_sealed: sealed('name_sealed', words.file),
      content_sealed: sealed('content_sealed', words.content),
    },
  )
  const amended = await answered(db, {
    clientId,
    item: item(words.amended),
    amends: first,
    at: NOW - 24 * DAY,
  })
  const draft = await answered(db, { clientId, slug: 'check-in', item: item(words.draft), isDraft: true })
  await make.file(db, { clientId, responseId: draft.id })
  const sign = await db('raised_signs').where({ response_id: first.id, kind: 'sign' }).first('id')
  await db('raised_signs')
    .where({ id: sign.id })
    .update({
      acknowledged_at: iso(NOW - 20 * DAY),
      acknowledged_by: accountId,
      word_sealed: sealer.seal({ table: 'raised_signs', column: 'word_sealed', row: sign.id }, words.word),
    })
  return { first, amended, draft, fileId }
}

type Noted = { clientId: string; accountId: unknown; words: Planted }

/** An addendum that is signed, and one that is begun. */
async function plantAddendum(db: Knex, { noteId, clientId, accountId, words }: Noted & { noteId: string }) {
  const note = await db('notes').where({ id: noteId }).first('sha256')
  const place = (row: string) => ({ table: 'note_addenda', column: 'content_sealed', row })
  const [id, draftId] = [randomUUID(), randomUUID()]
  const signer = { account: String(accountId), name: 'Robin Vale', credentials: 'RD' }
  const document: AddendumDocument = {
    format: 'flora-addendum/1',
    id,
    note: { id: noteId, sha256: note.sha256.toString('hex') },
    number: 1,
    previousSha256: null,
    client: { id: clientId, name: words.name },
    content: { reason: words.addendumReason, text: words.addendum },
    begunAt: iso(NOW),
    signedAt: iso(NOW),
    signer,
  }
  const text = canonicalText(document)
  const of = {
    note_id: noteId,
    client_id: clientId,
    author_id: accountId,
    begun_at: iso(NOW),
    saved_at: iso(NOW),
  }
  await db('note_addenda').insert({
    ...of,
    id,
    number: 1,
    content_sealed: sealer.seal(place(id), text),
    signed_at: iso(NOW),
    signer_name: signer.name,
    signer_credentials: signer.credentials,
    sha256: digestOf(text),
  })
  const draft = JSON.stringify({ reason: '', text: words.draftAddendum })
  await db('note_addenda').insert({
    ...of,
    id: draftId,
    number: 2,
    content_sealed: sealer.seal(place(draftId), draft),
  })
}

/** Asked once for an appointment, which was answered; and again and again, which was not. */
async function plantAsked(
  db: Knex,
  of: { clientId: string; accountId: unknown; first: { id: string }; appointmentId: string },
) {
  const form = await db('responses').where({ id: of.first.id }).first('form_id')
  const asked = { client_id: of.clientId, form_id: form.form_id, asked_at: iso(NOW - 40 * DAY) }
  const answer = { response_id: of.first.id, answered_at: iso(NOW - 25 * DAY) }
  const due = { due_at: iso(NOW - 21 * DAY) }
  await db('form_requests').insert({ ...asked, ...due, ...answer, appointment_id: of.appointmentId })
  const [plan] = await db('form_plans')
    .insert({ ...asked, every_weeks: 2, next_due_on: '2026-03-09', asked_by: of.accountId })
    .returning('id')
  await db('form_requests').insert({ ...asked, plan_id: plan.id, due_at: iso(NOW + 60 * MINUTE) })
}
