import { issueSignInLink } from '../../server/accounts/store.ts'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { emptyContent } from '../../server/notes/content.ts'
import { issueInvitationLink } from '../../server/people/invitations/store.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { answered } from '../chart/sent.ts'
import { makeDraft } from '../forms/drafts.ts'
import type { SignedIn } from '../my/client.ts'
import { makeDraftNote, makeNote, makePiece } from '../notes/written.ts'
import { makeForm, makeResponse } from '../requests/asking.ts'
import type { TestApp } from '../support/app.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import type { Row } from './table.ts'

export type World = Awaited<ReturnType<typeof make.world>>
export type Ids = Record<NonNullable<Row['of']>, string>

type About = { app: TestApp; world: World; ana: SignedIn }

/** Everything that the path of a route can name: of the dietitian, of Ana, of the practice. */
export async function makeIds(about: About): Promise<Ids> {
  const { app, world } = about
  const { db } = app
  return {
    ...(await appointments(about)),
    inquiry: (await make.inquiry(db)).id,
    mail: await mail(about),
    article: String((await make.article(db)).slug),
    type: world.type.slug,
    typeId: world.type.id,
    ...(await papers(about)),
    ...(await chart(about)),
    ...(await filling(about)),
    ...(await notes(about)),
    ...{ builtForm: await makeDraft(db), one: '1', draftSection: 'skin' },
    ...{ draftQuestion: 'itch', draftScore: 'itch-score' },
    ...(await accounts(about)),
    ...(await settings(about)),
    ...(await schedule(about)),
  }
}

/** One to come, one that is over, and a time that is held. */
async function appointments({ app: { db }, world, ana }: About) {
  const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
  const due = await make.appointment(db, { ...of, startsAt: NOW + 2 * DAY })
  const past = await make.appointment(db, { ...of, startsAt: NOW - 2 * HOUR })
  const hold = makeToken()
  const held = { state: 'held', booked_at: null, booked_name: null, link_hash: null, link_sealed: null }
  await make.appointment(
    db,
    { ...of, startsAt: NOW + 3 * DAY },
    { ...held, place: null, hold_hash: hashToken(hold), held_until: iso(NOW + 5 * MINUTE) },
  )
  const own = { client_id: ana.client.id, opens_chart: false }
  const ownAppointment = (await make.appointment(db, { ...of, startsAt: NOW + 4 * DAY }, own)).id
  return { appointment: past.id, ownAppointment, link: due.token, hold }
}

async function mail({ app }: About): Promise<string> {
  const given = { key: 'k', from_address: 'a@b.example', to_address: 'c@d.example', subject: 'Hello' }
  const [row] = await app
    .db('outbox_mails')
    .insert({ ...given, plain: 'x', html: '<head></head>x', at: iso(NOW) })
    .returning('id')
  return String(row.id)
}

/** Of the dietitian: hours from a later day on, a day that is closed, and time off. */
async function schedule({ app: { db }, world }: About) {
  const of = { dietitian_id: world.dietitian.id }
  const laterHours = '2026-06-01'
  await db('weekly_plans').insert({ ...of, starts_on: laterHours })
  const closed = { ...of, on_date: '2026-06-01', kind: 'closed' }
  const [exception] = await db('date_exceptions').insert(closed).returning('id')
  const off = { ...of, starts_at: iso(NOW + 90 * DAY), ends_at: iso(NOW + 91 * DAY) }
  const [timeOff] = await db('time_off').insert(off).returning('id')
  return { laterHours, exception: String(exception.id), timeOff: String(timeOff.id) }
}

/** Policies and a logo; a colleague, and somebody who is invited. */
async function settings({ app: { db }, world }: About) {
  const file = { logo: Buffer.from('x'), logo_hash: '0'.repeat(32), logo_width: 1, logo_height: 1 }
  await db('practice').update({ ...file, cancellation_policy: 'A day before.' })
  const { id: invitation } = await make.invitation(db, world.dietitian.account_id)
  return {
    logo: `${file.logo_hash}.png`,
    mailKind: 'booked',
    person: (await make.dietitian(db, { position: 1 })).id,
    invitation,
    invitationLink: await issueInvitationLink(db, invitation),
  }
}

/** Ana has an appointment for which two documents are asked; one she has signed. */
async function papers({ app: { db }, world, ana }: About) {
  const { account_id: accountId, id: dietitianId } = world.dietitian
  const { id: typeId } = await make.type(db, [dietitianId])
  await make.appointment(db, { dietitianId, typeId, startsAt: NOW + 5 * DAY }, { client_id: ana.client.id })
  const of = { accountId, typeIds: [typeId] }
  const unsigned = await make.consent(db, of)
  const { id, versionId: version } = await make.consent(db, of, { title: 'Terms', body: 'One.' })
  const signature = (await make.signature(db, version, ana.client.id)).id
  return { consent: id, version, document: unsigned.versionId, signature }
}

/** Ana sent a paper; of her something was asked, once and again and again; what she sent raised a sign. */
async function chart({ app: { db }, world, ana: { client } }: About) {
  const responseId = await makeResponse(db, client.id, await makeForm(db), NOW)
  const file = await make.file(db, { clientId: client.id, responseId })
  const form = await makeForm(db)
  const of = { client_id: client.id, form_id: form.id, asked_at: iso(NOW) }
  const [request] = await db('form_requests')
    .insert({ ...of, due_at: iso(NOW + DAY) })
    .returning('id')
  const planned = { every_weeks: 1, next_due_on: '2026-03-09', asked_by: world.dietitian.account_id }
  const [plan] = await db('form_plans')
    .insert({ ...of, ...planned })
    .returning('id')
  const signs = [{ sign: 'anemia', kind: 'sign' as const }]
  const response = await answered(db, { clientId: client.id, slug: form.slug, signs })
  const sign = await db('raised_signs').first('id')
  const ids = { request: request.id, plan: plan.id, sign: sign.id, response: response.id }
  return { client: client.id, otherClient: (await make.client(db)).id, file: file.id, ...ids }
}

/** Of Ana: a draft, and a note that was signed and shared; and what notes are made of. */
async function notes({ app: { db }, world, ana }: About) {
  const of = { clientId: ana.client.id, accountId: world.dietitian.account_id }
  return {
    note: await makeNote(db, of, { isShared: true }),
    draftNote: await makeDraftNote(db, of),
    template: await makePiece(db, 'note_templates', JSON.stringify(emptyContent)),
    snippet: await makePiece(db, 'note_snippets', 'Five grams.'),
  }
}

/** A form that Ana has begun. */
async function filling({ app: { db }, ana }: About) {
  const form = await make.form(db, [{ linkId: 'one', type: 'string', text: 'One' }])
  await make.response(db, { clientId: ana.client.id, form })
  return { form: form.slug, section: '1' }
}

/** A link to sign in, a change of the address, and for Ana and the dietitian a further device and a passkey each. */
async function accounts({ app: { db }, world, ana }: About) {
  const somebody = await make.clientAccount(db)
  const deskAccount = world.dietitian.account_id
  return {
    signInLink: await issueSignInLink(db, { clientId: somebody.id, minutes: 15 }, NOW),
    emailChange: await make.emailChange(db, somebody.account_id, NOW),
    session: (await make.session(db, ana.client.account_id, NOW)).id,
    passkey: (await make.passkey(db, ana.client.account_id)).id,
    deskSession: (await make.session(db, deskAccount, NOW)).id,
    deskPasskey: (await make.passkey(db, deskAccount)).id,
  }
}
