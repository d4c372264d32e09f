import type { Knex } from 'knex'
import { type Instant, iso } from '../../clock.ts'

export type Session = {
  id: string
  device: string
  createdAt: Instant
  seenAt: Instant
  isThis: boolean
}

/** Where this account is signed in, this one first. @param since when they were last seen at the earliest */
export async function listSessions(
  db: Knex,
  of: { accountId: string; sid: string },
  since: { seen: Instant; created: Instant },
): Promise<Session[]> {
  const { rows } = await db.raw<{ rows: Session[] }>(
    `select id, coalesce(sess ->> 'device', '') as device, (sess ->> 'createdAt')::bigint as "createdAt",
       coalesce(seen_at, to_timestamp((sess ->> 'createdAt')::bigint / 1000.0)) as "seenAt", sid = ? as "isThis"
     from sessions
     where account_id = ? and coalesce(seen_at, to_timestamp((sess ->> 'createdAt')::bigint / 1000.0)) > ?
       and (sess ->> 'createdAt')::bigint > ?
     order by 5 desc, 4 desc, id`,
    [of.sid, of.accountId, iso(since.seen), since.created],
  )
  return rows
}

/** @returns whether there was one, of this account */
export async function endOneSession(db: Knex, accountId: string, id: string): Promise<boolean> {
  return (await db('sessions').where({ account_id: accountId, id }).del()) > 0
}

/** Those of dietitians that began without a second factor, now that one is asked for. */
export async function endSessionsWithoutFactor(db: Knex, exceptSid: string): Promise<void> {
  await db.raw(
    `delete from sessions s using accounts a
     where a.id = s.account_id and a.role = 'dietitian' and coalesce(s.sess ->> 'hasFactor', 'false') <> 'true'
       and s.sid <> ?`,
    [exceptSid],
  )
}
