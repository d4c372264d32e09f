import type { Knex } from 'knex'

// Where a slip of the finger is looked for: the name, and the address up to its @. Of the provider behind it half of a
// practice has the same, and whoever types "gmial" means none of them.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table clients add column near text
      generated always as (' ' || folded(name) || ' ' || folded(split_part(email, '@', 1))) stored;
    create index clients_near on clients using gin (near gin_trgm_ops);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
