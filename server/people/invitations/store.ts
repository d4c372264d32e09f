import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { HOUR, type Instant, iso } from '../../clock.ts'
import type { Jobs } from '../../jobs/worker.ts'
import { hashToken, makeToken, type Sealer } from '../../sealing/seal.ts'
import { Forbidden } from '../../web/errors.ts'
import { takeTurn } from '../store.ts'

/** How long an invitation is good, from when it was sent. */
export const LASTS = 72 * HOUR

export type Invitation = {
  id: string
  name: string
  email: string
  isOwner: boolean
  seesAllCharts: boolean
  sentAt: Instant
  expiresAt: Instant
}

const columns = {
  id: 'id',
  name: 'name',
  email: 'email',
  isOwner: 'is_owner',
  seesAllCharts: 'sees_all_charts',
  sentAt: 'sent_at',
  expiresAt: 'expires_at',
}

/** Those that nobody has taken up or taken back, the newest first. */
export const listOpenInvitations = (db: Knex): Promise<Invitation[]> =>
  db('invitations')
    .where({ accepted_at: null, withdrawn_at: null })
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(100)
    .select<Invitation[]>(columns)

export type NewInvitation = {
  name: string
  email: string
  isOwner: boolean
  seesAllCharts: boolean
  typeIds: string[]
  invitedBy: string
}

type Needs = { db: Knex; sealer: Sealer; jobs: Jobs }

/** @returns who has the address already: somebody's account, a client, or an invitation that is open; or null: it is sent */
export const invite = (
  { db, sealer, jobs }: Needs,
  invitation: NewInvitation,
  now: Instant,
): Promise<'account' | 'client' | 'invited' | null> =>
  db.transaction(async (trx) => {
    const { name, email, invitedBy } = invitation
    if (!(await takeTurn(trx, invitedBy))) throw new Forbidden()
    const known = await findHolder(trx, email)
    if (known) return known
    const id = randomUUID()
    await trx.raw(
      `insert into invitations (id, email, name, sees_all_charts, is_owner, type_ids, invited_by, created_at, sent_at, expires_at)
       values (?, ?, ?, ?, ?, (select coalesce(array_agg(t.id), '{}') from appointment_types t where t.id = any(?::uuid[])), ?, ?, ?, ?)`,
      [
        id,
        email,
        name,
        invitation.seesAllCharts,
        invitation.isOwner,
        invitation.typeIds,
        invitedBy,
        iso(now),
        iso(now),
        iso(now + LASTS),
      ] as unknown as Knex.RawBinding[],
    )
    await jobs.publish(trx, 'person.invited', { invitationId: id })
    const entry = { accountId: invitedBy, action: 'person.invited', clientId: null, subjectId: id } as const
    await recordAct({ db: trx, sealer }, entry, now)
    return null
  })

async function findHolder(trx: Knex, email: string): Promise<'account' | 'client' | 'invited' | null> {
  const { rows } = await trx.raw<{ rows: [{ holder: 'account' | 'client' | 'invited' | null }] }>(
    `select case
       when exists (select 1 from accounts where lower(email) = lower(?) and role <> 'client') then 'account'
       when exists (select 1 from accounts where lower(email) = lower(?))
         or exists (select 1 from clients where lower(email) = lower(?)) then 'client'
       when exists (select 1 from invitations
         where lower(email) = lower(?) and accepted_at is null and withdrawn_at is null) then 'invited'
     end as holder`,
    [email, email, email, email],
  )
  return rows[0].holder
}

type Change = {
  id: string
  by: string
  action: 'person.invited' | 'person.uninvited'
  set: Record<string, string>
}

/** By an owner, of an invitation that is still open. @returns false when it is not any more */
const changeOpen = (
  { db, sealer }: { db: Knex; sealer: Sealer },
  { id, by, action, set }: Change,
  now: Instant,
  also: (trx: Knex.Transaction) => Promise<unknown> = async () => undefined,
): Promise<boolean> =>
  db.transaction(async (trx) => {
    if (!(await takeTurn(trx, by))) throw new Forbidden()
    const changed = await trx('invitations').where({ id, accepted_at: null, withdrawn_at: null }).update(set)
    if (changed === 0) return false
    await also(trx)
    await recordAct({ db: trx, sealer }, { accountId: by, action, clientId: null, subjectId: id }, now)
    return true
  })

/** A new link, for another 72 hours; those before are worth nothing. @returns false when it is not open any more */
export const sendAgain = (needs: Needs, { id, by }: { id: string; by: string }, now: Instant) => {
  const set = { sent_at: iso(now), expires_at: iso(now + LASTS) }
  return changeOpen(needs, { id, by, action: 'person.invited', set }, now, async (trx) => {
    await trx('invitation_links').where({ invitation_id: id }).del()
    await needs.jobs.publish(trx, 'person.invited', { invitationId: id })
  })
}

/** @returns false when it is not open any more */
export const withdrawInvitation = (
  needs: { db: Knex; sealer: Sealer },
  { id, by }: { id: string; by: string },
  now: Instant,
) => changeOpen(needs, { id, by, action: 'person.uninvited', set: { withdrawn_at: iso(now) } }, now)

export type Wanted = Pick<Invitation, 'name' | 'email' | 'sentAt' | 'expiresAt'> & { inviter: string }

/** What its mail tells; undefined when it is not open any more. */
export async function findWanted(db: Knex, id: string, now: Instant): Promise<Wanted | undefined> {
  const { rows } = await db.raw<{ rows: Wanted[] }>(
    `select i.name, i.email, i.sent_at as "sentAt", i.expires_at as "expiresAt", coalesce(d.name, p.name) as inviter
     from invitations i cross join practice p left join dietitians d on d.account_id = i.invited_by
     where i.id = ? and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > ?`,
    [id, iso(now)],
  )
  return rows[0]
}

/** A link for the mail. @returns its secret, which is kept as a hash alone */
export async function issueInvitationLink(db: Knex, invitationId: string): Promise<string> {
  const token = makeToken()
  await db('invitation_links').insert({ token_hash: hashToken(token), invitation_id: invitationId })
  return token
}

/** What somebody can offer, in the practice's order. */
export const listTypes = (db: Knex): Promise<{ id: string; name: string }[]> =>
  db('appointment_types')
    .where({ active: true })
    .orderBy('position')
    .orderBy('id')
    .limit(100)
    .select<{ id: string; name: string }[]>('id', 'name')
