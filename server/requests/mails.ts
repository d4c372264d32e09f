import type { Instant } from '../clock.ts'
import { greeted, isolated, type Letter, type Written, writeLetter } from '../mail/letter.ts'
import { counted, dayShortOf, dayYearOf, lengthWords, timeOf, zoneWords } from '../words.ts'
import { aboutWords, dueWords } from './due.ts'

type AskedForm = { minutes: number; dueAt: Instant; zone: string; isForAppointment: boolean }

/** What a mail tells of forms: how long they take. Not even their names, which may tell of health. */
export type Asked = {
  name: string
  practice: { name: string; email: string; phone: string }
  /** At least one, the most urgent first. */
  forms: AskedForm[]
  /** Signs the client in, once, and leads to the form; null for who can't sign in by a link. */
  link: { address: string; hours: number } | null
  /** The same place for later. */
  page: string
  /** The practice's own words. */
  own?: Letter['own']
}

const GO_ON = 'You can stop at any time and go on later, on any device. What you have filled in is kept.'

/** The forms that somebody is asked for from now on. */
export function writeAsked(about: Asked, now: Instant): Written {
  const [first] = about.forms
  const appointment = first?.isForAppointment ? first : undefined
  const what = about.forms.length === 1 ? 'a form' : `${about.forms.length} forms`
  const opening = appointment
    ? `To make good use of our time together, please fill in ${what} before your appointment on ${whenOf(appointment)}.`
    : `${isolated(about.practice.name)} asks you to fill in ${what}.`
  const subject = appointment
    ? `Before your appointment on ${shortWhen(appointment)}: ${formsWords(about)} to fill in`
    : `${capital(formsWords(about))} to fill in for ${about.practice.name}`
  return letter(about, now, { subject, paragraphs: [opening, GO_ON] })
}

/** What is still to be filled in before an appointment. */
export function writeReminder(about: Asked & { startsAt: Instant; zone: string }, now: Instant): Written {
  const isOne = about.forms.length === 1
  const opening = `Your appointment is on ${whenOf({ dueAt: about.startsAt, zone: about.zone })}. There ${isOne ? 'is' : 'are'} still ${formsWords(about)} to fill in before we meet.`
  return letter(about, now, {
    subject: `Reminder: ${formsWords(about)} before your appointment on ${shortWhen({ dueAt: about.startsAt, zone: about.zone })}`,
    paragraphs: [opening, GO_ON],
  })
}

type When = { dueAt: Instant; zone: string }

const whenOf = ({ dueAt, zone }: When): string =>
  `${dayYearOf(dueAt, zone)} at ${timeOf(dueAt, zone)}, ${zoneWords(zone, dueAt)}`
const shortWhen = ({ dueAt, zone }: When): string => `${dayShortOf(dueAt, zone)} at ${timeOf(dueAt, zone)}`

const formsWords = ({ forms }: Asked): string =>
  forms.length === 1 ? 'a form' : counted(forms.length, 'form')
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function letter(about: Asked, now: Instant, words: Pick<Letter, 'subject' | 'paragraphs'>): Written {
  const { name, practice, forms, link, page, own } = about
  const later = 'For later, this is the address of the page:'
  const once = link
    ? [`The link above is yours alone. It signs you in once, within ${lengthWords(link.hours * 60)}.`]
    : []
  return writeLetter({
    ...words,
    greeting: greeted(name) ? `Hello ${isolated(greeted(name))},` : 'Hello,',
    facts: forms.map((form, n) => ({
      label: forms.length === 1 ? 'Takes' : `Form ${n + 1}`,
      value: factOf(form, now),
    })),
    link: {
      words: forms.length === 1 ? 'Fill in the form' : 'See your forms',
      address: link?.address ?? page,
    },
    closing: link ? [...once, { words: later, address: page }] : [],
    signature: [practice.name, practice.phone, practice.email].filter((line) => line !== '').map(isolated),
    own,
  })
}

const factOf = (form: AskedForm, now: Instant): string => {
  const due = form.isForAppointment ? '' : `. ${dueWords(form, now)}`
  return `${capital(aboutWords(form.minutes))}${due}`
}
