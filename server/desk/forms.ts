import { z } from 'zod'
import { MOST_IN_MESSAGE } from '../appointments/messages.ts'
import { readInstant } from '../availability/query.ts'
import type { Instant } from '../clock.ts'
import { choice, line, lines, phone, type Read, readForm, tick } from '../web/form.ts'
import type { PlaceName } from '../words.ts'
import { readTime, whyNever } from './time.ts'

export const UNREAD = 'Please choose a time.'

/** The time that an address names. Refused: what to say, of a typed time beside its field. */
export type Chosen = { start?: Instant; refused?: { field: string; message: string } }

/** Where and when somebody chooses; `since`: from when on a time that has passed can be chosen still. */
export type At = { zone: string; now: Instant; since?: Instant }

/** Of a link to a slot, or of a date and a time that somebody typed; neither: nothing is chosen yet. */
export function readChosen(query: Record<string, unknown>, at: At): Chosen {
  const { slot, date, time } = query
  if (slot !== undefined) return readSlot(slot, at)
  if (date === undefined && time === undefined) return {}
  const typed = readTime({ date: String(date ?? ''), time: String(time ?? '') }, at.zone)
  if (!typed.ok) return { refused: typed }
  const message = whyNever(typed.start, at.now, at.since)
  return message === null ? typed : { refused: { field: 'date', message } }
}

/** An instant of a link or a hidden field. */
export function readSlot(slot: unknown, { now, since }: Omit<At, 'zone'>): Chosen {
  const start = readInstant(slot)
  const message = start === undefined ? UNREAD : whyNever(start, now, since)
  return message === null ? { start } : { refused: { field: '', message } }
}

const said = {
  message: lines({ most: MOST_IN_MESSAGE, label: 'The message' }),
  reason: lines({ most: 1000, label: 'The reason' }),
}

export type BookingFields = {
  place: PlaceName
  phone: string
  reminders: boolean
  message: string
  reason: string
}

/** What goes with an appointment that the practice books; its type and its time are read apart. */
export function readBooking(body: unknown, places: PlaceName[]): Read<BookingFields> {
  const fields = z
    .object({
      place: choice(places as [PlaceName, ...PlaceName[]], 'Please choose how you meet.'),
      phone: phone({ most: 40, label: 'The phone number' }),
      reminders: tick,
      ...said,
    })
    .refine(({ place, phone: number }) => place !== 'phone' || number !== '', {
      path: ['phone'],
      message: 'Please give the number that you will call.',
    })
  return readForm(fields, body)
}

/** Base: the appointment as it was shown. */
export const movingForm = z.object({ ...said, base: line({ most: 10, label: 'The page' }) })

const searchForm = z.object({ q: line({ most: 200, label: 'The name' }) })

/** Whom to look for. */
export const readSearch = (query: unknown): Read<{ q: string }> => readForm(searchForm, query)
