import type { Knex } from 'knex'
import type { Head } from '../chain.ts'

/** Where the chain ends now. */
export async function findHead(db: Knex): Promise<Head> {
  return await db('audit_head').first('position', 'mac')
}

/** Whether the chain has come past a head: it has an entry of that number with that very hash. */
export async function hasPassed(db: Knex, { position, mac }: Head): Promise<boolean> {
  return (
    position === 0 || (await db('audit_entries').where({ position, mac }).first('position')) !== undefined
  )
}
