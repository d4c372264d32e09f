import type { Instant } from '../clock.ts'
import { counted, whenShort } from '../words.ts'
import { cautionWords, type SignCounts, warningWords } from './words.ts'

export type Need = { icon: string; words: string; href: string; isUrgent?: boolean }

/** A client with signs that nobody has acknowledged. */
export type Raised = SignCounts & { clientId: string; clientName: string }

const MOST_CLIENTS = 8

/**
 * Signs that nobody has acknowledged, a line for each client, without saying which; cautions are said apart.
 * @param raised the most urgent first; one more than fits when there are others
 */
export function signNeeds(raised: Raised[]): Need[] {
  const needs = raised.slice(0, MOST_CLIENTS).map((one): Need => {
    const isUrgent = one.urgent > 0
    const words = [warningWords(one), cautionWords(one)].filter((part) => part !== null).join(' and ')
    return {
      icon: isUrgent ? 'triangle-alert' : one.signs > 0 ? 'flag' : 'info',
      words: `${capital(words)}: ${one.clientName}`,
      href: `/practice/clients/${one.clientId}`,
      isUrgent,
    }
  })
  if (raised.length <= MOST_CLIENTS) return needs
  return [...needs, { icon: 'flag', words: 'More clients with signs', href: '/practice/clients?show=signs' }]
}

export const MOST_RAISED = MOST_CLIENTS + 1

/** An appointment, and how many forms are still to be sent for it. */
export type FormsDue = {
  clientId: string
  clientName: string
  startsAt: Instant
  isBooked: boolean
  formsDue: number
}

const MOST_DUE = 12

/** Of these appointments the ones to come for which forms are still to be sent, in the order given. */
export const formNeeds = (appointments: FormsDue[], { zone, now }: { zone: string; now: Instant }): Need[] =>
  appointments
    .filter(({ isBooked, startsAt, formsDue }) => isBooked && startsAt > now && formsDue > 0)
    .slice(0, MOST_DUE)
    .map(({ clientId, clientName, startsAt, formsDue }) => ({
      icon: 'clipboard-list',
      words: `${counted(formsDue, 'form')} not sent: ${clientName}, ${whenShort(startsAt, zone)}`,
      href: `/practice/clients/${clientId}/forms`,
    }))

type Draft = { id: string; what: 'note' | 'addendum'; clientName: string }

const MOST_DRAFTS = 5

export function noteNeeds(drafts: Draft[]): Need[] {
  const needs = drafts.slice(0, MOST_DRAFTS).map(({ id, what, clientName }) => ({
    icon: 'file-pen-line',
    words: `${what === 'note' ? 'Unsigned note' : 'Unsigned addendum'}: ${clientName}`,
    href: `/practice/notes/${id}${what === 'note' ? '' : '/addenda'}`,
  }))
  const more = drafts[MOST_DRAFTS]
  if (!more) return needs
  const words = `${counted(drafts.length - MOST_DRAFTS, 'more unsigned note')}, the next: ${more.clientName}`
  return [...needs, { icon: 'file-pen-line', words, href: `/practice/notes/${more.id}` }]
}

export const inquiryNeeds = (open: number): Need[] =>
  open === 0
    ? []
    : [
        {
          icon: 'mail',
          words: `${counted(open, 'inquiry', 'inquiries')} to answer`,
          href: '/practice/inquiries',
        },
      ]

/** Appointments that are over and of which nothing was said. */
export const unmarkedNeeds = ({ count, href }: { count: number; href: string }): Need[] =>
  count === 0
    ? []
    : [{ icon: 'circle-check', words: `${counted(count, 'appointment')} to mark as kept or no-show`, href }]

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** "6 hours", "1 hour 30 minutes" */
export function hoursWords(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  const parts = [hours > 0 && counted(hours, 'hour'), rest > 0 && counted(rest, 'minute')]
  return parts.filter(Boolean).join(' ') || 'None'
}
