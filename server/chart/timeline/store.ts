import type { Knex } from 'knex'
import type { State } from '../../appointments/states.ts'
import { type Instant, iso } from '../../clock.ts'
import type { PlaceName } from '../../words.ts'
import type { Cursor } from './cursor.ts'
import type { Kind } from './kinds.ts'

/** Of an appointment; `with`: the id of its dietitian. */
type Of = { id: string; type: string; with: string }
type Visit = Of & { state: State; wasLate: boolean; place: PlaceName; name: string }
type Change = Of & { what: string; role: string; from: Instant | null; to: Instant }

/** What a moment tells, by what happened. */
export type Happened =
  | { what: 'visit'; about: Visit }
  | { what: 'change'; about: Change }
  | { what: 'sent'; about: { id: string; title: string; number: number; isCheckIn: boolean } }
  | { what: 'asked'; about: { title: string; isBack: boolean; isCheckIn: boolean } }
  | { what: 'note'; about: { id: string; signer: string; isShared: boolean } }
  | { what: 'draft'; about: { id: string } }
  | { what: 'addendum'; about: { id: string; signer: string; number: number } }
  | { what: 'mail'; about: { subject: string } }
  | { what: 'consent'; about: { id: string; title: string; number: number } }
  | { what: 'file'; about: { id: string; nameSealed: string; bytes: number } }

/** `key` tells moments of the same millisecond apart. */
export type Moment = { at: Instant; key: string } & Happened

type Branch = {
  of: Kind
  key: string
  at: string
  what: string
  about: string
  from: string
  /** Of who reads alone: their account is bound too. */
  isOwn?: boolean
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`
const IS_CHECK_IN = `f.slug like '%check-in'`

const formsOf = (kind: 'forms' | 'check-ins'): Branch[] => {
  const which = kind === 'forms' ? `not ${IS_CHECK_IN}` : IS_CHECK_IN
  const isCheckIn = String(kind === 'check-ins')
  return [
    {
      of: kind,
      key: `'r-' || r.id`,
      at: 'r.sent_at',
      what: 'sent',
      about: `'id', r.id, 'title', v.title, 'number', r.number, 'isCheckIn', ${isCheckIn}`,
      from: `responses r join forms f on f.id = r.form_id join form_versions v on v.id = r.form_version_id
        where r.client_id = ? and r.sent_at is not null and ${which}`,
    },
    {
      of: kind,
      key: `'q-' || q.id`,
      at: 'q.asked_at',
      what: 'asked',
      about: `'title', v.title, 'isBack', q.withdrawn_at is not null, 'isCheckIn', ${isCheckIn}`,
      from: `form_requests q join forms f on f.id = q.form_id join current_form_versions v on v.form_id = f.id
        where q.client_id = ? and ${which}`,
    },
  ]
}

/** Each by an index on the client and the time, or of the client's own few. Times are numbers, within JSON too. */
const branches: Branch[] = [
  {
    of: 'appointments',
    key: `'v-' || a.id`,
    at: 'a.starts_at',
    what: 'visit',
    about: `'id', a.id, 'type', a.type_name, 'state', a.state, 'wasLate', a.was_late, 'place', a.place,
      'with', a.dietitian_id, 'name', d.name`,
    from: `appointments a join dietitians d on d.id = a.dietitian_id
      where a.client_id = ? and a.state not in ('held', 'lapsed')`,
  },
  {
    of: 'appointments',
    key: `'h-' || h.id`,
    at: 'h.at',
    what: 'change',
    about: `'id', a.id, 'type', a.type_name, 'what', h.what, 'role', h.by_role, 'with', a.dietitian_id,
      'from', ${ms('h.from_starts_at')}, 'to', ${ms('h.to_starts_at')}`,
    from: `appointments a join appointment_changes h on h.appointment_id = a.id
      where a.client_id = ? and h.what in ('booked', 'moved', 'cancelled', 'restored')`,
  },
  ...formsOf('forms'),
  ...formsOf('check-ins'),
  {
    of: 'notes',
    key: `'n-' || n.id`,
    at: 'n.signed_at',
    what: 'note',
    about: `'id', n.id, 'signer', n.signer_name,
      'isShared', exists (select 1 from note_shares s where s.note_id = n.id)`,
    from: 'notes n where n.client_id = ? and n.signed_at is not null',
  },
  {
    of: 'notes',
    key: `'d-' || n.id`,
    at: 'n.saved_at',
    what: 'draft',
    about: `'id', n.id`,
    from: 'notes n where n.client_id = ? and n.signed_at is null and n.author_id = ?',
    isOwn: true,
  },
  {
    of: 'notes',
    key: `'e-' || e.id`,
    at: 'e.signed_at',
    what: 'addendum',
    about: `'id', e.note_id, 'signer', e.signer_name, 'number', e.number`,
    from: 'note_addenda e where e.client_id = ? and e.signed_at is not null',
  },
  {
    of: 'mails',
    key: `'m-' || md5(m.key)`,
    at: 'm.sent_at',
    what: 'mail',
    about: `'subject', m.subject`,
    from: 'sent_mails m where m.client_id = ?',
  },
  {
    of: 'consents',
    key: `'c-' || s.id`,
    at: 's.signed_at',
    what: 'consent',
    about: `'id', s.id, 'title', v.title, 'number', v.number`,
    from: `consent_signatures s join consent_versions v on v.id = s.consent_version_id where s.client_id = ?`,
  },
  {
    of: 'files',
    key: `'f-' || f.id`,
    at: 'f.created_at',
    what: 'file',
    about: `'id', f.id, 'nameSealed', encode(f.name_sealed, 'base64'), 'bytes', f.bytes`,
    from: `files f join responses r on r.id = f.response_id
      where f.client_id = ? and r.sent_at is not null`,
  },
]

export const PAGE = 30

type Wanted = {
  clientId: string
  dietitianId: string
  accountId: string
  kind: Kind | null
  before: Cursor | null
}

/**
 * What happened with a client, the latest first; what is still to come stands before it. One more than a page, to know
 * of the next. Of drafts of notes only those of who reads.
 */
export async function listMoments(db: Knex, wanted: Wanted): Promise<Moment[]> {
  const { clientId, dietitianId, accountId, kind, before } = wanted
  const chosen = branches.filter(({ of }) => kind === null || of === kind)
  const cursor = before ? [iso(before.at), before.key] : []
  const parts = chosen.map(
    ({ key, at, what, about, from }) => `
      (select ${at} as at, ${key} as key, '${what}' as what, json_build_object(${about}) as about
       from ${from}${before ? ` and (${at}, ${key}) < (?::timestamptz, ?)` : ''}
       order by ${at} desc, ${key} desc limit ${PAGE + 1})`,
  )
  const { rows } = await db.raw<{ rows: Moment[] }>(
    `select t.at, t.key, t.what, t.about from (${parts.join(' union all ')}) t
     where may_see_chart(?, ?) order by t.at desc, t.key desc limit ${PAGE + 1}`,
    [
      ...chosen.flatMap(({ isOwn }) => [clientId, ...(isOwn ? [accountId] : []), ...cursor]),
      dietitianId,
      clientId,
    ],
  )
  return rows
}
