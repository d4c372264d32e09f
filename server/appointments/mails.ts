import { type Instant, MINUTE } from '../clock.ts'
import {
  greeted,
  isolated,
  joinLines,
  type Letter,
  oneLine,
  type Written,
  writeLetter,
} from '../mail/letter.ts'
import { dayShortOf, dayYearOf, lengthWords, moneyWords, placeWords, timeOf, zoneWords } from '../words.ts'
import { type ByRole, messageParagraphs, openingWords, type What } from './messages.ts'
import type { Particulars } from './particulars.ts'

/** What happened to it meanwhile, when a mail comes late. */
export type Since = { what: 'cancelled' } | { what: 'restored' } | { what: 'moved'; startsAt: Instant } | null

export type Told = {
  what: What
  byRole: ByRole
  fromStartsAt: Instant | null
  since: Since
  /** What the practice wrote to the client, in place of the usual words; empty: nothing. */
  message: string
}

type Fact = Letter['facts'][number]

const whenOf = (instant: Instant, zone: string): string =>
  `${dayYearOf(instant, zone)} at ${timeOf(instant, zone)}`
const shortWhen = (instant: Instant, zone: string): string =>
  `${dayShortOf(instant, zone)} at ${timeOf(instant, zone)}`

const stretchOf = ({ startsAt, endsAt }: Particulars, zone: string): string =>
  `${dayYearOf(startsAt, zone)}, ${timeOf(startsAt, zone)} to ${timeOf(endsAt, zone)}, ${zoneWords(zone, startsAt)}`

const lengthOf = ({ startsAt, endsAt }: Particulars): string => lengthWords((endsAt - startsAt) / MINUTE)

const before = (startsAt: Instant | null, zone: string): Fact[] =>
  startsAt === null
    ? []
    : [{ label: 'Before', value: `${whenOf(startsAt, zone)}, ${zoneWords(zone, startsAt)}` }]

function sinceWords(since: Since, zone: string): string[] {
  if (!since) return []
  if (since.what === 'cancelled') return ['Please note: this appointment has been cancelled since.']
  if (since.what === 'restored') return ['Please note: this appointment takes place after all.']
  return [`Please note: this appointment has since been moved to ${whenOf(since.startsAt, zone)}.`]
}

// To the client, in the client's zone.

/** @param now decides whether it can still be changed online */
export function writeToClient(about: Particulars, told: Told, now: Instant): Written {
  const note = sinceWords(told.since, about.zone)
  return told.what === 'cancelled'
    ? cancelledForClient(about, told, note)
    : agreedForClient(about, told, note, now)
}

/** How a mail to the client begins: as the practice wrote it, or as always. */
function openingOf({ dietitian, practice }: Particulars, { what, byRole, message }: Told): string[] {
  const own = messageParagraphs(message)
  if (own.length > 0) return own
  const names = { dietitian: isolated(dietitian.name), practice: isolated(practice.name) }
  return [openingWords(what, byRole, names)]
}

const agreedSubjects = (when: string): Record<Exclude<What, 'cancelled'>, string> => ({
  booked: `Your appointment on ${when} is booked`,
  moved: `Your appointment is now on ${when}`,
  restored: `Your appointment on ${when} takes place after all`,
})

function agreedForClient(about: Particulars, told: Told, note: string[], now: Instant): Written {
  const { zone } = about
  const isMoved = told.what === 'moved'
  const subjects = agreedSubjects(shortWhen(about.startsAt, zone))
  return writeLetter({
    subject: subjects[told.what as keyof typeof subjects],
    greeting: greetingFor(about),
    own: about.own,
    paragraphs: [...note, ...openingOf(about, told)],
    facts: [
      ...(isMoved ? before(told.fromStartsAt, zone) : []),
      ...clientFacts(about, isMoved ? 'Now' : 'When'),
    ],
    link: { words: 'See your appointment', address: about.link },
    ...ownPageWords(about),
    closing:
      told.since?.what === 'cancelled'
        ? []
        : [...confirmWords(about), ...signWords(about), ...changeWords(about, now)],
    signature: signatureOf(about),
  })
}

const ownPageWords = ({ ownPage }: Particulars): Pick<Letter, 'more'> =>
  ownPage
    ? {
        more: {
          words: 'Your own page, with all your appointments and what there is to do',
          address: ownPage.address,
          note: `This link is yours alone. It signs you in once, within ${lengthWords(ownPage.hours * 60)}.`,
        },
      }
    : {}

function cancelledForClient(about: Particulars, told: Told, note: string[]): Written {
  const { zone, startsAt } = about
  return writeLetter({
    subject: `Your appointment on ${shortWhen(startsAt, zone)} is cancelled`,
    greeting: greetingFor(about),
    own: about.own,
    paragraphs: [...note, ...openingOf(about, told)],
    facts: [
      { label: 'Cancelled', value: stretchOf(about, zone) },
      { label: 'Appointment', value: isolated(about.typeName) },
      { label: 'Dietitian', value: isolated(about.dietitian.name) },
    ],
    link: { words: 'Book another time', address: about.bookLink },
    closing: ['We would be glad to see you at another time.'],
    signature: signatureOf(about),
  })
}

export function writeReminderToClient(about: Particulars, now: Instant): Written {
  return writeLetter({
    subject: `Reminder: your appointment on ${shortWhen(about.startsAt, about.zone)}`,
    greeting: greetingFor(about),
    own: about.own,
    paragraphs: [
      `This is a reminder of your appointment with ${isolated(about.dietitian.name)}. We look forward to meeting you.`,
    ],
    facts: clientFacts(about, 'When'),
    link: { words: 'See your appointment', address: about.link },
    closing: [...signWords(about), ...changeWords(about, now)],
    signature: signatureOf(about),
  })
}

function greetingFor({ bookedName }: Particulars): string {
  const name = greeted(bookedName)
  return name ? `Hello ${isolated(name)},` : 'Hello,'
}

function clientFacts(about: Particulars, whenLabel: string): Fact[] {
  const { zone, practice } = about
  const isElsewhere = about.place === 'in_person' && practice.zone !== zone
  return [
    { label: whenLabel, value: stretchOf(about, zone) },
    ...(isElsewhere ? [{ label: 'Time at the practice', value: stretchOf(about, practice.zone) }] : []),
    { label: 'Where', value: whereForClient(about) },
    { label: 'Appointment', value: isolated(about.typeName) },
    { label: 'Dietitian', value: isolated(about.dietitian.name) },
    { label: 'Length', value: lengthOf(about) },
    { label: 'Price', value: moneyWords(about.priceCents, about.currency) },
  ]
}

function whereForClient({ place, practice, bookedPhone }: Particulars): string {
  if (place === 'in_person') return isolated(joinLines(practice.address) || practice.name)
  if (place === 'video') return 'By video. Your appointment page tells you how to join.'
  const number = oneLine(bookedPhone)
  return number ? `By phone. We will call you at ${isolated(number)}.` : 'By phone. We will call you.'
}

/** Whoever typed the address may be anybody: who was here before says that it was them. */
const confirmWords = ({ confirmLink, dietitian }: Particulars): Letter['closing'] =>
  confirmLink
    ? [
        {
          words: `You have been here before. So that ${isolated(dietitian.name)} can read what we know of you, please confirm on your own page that this appointment is yours.`,
          address: confirmLink,
        },
      ]
    : []

/** What is still to be signed, by its titles; the texts stay in the portal. */
const signWords = ({ toSign }: Particulars): Letter['closing'] =>
  toSign && toSign.titles.length > 0
    ? [
        {
          words: `Before we meet, please read and sign: ${toSign.titles.map(isolated).join(', ')}.`,
          address: toSign.address,
        },
      ]
    : []

/** How to change it and until when; nothing once it has begun. */
function changeWords(
  { startsAt, changeDeadlineMinutes, zone, practice }: Particulars,
  now: Instant,
): string[] {
  if (now >= startsAt) return []
  const deadline = lengthWords(changeDeadlineMinutes)
  const until = startsAt - changeDeadlineMinutes * MINUTE
  if (now <= until) {
    const last = changeDeadlineMinutes === 0 ? 'it begins' : `${whenOf(until, zone)} (${deadline} before)`
    return [`You can change or cancel it on your appointment page until ${last}.`]
  }
  const ways = [
    practice.phone && `call us at ${isolated(practice.phone)}`,
    `write to ${isolated(practice.email)}`,
  ]
  return [
    `It is less than ${deadline} until your appointment. To change or cancel it now, please ${ways.filter(Boolean).join(' or ')}.`,
  ]
}

const signatureOf = ({ practice }: Particulars): string[] =>
  [practice.name, practice.phone, practice.email].filter((line) => line !== '').map(isolated)

// To the dietitian, in the dietitian's zone.

export function writeToDietitian(about: Particulars, told: Told): Written {
  const { zone } = about.dietitian
  const who = oneLine(about.client.name)
  const when = shortWhen(about.startsAt, zone)
  const by = told.byRole === 'client' ? isolated(who) : 'The practice'
  const words = {
    booked: [`New appointment: ${who} on ${when}`, `${isolated(who)} has an appointment with you.`],
    moved: [`Moved: ${who}, now on ${when}`, `${by} moved an appointment with you.`],
    cancelled: [
      `Cancelled: ${who} on ${when}`,
      `${by} cancelled an appointment with you. The time is free again.`,
    ],
    restored: [
      `On again: ${who} on ${when}`,
      `${by} took back the cancellation of an appointment with you. Its time is yours again.`,
    ],
  } as const
  const [subject, opening] = words[told.what]
  return letterToDietitian(about, subject, {
    paragraphs: [...sinceWords(told.since, zone), opening],
    facts: told.what === 'moved' ? before(told.fromStartsAt, zone) : [],
    whenLabel: { booked: 'When', moved: 'Now', cancelled: 'Cancelled', restored: 'When' }[told.what],
  })
}

export function writeReminderToDietitian(about: Particulars): Written {
  const who = oneLine(about.client.name)
  const subject = `Reminder: ${who} on ${shortWhen(about.startsAt, about.dietitian.zone)}`
  return letterToDietitian(about, subject, {
    paragraphs: [`This is a reminder of your appointment with ${isolated(who)}.`],
    facts: [],
    whenLabel: 'When',
  })
}

type Own = { paragraphs: string[]; facts: Fact[]; whenLabel: string }

function letterToDietitian(about: Particulars, subject: string, own: Own): Written {
  return writeLetter({
    subject,
    greeting: `Hello ${isolated(about.dietitian.name)},`,
    paragraphs: own.paragraphs,
    facts: [
      ...own.facts,
      { label: own.whenLabel, value: stretchOf(about, about.dietitian.zone) },
      { label: 'Client', value: isolated(about.client.name) },
      ...bookedAs(about),
      { label: 'Where', value: whereForDietitian(about) },
      { label: 'Appointment', value: isolated(about.typeName) },
      { label: 'Length', value: lengthOf(about) },
    ],
    link: { words: 'See the appointment', address: about.practiceLink },
    closing: [],
    signature: [isolated(about.practice.name)],
  })
}

const bookedAs = ({ bookedName, client }: Particulars): Fact[] =>
  oneLine(bookedName) === oneLine(client.name) ? [] : [{ label: 'Booked as', value: isolated(bookedName) }]

function whereForDietitian({ place, practice, bookedPhone }: Particulars): string {
  if (place === 'in_person') return isolated(joinLines(practice.address) || practice.name)
  const number = oneLine(bookedPhone)
  return place === 'phone' && number ? `By phone. Please call ${isolated(number)}.` : placeWords[place]
}
