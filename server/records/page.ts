import { standingOf, stateWords } from '../appointments/states.ts'
import { dateOf } from '../chart/links.ts'
import { figureOf } from '../chart/scores.ts'
import type { Instant } from '../clock.ts'
import { renderConsent } from '../consents/text.ts'
import { sizeWords } from '../files/names.ts'
import type { Reading } from '../forms/shown.ts'
import type { AddendumDocument, NoteDocument } from '../notes/canonical.ts'
import { sectionsOf } from '../notes/content.ts'
import { dayYearOf, moneyWords, placeWords, timeOf, zoneWords } from '../words.ts'
import type { Audience, Change, Known, NoteRow, ResponseRow } from './gather/rows.ts'

/** For whom it is made, in which zone its times are, and when it was made. */
export type Made = { audience: Audience; zone: string; now: Instant }

const UNREADABLE = 'This text can’t be read: it was altered or its key is missing.'

/** Null: it can't be read. */
const readable = (text: string | null): string => text ?? UNREADABLE

const whenWords = (at: Instant, zone: string): string => `${dayYearOf(at, zone)}, ${timeOf(at, zone)}`

const changeWords: Record<string, string> = {
  booked: 'Booked',
  moved: 'Moved',
  cancelled: 'Cancelled',
  restored: 'Cancellation taken back',
  kept: 'Marked as kept',
  late: 'Marked as late',
  no_show: 'Marked as a no-show',
  reopened: 'Marked as booked again',
  cancelled_late: 'Marked as cancelled late',
  cancelled_in_time: 'Marked as cancelled in time',
}

const roleWords = { client: 'by the client', dietitian: 'by the practice', system: 'by itself' }

const changePage = (change: Change, zone: string) => ({
  when: whenWords(change.at, zone),
  words: `${changeWords[change.what] ?? change.what} ${roleWords[change.byRole]}`,
  moved:
    change.fromStartsAt !== null && change.fromStartsAt !== change.toStartsAt
      ? `From ${whenWords(change.fromStartsAt, zone)} to ${whenWords(change.toStartsAt, zone)}`
      : '',
  reason: readable(change.reason),
  message: readable(change.message),
})

function appointmentsPage({ appointments, changes, dietitians }: Known, zone: string) {
  const names = new Map(dietitians.map(({ id, name }) => [id, name]))
  return appointments.map((row) => ({
    title: `${row.typeName}: ${whenWords(row.startsAt, zone)}`,
    state: stateWords[standingOf(row)],
    with: names.get(row.dietitianId) ?? '',
    place: placeWords[row.place],
    price: moneyWords(row.priceCents, row.currency),
    booked: [row.bookedName, row.bookedPhone].filter(Boolean).join(', '),
    brings: readable(row.brings),
    history: changes
      .filter(({ appointmentId }) => appointmentId === row.id)
      .map((change) => changePage(change, zone)),
  }))
}

function signsPage({ signs, dietitians }: Known, zone: string) {
  const kinds = { urgent: 'Urgent', sign: 'Warning sign', caution: 'Caution' }
  return signs.map((sign) => ({
    kind: kinds[sign.kind],
    name: sign.name,
    words: sign.words,
    when: dateOf(sign.raisedAt, zone),
    acknowledged:
      sign.acknowledgedAt === null
        ? ''
        : `Acknowledged on ${dateOf(sign.acknowledgedAt, zone)} by ${
            dietitians.find(({ accountId }) => accountId === sign.acknowledgedBy)?.name ?? 'the practice'
          }`,
    word: readable(sign.word),
  }))
}

function requestWords(known: Known, zone: string): string[] {
  const plans = known.plans.map(
    ({ title, everyWeeks, askedAt, stoppedAt }) =>
      `${title}, every ${everyWeeks === 1 ? 'week' : `${everyWeeks} weeks`} since ${dateOf(askedAt, zone)}${
        stoppedAt === null ? '' : `, until ${dateOf(stoppedAt, zone)}`
      }`,
  )
  const requests = known.requests.map(({ title, askedAt, dueAt, answeredAt, withdrawnAt }) => {
    const asked = `${title}, asked on ${dateOf(askedAt, zone)}, due on ${dateOf(dueAt, zone)}`
    if (answeredAt !== null) return `${asked}: sent on ${dateOf(answeredAt, zone)}`
    return withdrawnAt === null ? `${asked}: open` : `${asked}: taken back on ${dateOf(withdrawnAt, zone)}`
  })
  return [...plans, ...requests]
}

/** All but the longest texts, which follow: answers and notes. */
export function recordPage(known: Known, { zone, now, audience }: Made) {
  const { client, practice } = known
  const facts: [string, string][] = [
    ['E-mail', client.email],
    ['Phone', client.phone],
    ['Pronouns', client.pronouns],
    ['Date of birth', client.bornOn ?? ''],
    ['Time zone', client.zone],
    ['Client since', dateOf(client.createdAt, zone)],
  ]
  return {
    isOwn: audience === 'client',
    practice,
    name: client.name,
    made: whenWords(now, zone),
    zoneWords: zoneWords(zone, now),
    facts: facts.filter(([, words]) => words !== ''),
    signs: signsPage(known, zone),
    scores: known.scores.map(({ label, value, at }) => ({
      label,
      figure: figureOf(value),
      when: dateOf(at, zone),
    })),
    appointments: appointmentsPage(known, zone),
    requests: requestWords(known, zone),
    files: known.files.map(({ name, path, bytes, createdAt }) => ({
      name,
      path,
      size: sizeWords(bytes),
      when: dateOf(createdAt, zone),
    })),
    consents: known.signatures.map((row) => ({
      title: row.title,
      version: `Version ${row.number}`,
      html: renderConsent(row.body),
      signed: `${row.typedName}, ${whenWords(row.signedAt, zone)}, from ${row.address || 'an address not known'}`,
      sha256: row.sha256.toString('hex'),
    })),
    mails: known.mails.map(({ subject, sentAt }) => ({ subject, when: whenWords(sentAt, zone) })),
    responses: known.responses.length,
    notes: known.notes.length,
  }
}

export type RecordPage = ReturnType<typeof recordPage>

/** One version of what was answered. @param reading undefined: it can't be read */
export function responsePage(row: ResponseRow, title: string, reading: Reading | undefined, zone: string) {
  const version = row.number > 1 ? ` (version ${row.number})` : ''
  const when = row.sentAt ?? row.savedAt
  return {
    title: `${title}${version}`,
    when: `${row.sentAt === null ? 'Begun and not sent, last saved' : 'Sent'} ${whenWords(when, zone)}`,
    reading: reading ?? null,
    unreadable: UNREADABLE,
  }
}

type Written = Pick<NoteRow, 'signedAt' | 'signerName' | 'signerCredentials' | 'sha256'>

const signedBy = ({ signedAt, signerName, signerCredentials, sha256 }: Written, zone: string) => ({
  words: `${[signerName, signerCredentials].filter(Boolean).join(', ')}, ${whenWords(signedAt, zone)}`,
  sha256: sha256.toString('hex'),
})

type Added = { row: Written & { number: number }; document: AddendumDocument | undefined }

/** A signed note with its addenda in order; without a document: it can't be read, or is not what was signed. */
export function notePage(row: Written, document: NoteDocument | undefined, added: Added[], zone: string) {
  const about = document?.appointment
  return {
    title: `Note of ${dateOf(row.signedAt, zone)}`,
    about: about ? `${about.type}, ${whenWords(Date.parse(about.startsAt), zone)}` : '',
    sections: document ? sectionsOf(document.content) : [{ heading: 'Note', texts: [UNREADABLE] }],
    signed: signedBy(row, zone),
    addenda: added.map(({ row: one, document: text }) => ({
      title: `Addendum ${one.number}`,
      reason: text?.content.reason ?? '',
      words: text?.content.text ?? UNREADABLE,
      signed: signedBy(one, zone),
    })),
  }
}
