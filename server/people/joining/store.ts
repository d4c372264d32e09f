import type { Knex } from 'knex'
import { insertAccount } from '../../accounts/store.ts'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import { isDuplicate } from '../../database/refusals.ts'
import { freeSlug } from '../../practice/slugs/store.ts'
import { hashToken, type Sealer } from '../../sealing/seal.ts'
import type { Invitation } from '../invitations/store.ts'
import { lockPeople } from '../store.ts'

export type Opened = {
  state: 'open' | 'used' | 'over'
  name: string
  email: string
  inviter: string
}

/** What a link leads to; undefined when it is none of ours, or was replaced by a newer one. */
export async function findInvitation(db: Knex, token: string, now: Instant): Promise<Opened | undefined> {
  const { rows } = await db.raw<{ rows: Opened[] }>(
    `select i.name, i.email, coalesce(d.name, p.name) as inviter,
       case when i.accepted_at is not null then 'used'
         when i.withdrawn_at is not null or i.expires_at <= ? then 'over' else 'open' end as state
     from invitation_links l
     join invitations i on i.id = l.invitation_id
     cross join practice p left join dietitians d on d.account_id = i.invited_by
     where l.token_hash = ?`,
    [iso(now), hashToken(token)],
  )
  return rows[0]
}

export type Acceptance = { token: string; name: string; credentials: string; passwordHash: string }

/**
 * Makes the account and the dietitian, once.
 * @returns the account's id; 'over' when the invitation is not open any more; 'taken' when somebody else has the address
 * meanwhile
 */
export async function acceptInvitation(
  needs: { db: Knex; sealer: Sealer },
  acceptance: Acceptance,
  now: Instant,
): Promise<{ accountId: string } | 'over' | 'taken'> {
  try {
    return await needs.db.transaction((trx) => accept({ ...needs, db: trx }, acceptance, now))
  } catch (error) {
    if (isDuplicate(error)) return 'taken'
    throw error
  }
}

type Taken = Pick<Invitation, 'id' | 'email' | 'isOwner' | 'seesAllCharts'> & { typeIds: string[] }

async function accept(
  { db: trx, sealer }: { db: Knex; sealer: Sealer },
  { token, name, credentials, passwordHash }: Acceptance,
  now: Instant,
): Promise<{ accountId: string } | 'over' | 'taken'> {
  await lockPeople(trx)
  const { rows } = await trx.raw<{ rows: Taken[] }>(
    `select i.id, i.email, i.is_owner as "isOwner", i.sees_all_charts as "seesAllCharts", i.type_ids as "typeIds"
     from invitation_links l join invitations i on i.id = l.invitation_id
     where l.token_hash = ? and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > ?
     for update of i`,
    [hashToken(token), iso(now)],
  )
  const [invitation] = rows
  if (!invitation) return 'over'
  const isClients = await trx('clients').whereRaw('lower(email) = lower(?)', [invitation.email]).first('id')
  if (isClients) return 'taken'
  const account = { role: 'dietitian', email: invitation.email, passwordHash } as const
  const accountId = await insertAccount(trx, account, now)
  const dietitianId = await insertColleague(trx, { ...invitation, name, credentials, accountId }, now)
  await trx('invitations')
    .where({ id: invitation.id })
    .update({ accepted_at: iso(now), dietitian_id: dietitianId })
  const entry = { accountId, action: 'person.joined', clientId: null, subjectId: dietitianId } as const
  await recordAct({ db: trx, sealer }, entry, now)
  return { accountId }
}

type Colleague = Taken & { name: string; credentials: string; accountId: string }

/** Behind `lockPeople`. In the practice's zone, last in its order; without hours, so that nobody books before they say when they are there. */
async function insertColleague(trx: Knex, colleague: Colleague, now: Instant): Promise<string> {
  const { name, credentials, accountId, isOwner, seesAllCharts, typeIds } = colleague
  const { rows } = await trx.raw<{ rows: [{ id: string }] }>(
    `insert into dietitians (account_id, slug, name, credentials, zone, position, sees_all_charts, is_owner, created_at)
     select ?, ?, ?, ?, p.zone, (select coalesce(max(position), 0) + 1 from dietitians), ?, ?, ? from practice p
     returning id`,
    [
      accountId,
      await freeSlug(trx, { table: 'dietitians', name }),
      name,
      credentials,
      seesAllCharts,
      isOwner,
      iso(now),
    ],
  )
  const [{ id }] = rows
  await trx.raw(
    `insert into appointment_type_dietitians (appointment_type_id, dietitian_id)
     select t.id, ? from appointment_types t where t.id = any(?::uuid[])`,
    [id, typeIds] as unknown as Knex.RawBinding[],
  )
  return id
}
