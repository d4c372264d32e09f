import type { Knex } from 'knex'
import { issueSignInLink } from '../accounts/store.ts'
import type { Instant } from '../clock.ts'
import { listToSign } from '../consents/store.ts'
import type { Deps } from '../deps.ts'
import type { Handlers, Queues } from '../jobs/events.ts'
import type { MailKind } from '../mail/kinds.ts'
import { greeted, type Written } from '../mail/letter.ts'
import { findOwnWords } from '../mail/store.ts'
import type { Mail, Mailer } from '../mail/transport.ts'
import { wordsPlace } from './changes/store.ts'
import { writeInvitation } from './invitation.ts'
import {
  type Told,
  writeReminderToClient,
  writeReminderToDietitian,
  writeToClient,
  writeToDietitian,
} from './mails.ts'
import {
  type Moment,
  type Particulars,
  type ParticularsRow,
  type Reader,
  toParticulars,
} from './particulars.ts'
import { isStillWanted, remindersFor } from './reminders.ts'
import type { State } from './states.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'jobs' | 'config'> & { mailer: Mailer }

type AppointmentQueue =
  | 'appointment-mail-to-client'
  | 'appointment-mail-to-dietitian'
  | 'appointment-reminders'
  | 'appointment-reminder'

/** Mails and reminders of appointments. Each mail has a key, so that a job that runs twice sends it once. */
export const appointmentHandlers = (needs: Needs): Pick<Handlers, AppointmentQueue> => ({
  'appointment-mail-to-client': ({ changeId }) => mailChange(needs, changeId, 'client'),
  'appointment-mail-to-dietitian': ({ changeId }) => mailChange(needs, changeId, 'dietitian'),
  'appointment-reminders': ({ changeId }) => planReminders(needs, changeId),
  'appointment-reminder': (reminder) => remind(needs, reminder),
})

async function mailChange(needs: Needs, changeId: number, reader: Reader): Promise<void> {
  const { clock, mailer } = needs
  const row = await findChange(needs, changeId, reader)
  if (!row) return
  const now = clock.now()
  const about = {
    ...particularsOf(needs, row, row),
    ...(await ownPageOf(needs, row, reader, now)),
    toSign: await toSignOf(needs, row, reader, now),
    own: reader === 'client' ? await ownOf(needs, row, row.told.what) : undefined,
    confirmLink: row.is_unproved && row.told.what === 'booked' ? `${needs.config.baseUrl}/my` : undefined,
  }
  const written =
    reader === 'client' ? writeToClient(about, row.told, now) : writeToDietitian(about, row.told)
  const method = row.told.what === 'cancelled' ? 'CANCEL' : 'REQUEST'
  await mailer.send({
    ...addressed(about, reader, written),
    key: mailKey(row.id, changeId, reader),
    calendar: row.is_outrun ? undefined : { method, content: writeInvitation(about, reader, method, now) },
  })
}

const OWN_PAGE_HOURS = 72

/** The way to the client's own page, in the mail that confirms. A mail that is made again has a link of its own. */
async function ownPageOf(
  { db, config }: Needs,
  { told, client_id: clientId, may_sign_in }: Found,
  reader: Reader,
  now: Instant,
): Promise<Pick<Particulars, 'ownPage'>> {
  const isWanted = reader === 'client' && told.what === 'booked' && told.since?.what !== 'cancelled'
  if (!isWanted || !may_sign_in) return {}
  const token = await issueSignInLink(db, { clientId, hours: OWN_PAGE_HOURS }, now)
  return { ownPage: { address: `${config.baseUrl}/sign-in/links/${token}`, hours: OWN_PAGE_HOURS } }
}

/** What the client still has to sign; nothing for the dietitian's own mails. */
async function toSignOf(
  { db, config }: Needs,
  { client_id }: Row,
  reader: Reader,
  now: Instant,
): Promise<Particulars['toSign']> {
  if (reader !== 'client') return undefined
  const titles = (await listToSign(db, client_id, now)).map(({ title }) => title)
  return { titles, address: `${config.baseUrl}/my/documents` }
}

const ownOf = ({ db }: Needs, row: Row, kind: MailKind): Promise<Particulars['own']> =>
  findOwnWords(db, kind, {
    name: row.booked_name,
    practice: row.practice.name,
    dietitian: row.dietitian_name,
  })

async function planReminders(needs: Needs, changeId: number): Promise<void> {
  const { db, jobs } = needs
  const row = await findChange(needs, changeId, 'client')
  if (!row || row.told.what === 'cancelled' || row.told.since) return
  const { id: appointmentId, sequence } = row
  const readers: Reader[] = row.reminders ? ['client', 'dietitian'] : ['dietitian']
  for (const { hoursBefore, at } of remindersFor({ startsAt: row.startsAt, changedAt: row.at })) {
    for (const to of readers) {
      const key = `${appointmentId}:${sequence}:${hoursBefore}:${to}`
      await jobs.schedule(db, 'appointment-reminder', { appointmentId, sequence, hoursBefore, to }, at, key)
    }
  }
}

async function remind(needs: Needs, reminder: Queues['appointment-reminder']): Promise<void> {
  const { db, clock, mailer } = needs
  const { appointmentId, sequence, hoursBefore, to } = reminder
  const row = await findAppointment(db, appointmentId)
  const now = clock.now()
  if (!row || (to === 'client' && !row.reminders)) return
  const timed = { state: row.state, sequence: row.sequence, startsAt: row.starts_at }
  if (!isStillWanted(timed, reminder, now)) return
  const about = {
    ...particularsOf(needs, row, { startsAt: row.starts_at, sequence }),
    toSign: await toSignOf(needs, row, to, now),
    own: to === 'client' ? await ownOf(needs, row, 'reminder') : undefined,
  }
  const written = to === 'client' ? writeReminderToClient(about, now) : writeReminderToDietitian(about)
  await mailer.send({
    ...addressed(about, to, written),
    key: `appointment:${appointmentId}:${sequence}:reminder-${hoursBefore}:${to}`,
  })
}

const mailKey = (appointmentId: string, changeId: number, reader: Reader): string =>
  `appointment:${appointmentId}:${changeId}:${reader}`

function addressed(
  { client, dietitian, practice, bookedName }: Particulars,
  reader: Reader,
  written: Written,
) {
  const to = reader === 'client' ? client.email : dietitian.email
  const toName = reader === 'client' ? greeted(bookedName) : dietitian.name
  return { ...written, to, toName, replyTo: practice.email } satisfies Omit<Mail, 'key'>
}

type Row = ParticularsRow & {
  client_id: string
  is_unproved: boolean
  state: State
  sequence: number
  reminders: boolean
  link_sealed: Buffer
}

type ChangeRow = Row & {
  at: Instant
  what: Told['what']
  by_role: Told['byRole']
  from_starts_at: Instant | null
  to_starts_at: Instant
  change_sequence: number
  later_what: 'moved' | 'cancelled' | 'restored' | null
  message_sealed: Buffer | null
  later_starts_at: Instant | null
  is_outrun: boolean
  may_sign_in: boolean
}

type Found = ChangeRow & { told: Told; startsAt: Instant }

// A dietitian who may no longer sign in gets no more mail about clients: it goes to the practice. Who may not see the
// chart reads the name that was typed with the booking.
const columns = `
  a.id, a.uid, a.state, a.sequence, a.starts_at, a.ends_at, a.place, a.zone, a.price_cents, a.currency,
  a.change_deadline_minutes, a.booked_name, a.booked_phone, a.reminders, a.link_sealed, a.client_id, a.type_name,
  case when may_see_chart(d.id, c.id) then c.name else a.booked_name end as client_name, c.email as client_email,
  not may_see_chart(d.id, c.id) as is_unproved, d.name as dietitian_name, d.zone as dietitian_zone,
  case when u.disabled_at is null then u.email else p.email end as dietitian_email,
  json_build_object('name', p.name, 'zone', p.zone, 'email', p.email, 'phone', p.phone, 'address', p.address) as practice`

const joined = `
  join dietitians d on d.id = a.dietitian_id
  join accounts u on u.id = d.account_id
  join clients c on c.id = a.client_id
  cross join practice p`

const appointmentSql = `select ${columns} from appointments a ${joined} where a.id = ?`

// Outrun: the mail of a later cancellation was quicker. An invitation after it would bring the appointment back to life;
// and a cancellation after the mail of its undoing would take it away.
const changeSql = `
  select ${columns}, h.at, h.what, h.by_role, h.from_starts_at, h.to_starts_at, h.sequence as change_sequence, h.message_sealed,
    later.what as later_what, later.to_starts_at as later_starts_at,
    not exists (
      select 1 from accounts x where (x.id = c.account_id and x.disabled_at is not null)
        or (lower(x.email) = lower(c.email) and x.role <> 'client')) as may_sign_in,
    exists (
      select 1 from appointment_changes x
      join sent_mails s on s.key = 'appointment:' || x.appointment_id || ':' || x.id || ':' || ?
      where x.appointment_id = a.id and x.id > h.id
        and x.what = case when h.what = 'cancelled' then 'restored' else 'cancelled' end
    ) as is_outrun
  from appointment_changes h
  join appointments a on a.id = h.appointment_id
  ${joined}
  left join lateral (
    select x.what, x.to_starts_at from appointment_changes x
    where x.appointment_id = a.id and x.id > h.id and x.what in ('moved', 'cancelled', 'restored')
    order by x.id desc limit 1
  ) later on true
  where h.id = ? and h.what in ('booked', 'moved', 'cancelled', 'restored')`

async function findAppointment(db: Knex, id: string): Promise<Row | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(appointmentSql, [id])
  return rows[0]
}

async function findChange(
  { db, sealer }: Pick<Needs, 'db' | 'sealer'>,
  changeId: number,
  reader: Reader,
): Promise<Found | undefined> {
  const { rows } = await db.raw<{ rows: ChangeRow[] }>(changeSql, [reader, changeId])
  const [row] = rows
  if (!row) return undefined
  const told: Told = {
    what: row.what,
    byRole: row.by_role,
    fromStartsAt: row.from_starts_at,
    since: sinceOf(row),
    message: row.message_sealed
      ? sealer.open(wordsPlace('message_sealed', changeId), row.message_sealed)
      : '',
  }
  return { ...row, told, startsAt: row.to_starts_at, sequence: row.change_sequence }
}

function sinceOf({ what, to_starts_at, later_what, later_starts_at }: ChangeRow): Told['since'] {
  if (later_what === null || later_starts_at === null) return null
  if (later_what === 'cancelled') return { what: 'cancelled' }
  if (later_what === 'restored' && what === 'cancelled') return { what: 'restored' }
  return later_starts_at === to_starts_at ? null : { what: 'moved', startsAt: later_starts_at }
}

function particularsOf({ config, sealer }: Needs, row: Row, moment: Moment): Particulars {
  const place = { table: 'appointments', column: 'link_sealed', row: row.id }
  return toParticulars(row, moment, { baseUrl: config.baseUrl, token: sealer.open(place, row.link_sealed) })
}
