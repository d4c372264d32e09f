import { iso, MINUTE } from '../../clock.ts'
import { placeWords } from '../../words.ts'
import type { Change, Known } from '../gather/rows.ts'
import type { People } from './people.ts'
import { coded, extensions, filled, flagged, moment, type Resource, refer, text } from './resource.ts'

type Appointment = Known['appointments'][number]

const statuses = { booked: 'booked', kept: 'fulfilled', no_show: 'noshow', cancelled: 'cancelled' } as const

function appointment(row: Appointment, people: People): Resource {
  const { id, state, startsAt, endsAt, brings } = row
  const actor = (who: { reference: string }) => ({ actor: who, status: 'accepted' })
  const price = { value: row.priceCents / 100, currency: row.currency }
  return {
    resourceType: 'Appointment',
    id,
    ...extensions(
      flagged('late', row.wasLate),
      text('place', placeWords[row.place]),
      { url: 'urn:flora:price', valueMoney: price },
      text('booked-as', row.bookedName),
      text('phone', row.bookedPhone),
      brings === null ? text('brings', brings) : null,
    ),
    status: statuses[state],
    appointmentType: coded(row.typeName),
    start: iso(startsAt),
    end: iso(endsAt),
    minutesDuration: Math.round((endsAt - startsAt) / MINUTE),
    created: iso(row.bookedAt),
    ...filled('comment', brings),
    participant: [actor(people.patient), actor(people.byDietitian(row.dietitianId))],
  }
}

function who({ byRole, byAccountId }: Change, people: People) {
  if (byRole === 'client') return people.patient
  return byRole === 'dietitian' ? people.byAccount(byAccountId) : people.practice
}

const change = (row: Change, people: People): Resource => ({
  resourceType: 'Provenance',
  id: `change-${row.id}`,
  ...extensions(
    moment('from', row.fromStartsAt),
    moment('to', row.toStartsAt),
    text('reason', row.reason),
    text('message', row.message),
  ),
  target: [refer('Appointment', row.appointmentId)],
  recorded: iso(row.at),
  activity: coded(row.what),
  agent: [{ who: who(row, people) }],
})

/** Appointments as they stand, and all that happened to them. */
export const appointmentResources = ({ appointments, changes }: Known, people: People): Resource[] => [
  ...appointments.map((row) => appointment(row, people)),
  ...changes.map((row) => change(row, people)),
]
