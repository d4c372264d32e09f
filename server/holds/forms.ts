import { z } from 'zod'
import { choice, email, line, lines, phone, type Read, readForm, tick } from '../web/form.ts'
import { type PlaceName, placesWords, placeWords } from '../words.ts'

const who = {
  name: line({ most: 120, label: 'Your name', required: 'Please tell us your name.' }),
  email: email('Please give an e-mail address: your confirmation goes there.'),
}

const rest = {
  phone: phone({ most: 40, label: 'The phone number' }),
  brings: lines({ most: 2000, label: 'What brings you' }),
  reminders: tick,
}

const unread = z
  .unknown()
  .optional()
  .transform(() => undefined)

const needsPhone = ({ place, phone: number }: { place: string; phone: string }) =>
  place !== 'phone' || number !== ''
const phoneWanted = { path: ['phone'], message: 'Please give the number that we should call.' }

/** Who chose a place that is not open at this time hears where it can be. */
function placeWanted(body: unknown, places: PlaceName[]): string {
  const chosen = String((body as { place?: unknown } | undefined)?.place ?? '')
  return Object.hasOwn(placeWords, chosen)
    ? `At this time we can meet ${placesWords(places)} only. Please choose that, or another time.`
    : 'Please choose how we meet.'
}

export type BookingFields = {
  name: string | undefined
  email: string | undefined
  phone: string
  place: PlaceName
  brings: string
  reminders: boolean
}

/** What somebody fills in to book; a known client has told us who they are already. */
export function readBooking(
  body: unknown,
  { places, isKnownClient }: { places: PlaceName[]; isKnownClient: boolean },
): Read<BookingFields> {
  const place = choice(places as [PlaceName, ...PlaceName[]], placeWanted(body, places))
  const name: z.ZodType<string | undefined> = isKnownClient ? unread : who.name
  const mail: z.ZodType<string | undefined> = isKnownClient ? unread : who.email
  const fields = z.object({ name, email: mail, place, ...rest }).refine(needsPhone, phoneWanted)
  return readForm(fields, body)
}
