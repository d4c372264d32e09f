import type { Knex } from 'knex'

// What is booked keeps the name of its type as it was. Late: came late when kept, cancelled too late when cancelled.
// A change by the practice can carry a reason (why outside its own rules) and the words that its mail begins with.
export const up = (knex: Knex): Promise<void> =>
  knex.raw(`
    alter table appointments add column type_name text, add column was_late boolean not null default false;
    update appointments a set type_name = t.name from appointment_types t where t.id = a.appointment_type_id;
    alter table appointments
      alter column type_name set not null,
      add check (length(type_name) between 1 and 120),
      add check (not was_late or state in ('kept', 'cancelled'));

    create function name_appointment() returns trigger language plpgsql as $$
    begin
      if new.type_name is null then
        select name into new.type_name from appointment_types where id = new.appointment_type_id;
      end if;
      return new;
    end
    $$;
    create trigger appointments_named before insert on appointments
      for each row execute function name_appointment();

    create index appointments_open on appointments (dietitian_id, ends_at) where state = 'booked';

    alter table appointment_changes
      drop constraint appointment_changes_what_check,
      add constraint appointment_changes_what_check check (what in ('booked', 'moved', 'cancelled', 'restored', 'kept',
        'late', 'no_show', 'reopened', 'cancelled_late', 'cancelled_in_time')),
      add column reason_sealed bytea check (length(reason_sealed) <= 10000),
      add column message_sealed bytea check (length(message_sealed) <= 10000);
    create index appointment_changes_reason_sealed_key on appointment_changes (sealing_key_of(reason_sealed), id)
      where reason_sealed is not null;
    create index appointment_changes_message_sealed_key on appointment_changes (sealing_key_of(message_sealed), id)
      where message_sealed is not null;
  `)

export const down = (): Promise<void> => Promise.reject(new Error('Migrations only go forward'))
