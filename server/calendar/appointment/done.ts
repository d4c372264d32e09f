import { type State, standingOf, stateWords } from '../../appointments/states.ts'
import type { Appointment } from '../../appointments/store.ts'
import { whenShort } from '../../words.ts'

type Done = { state: State[]; words(about: { client: string; when: string; standing: string }): string }

/** What was just done, said once on the page of the appointment; not when something else happened to it since. */
const done: Record<string, Done> = {
  booked: {
    state: ['booked'],
    words: ({ client, when }) => `Booked: ${when}. ${client} gets a mail with the time.`,
  },
  moved: {
    state: ['booked'],
    words: ({ client, when }) => `Moved to ${when}. ${client} gets a mail with the new time.`,
  },
  cancelled: {
    state: ['cancelled'],
    words: ({ client }) => `Cancelled. ${client} gets a mail that says so.`,
  },
  restored: {
    state: ['booked'],
    words: ({ client, when }) => `The appointment stands again: ${when}. ${client} gets a mail that says so.`,
  },
  marked: {
    state: ['booked', 'kept', 'no_show', 'cancelled'],
    words: ({ standing }) => `Saved: ${standing}.`,
  },
}

/** @param what the word in the page's address; @returns empty when it is none, or no longer true */
export function doneWords(what: unknown, appointment: Appointment, zone: string): string {
  const found = typeof what === 'string' && Object.hasOwn(done, what) ? done[what] : undefined
  if (!found?.state.includes(appointment.state)) return ''
  return found.words({
    client: appointment.clientName ?? 'The client',
    when: whenShort(appointment.startsAt, zone),
    standing: stateWords[standingOf(appointment)].toLowerCase(),
  })
}
