import type { Instant } from '../clock.ts'
import type { Letter } from '../mail/letter.ts'
import type { PlaceName } from '../words.ts'

export type Reader = 'client' | 'dietitian'

/** What mails and invitations tell of an appointment. Nothing about health: what brings somebody stays sealed. */
export type Particulars = {
  id: string
  uid: string
  sequence: number
  startsAt: Instant
  endsAt: Instant
  place: PlaceName
  /** The client's. */
  zone: string
  priceCents: number
  currency: string
  changeDeadlineMinutes: number
  /** As typed with the booking. */
  bookedName: string
  bookedPhone: string
  typeName: string
  client: { name: string; email: string }
  dietitian: { name: string; email: string; zone: string }
  practice: { name: string; zone: string; email: string; phone: string; address: string }
  /** The client's own page of this appointment. */
  link: string
  /** The dietitian's page of it. */
  practiceLink: string
  /** Where a next appointment is booked. */
  bookLink: string
  /** Signs the client in to their own page, once; for a mail to the client and nobody else. */
  ownPage?: { address: string; hours: number }
  /** Titles of the documents that the client has not signed yet, and where to; for mails to the client. */
  toSign?: { titles: string[]; address: string }
  /** Where the client says that the appointment is theirs, while that is not sure; for mails to the client. */
  confirmLink?: string | undefined
  /** The practice's own words; for mails to the client. */
  own?: Letter['own']
}

export type ParticularsRow = {
  id: string
  uid: string
  starts_at: Instant
  ends_at: Instant
  place: PlaceName
  zone: string
  price_cents: number
  currency: string
  change_deadline_minutes: number
  booked_name: string
  booked_phone: string
  type_name: string
  client_name: string
  client_email: string
  dietitian_name: string
  dietitian_zone: string
  dietitian_email: string
  practice: Particulars['practice']
}

/** A mail about a change speaks of the time that the change brought, whatever came after it. */
export type Moment = { startsAt: Instant; sequence: number }

/** @param link.token the secret of the client's page */
export const toParticulars = (
  row: ParticularsRow,
  { startsAt, sequence }: Moment,
  link: { baseUrl: string; token: string },
): Particulars => ({
  id: row.id,
  uid: row.uid,
  sequence,
  startsAt,
  endsAt: startsAt + row.ends_at - row.starts_at,
  place: row.place,
  zone: row.zone,
  priceCents: row.price_cents,
  currency: row.currency,
  changeDeadlineMinutes: row.change_deadline_minutes,
  bookedName: row.booked_name,
  bookedPhone: row.booked_phone,
  typeName: row.type_name,
  client: { name: row.client_name, email: row.client_email },
  dietitian: { name: row.dietitian_name, email: row.dietitian_email, zone: row.dietitian_zone },
  practice: row.practice,
  link: `${link.baseUrl}/appointments/${link.token}`,
  practiceLink: `${link.baseUrl}/practice/appointments/${row.id}`,
  bookLink: `${link.baseUrl}/book`,
})
