import type { Knex } from 'knex'

// Which key sealed a value stands at its beginning: one byte of length, then the key's id. With an index on it, asking
// which keys are still needed, and taking the values of an old one batch by batch, never reads the values themselves.
// A column that is sealed later brings its own index: (sealing_key_of(the column), the row's key).
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    create table sealing_keys (
      id text primary key check (length(id) between 1 and 40),
      fingerprint bytea not null check (length(fingerprint) = 32),
      first_used_at timestamptz not null
    );

    create function sealing_key_of(sealed bytea) returns text
      language sql immutable strict parallel safe
      return case when length(sealed) = 0 then ''
        else encode(substring(sealed from 2 for get_byte(sealed, 0)), 'escape') end;

    do $$
    declare
      sealed record;
    begin
      for sealed in
        select c.table_name, c.column_name, k.column_name as key_name
        from information_schema.columns c
        join information_schema.table_constraints t
          on t.table_schema = c.table_schema and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
        join information_schema.key_column_usage k
          on k.constraint_schema = t.constraint_schema and k.constraint_name = t.constraint_name
        where c.table_schema = 'public' and c.data_type = 'bytea' and c.column_name like '%\\_sealed'
      loop
        execute format('create index %I on %I (sealing_key_of(%I), %I) where %I is not null',
          sealed.table_name || '_' || sealed.column_name || '_key',
          sealed.table_name, sealed.column_name, sealed.key_name, sealed.column_name);
      end loop;
    end
    $$;

    alter table sign_in_failures rename to tries;
    alter index sign_in_failures_pkey rename to tries_pkey;
    create index tries_expire on tries (expire);
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
