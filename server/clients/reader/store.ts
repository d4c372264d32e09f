import type { Knex } from 'knex'

/** To whom a mail goes, from which practice, and whether a link in it may sign them in. */
export type Reader = {
  name: string
  email: string
  practice: { name: string; email: string; phone: string }
  maySignIn: boolean
}

/** @throws {Error} when there is no such client */
export async function findReader(db: Knex, clientId: string): Promise<Reader> {
  const { rows } = await db.raw<{ rows: Reader[] }>(
    `select c.name, c.email, json_build_object('name', p.name, 'email', p.email, 'phone', p.phone) as practice,
       not exists (
         select 1 from accounts x where (x.id = c.account_id and x.disabled_at is not null)
           or (lower(x.email) = lower(c.email) and x.role <> 'client')) as "maySignIn"
     from clients c cross join practice p where c.id = ?`,
    [clientId],
  )
  if (!rows[0]) throw new Error('There is no such client')
  return rows[0]
}
