import type { Hours } from '../availability/hours.ts'
import { placesWithin, type Wanted } from '../availability/places.ts'
import { isOpen, type Offer, type Range } from '../availability/slots.ts'
import { type Instant, MINUTE } from '../clock.ts'
import type { PlaceName } from '../words.ts'

/** A rule of the dietitian's own that a time breaks; they may book it all the same, and say why. */
export type Broken =
  | 'begun'
  | 'closed'
  | 'place'
  | 'timeOff'
  | 'dayFull'
  | 'typeFull'
  | 'tooSoon'
  | 'tooFar'
  | 'offStep'

/** What is booked around a time, time off apart: the starts count for the limits, `ofType` for the type's own. */
export type Around = { ranges: Range[]; starts: Instant[]; ofType: Instant[]; timeOff: Range[] }

type Asked = { hours: Hours; type: Wanted; around: Around; place: PlaceName | null }

const always = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: 0, to: 1440 }))

/** All that a rule looks at, set so that nothing is against it: each is then asked alone, by the code of the slots. */
const relaxed = ({ hours: { zone }, type: { offer } }: Asked) => ({
  hours: { zone, weekly: always, exceptions: [], dailyLimit: null } as Hours,
  offer: { ...offer, step: 1, minimumNotice: 0, windowDays: 1000, dailyLimit: null } as Offer,
  busy: { ranges: [] as Range[], starts: [] as Instant[], ofType: [] as Instant[] },
})

type Parts = ReturnType<typeof relaxed>

const rules: Record<Exclude<Broken, 'place' | 'begun'>, (asked: Asked, free: Parts) => Partial<Parts>> = {
  closed: ({ hours }) => ({ hours: { ...hours, dailyLimit: null } }),
  timeOff: ({ around }, { busy }) => ({ busy: { ...busy, ranges: around.timeOff } }),
  dayFull: ({ hours, around }, free) => ({
    hours: { ...free.hours, dailyLimit: hours.dailyLimit },
    busy: { ...free.busy, starts: around.starts },
  }),
  typeFull: ({ type, around }, free) => ({
    offer: { ...free.offer, dailyLimit: type.offer.dailyLimit },
    busy: { ...free.busy, ofType: around.ofType },
  }),
  tooSoon: ({ type }, { offer }) => ({ offer: { ...offer, minimumNotice: type.offer.minimumNotice } }),
  tooFar: ({ type }, { offer }) => ({ offer: { ...offer, windowDays: type.offer.windowDays } }),
  offStep: ({ type }, { offer }) => ({ offer: { ...offer, step: type.offer.step } }),
}

/**
 * The rules that a start would break, whoever is booked then; none: it is one of the slots, unless somebody has it.
 * @param asked.place where they are to meet; null: anywhere that the type can be had
 * @param start a whole minute; one that has passed is looked at as it was then
 */
export function brokenRules(asked: Asked, start: Instant, now: Instant): Broken[] {
  if (start > now) return brokenAhead(asked, start, now)
  return ['begun', ...brokenAhead(asked, start, start).filter((rule) => rule !== 'tooSoon')]
}

function brokenAhead(asked: Asked, start: Instant, now: Instant): Broken[] {
  const free = relaxed(asked)
  const broken = Object.entries(rules).filter(([, restored]) => {
    const { hours, offer, busy } = { ...free, ...restored(asked, free) }
    return !isOpen(hours, offer, busy, start, now)
  })
  const names = broken.map(([name]) => name as Broken)
  if (names.includes('closed') || isThere(asked, start)) return names
  return ['place', ...names]
}

function isThere({ hours, type, place }: Asked, start: Instant): boolean {
  const span = { start, end: start + type.offer.minutes * MINUTE }
  return placesWithin(hours, place ? [place] : type.places, span).length > 0
}

/** Whether another appointment, or a time that is just being booked, is in the way; buffers count. */
export function isTakenAt({ offer }: Wanted, { ranges }: Around, start: Instant): boolean {
  const from = start - offer.bufferBefore * MINUTE
  const to = start + (offer.minutes + offer.bufferAfter) * MINUTE
  return ranges.some((range) => range.start < to && range.end > from)
}

const words: Record<Broken, string> = {
  begun: 'It has begun already.',
  closed: 'It is outside your opening hours.',
  place: 'Your hours name other places for this time.',
  timeOff: 'You have time off then.',
  dayFull: 'Your limit of appointments for that day is reached.',
  typeFull: 'The limit of this type for that day is reached.',
  tooSoon: 'It is sooner than this type asks for.',
  tooFar: 'It is further ahead than this type can be booked.',
  offStep: 'It is between the usual starts of this type.',
}

export const brokenWords = (broken: Broken[]): string[] => broken.map((rule) => words[rule])
