/**
 * A practice of many clients as SQL, straight into the tables, without triggers and foreign keys. For each client there
 * are five appointments, ten responses, three notes and a hundred entries of the audit. Whatever is near today is nearly
 * the same in a practice of any size: the days that were and the days to come are as full, and of a hundred clients more
 * one has a sign that nobody has acknowledged, and one a form to send.
 */

const FIRST = `Ana,Ben,Carla,Dana,Elif,Finn,Grace,Hugo,Ines,Jonah,Kavya,Liam,Maya,Noor,Oscar,Priya,Quinn,Rosa,Samir,Tara,
  Uma,Victor,Wendy,Xenia,Yusuf,Zoë,José,Chloé,Björn,Renée,Anaïs,Søren,Łukasz,Mónica,Andrés,Daphne,Edith,Farid,Gwen,Hana`
const LAST = `Anderson,Brontë,Castillo,Dubois,Eriksson,Fernández,Gutiérrez,Hansen,Ibrahim,Jensen,Kowalski,Larsson,Müller,
  Nguyen,O’Brien,Peterson,Quintero,Ramírez,Schneider,Thompson,Ullman,Vasquez,Williams,Xu,Yamamoto,Zimmermann,Baker,Cooper,
  Diaz,Evans,Foster,Garcia,Hughes,Iverson,Jackson,Kelly,Lopez,Murphy,Novak,Ortiz,Park,Reed,Silva,Turner`

const names = (list: string) => `string_to_array('${list.replace(/\s+/g, '')}', ',')`

/** What was sealed once and is copied: of these rows none is opened on a page that is measured. */
export const sealedSql =
  'create temp table sealed as select $1::bytea as short, $2::bytea as intake, $3::bytea as check_in, $4::bytea as note'

/** $1: how many clients, $2: now, $3: the dietitians. Of each client, the n-th, one of them is the usual one. */
export const peopleSql = `
  with names as (select ${names(FIRST)} as firsts, ${names(LAST)} as lasts)
  insert into clients (email, name, phone, zone, created_at, dietitian_id)
  select 'client' || n || '@example.com',
    firsts[1 + abs(hashtext('first' || n)) % cardinality(firsts)] || ' ' || lasts[1 + abs(hashtext('last' || n)) % cardinality(lasts)],
    '+1 317 ' || lpad((200 + n % 700)::text, 3, '0') || ' ' || lpad((n * 37 % 10000)::text, 4, '0'), 'America/Chicago',
    $2::timestamptz - make_interval(days => n % 1400), case when n % 10 = 0 then ($3::uuid[])[1 + n / 10 % 4] end
  from names, generate_series(1, $1::int) n`

/** Beside the clients: their number, the dietitian they come to, and that one's account. */
export const numbersSql = `
  create temp table people as
    select c.id, c.nth - 1 as n, d.id as dietitian_id, d.account_id, d.name as dietitian
    from (select id, (regexp_match(email, '\\d+'))[1]::int as nth from clients) c
    join dietitians d on d.position = (c.nth - 1) % 4 + 1;
  create unique index on people (n);
  create index on people (dietitian_id, n);
  analyze people`

/**
 * $1: midnight, $2 and $3: the first and the last day, counted from today; $4: the type. Six a day, in UTC. One client of
 * ten has never kept an appointment.
 */
export const diarySql = `
  with slots as (
    select d.id as dietitian_id, d.position, day, (day - $2::int) * 6 + nth - 1 as k, s.starts_at
    from dietitians d, generate_series($2::int, $3::int) day, unnest(array[9, 10, 11, 13, 14, 15]) with ordinality h (hour, nth),
      lateral (select $1::timestamptz + make_interval(days => day, hours => hour) as starts_at) s),
  states as (
    select *, case when k % 17 = 0 then 'cancelled' when day >= 0 then 'booked' when k % 31 = 0 then 'no_show' else 'kept' end as state
    from slots)
  insert into appointments (dietitian_id, appointment_type_id, type_name, client_id, state, starts_at, ends_at, blocks, place,
    zone, uid, price_cents, currency, change_deadline_minutes, booked_name, hold_hash, link_hash, link_sealed, created_at,
    booked_at, cancelled_at)
  select a.dietitian_id, $4::uuid, 'FODMAP review', p.id, a.state, a.starts_at, a.starts_at + interval '45 minutes',
    tstzrange(a.starts_at, a.starts_at + interval '55 minutes'), 'video', 'America/Chicago',
    'd' || a.position || '-' || a.k || '@bench.example', 12500, 'USD', 1440, 'Ana Example',
    sha256(('hold' || a.position || '-' || a.k)::bytea), sha256(('link' || a.position || '-' || a.k)::bytea), (select short from sealed),
    a.starts_at - interval '20 days', a.starts_at - interval '20 days',
    case when a.state = 'cancelled' then a.starts_at - interval '3 days' end
  from states a
  cross join (select count(*)::int / 40 as tenth from people) o
  join people p on p.n = 4 * case when a.state = 'no_show' then 9 * o.tenth + a.k / 31 % o.tenth
    else a.k::bigint * 7919 % (9 * o.tenth) end + a.position - 1`

/** Also who was put away: some of those who do not come any more. $1: now */
export const historySql = [
  `insert into appointment_changes (appointment_id, at, what, by_role, to_starts_at, sequence)
   select a.id, case when w.what = 'booked' then a.booked_at else coalesce(a.cancelled_at, a.ends_at) end, w.what,
     case when w.what = 'booked' then 'client' else 'dietitian' end, a.starts_at, 0
   from appointments a, unnest(array['booked', nullif(a.state, 'booked')]) w (what) where w.what is not null`,
  `insert into sent_mails (key, message_id, sent_at, client_id, subject)
   select 'appointment:' || h.appointment_id || ':' || h.id || ':' || r.reader, '<' || h.id || r.reader || '@bench.example>',
     h.at, case when r.reader = 'client' then a.client_id end, 'Your appointment'
   from appointment_changes h join appointments a on a.id = h.appointment_id, (values ('client'), ('dietitian')) r (reader)
   where h.what in ('booked', 'cancelled')`,
  `update clients c set is_active = true from appointments a where a.client_id = c.id and a.state = 'kept'`,
  `update clients c set archived_at = c.created_at from people p
   where p.id = c.id and p.n % 13 = 0 and not exists (
     select 1 from appointments a where a.client_id = c.id and a.state = 'booked')`,
  `insert into own_clients (dietitian_id, client_id)
   select dietitian_id, id from clients where dietitian_id is not null
   union select dietitian_id, client_id from appointments`,
  `insert into accounts (role, email, created_at)
   select 'client', c.email, c.created_at from people p join clients c using (id) where p.n % 2 = 0`,
  `update clients c set account_id = a.id from accounts a where a.role = 'client' and a.email = c.email`,
  `insert into time_off (dietitian_id, starts_at, ends_at)
   select d.id, $1::timestamptz + make_interval(days => 7 * w + 40), $1::timestamptz + make_interval(days => 7 * w + 41)
   from dietitians d, generate_series(-60, 4) w`,
  `insert into inquiries (name, email, message_sealed, created_at, answered_at)
   select 'Writer ' || n, 'writer@example.com', (select short from sealed), $1::timestamptz - make_interval(hours => n),
     case when n > 4 then $1::timestamptz end
   from generate_series(1, 4 + (select count(*)::int from people) / 20) n`,
  `insert into consent_signatures (consent_version_id, client_id, typed_name, signed_at, address, text_sha256)
   select v.id, c.id, c.name, c.created_at, '203.0.113.7', v.sha256
   from consent_versions v, people p join clients c using (id) where p.n % 9 > 0`,
]

/** $1: now. Ten responses of each client, the first of them an intake; scores, signs, requests, plans and files with them. */
export const answersSql = `
  insert into responses (id, client_id, form_id, form_version_id, series_id, answers_sealed, begun_at, saved_at, sent_at)
  select r.id, r.client_id, f.id, v.id, r.id, case when nth = 1 then (select intake from sealed) else (select check_in from sealed) end, r.at, r.at, r.at
  from (
    select gen_random_uuid() as id, p.id as client_id, nth,
      $1::timestamptz - make_interval(days => (11 - nth) * 28 + p.n % 28, mins => p.n) as at
    from people p, generate_series(1, 10) nth offset 0) r
  join forms f on f.slug = case when nth = 1 then 'intake' else 'check-in' end
  join current_form_versions v on v.form_id = f.id`

export const aboutAnswersSql = [
  `insert into scores (response_id, link_id, client_id, label, value, at)
   select r.id, s.link_id, r.client_id, 'Score', 10 + p.n % 50, r.sent_at
   from responses r join people p on p.id = r.client_id, (values ('gut-score'), ('skin-score')) s (link_id)`,
  `insert into raised_signs (response_id, client_id, position, kind, sign_sealed, raised_at, acknowledged_at,
     acknowledged_by, word_sealed)
   select r.id, r.client_id, 0, (array['sign', 'caution', 'urgent'])[1 + p.n % 3], (select short from sealed), r.sent_at, a.at,
     case when a.at is not null then p.account_id end, case when a.at is not null then (select short from sealed) end
   from responses r join people p on p.id = r.client_id,
     lateral (select p.n < 40 or p.n % 100 = 7 as is_open) o,
     lateral (select case when not o.is_open or r.sent_at < $1::timestamptz - interval '60 days' then r.sent_at end as at) a
   where p.n % 7 = 0 or o.is_open`,
  `insert into form_requests (client_id, form_id, due_at, asked_at, response_id, answered_at)
   select r.client_id, r.form_id, r.sent_at, r.begun_at - interval '2 days', r.id, r.sent_at
   from responses r join people p on p.id = r.client_id where hashtext(r.id::text) % 4 = 0`,
  `insert into form_requests (client_id, form_id, due_at, asked_at)
   select p.id, f.id, $1::timestamptz + interval '3 days', $1::timestamptz - interval '1 day'
   from people p, forms f where f.slug = 'check-in' and (p.n % 100 = 3 or p.n between 40 and 79)`,
  `insert into form_requests (client_id, form_id, appointment_id, due_at, asked_at)
   select a.client_id, f.id, a.id, a.starts_at, a.created_at
   from appointments a, forms f where f.slug = 'check-in' and a.state = 'booked' and a.starts_at > $1::timestamptz - interval '1 day'
   and hashtext(a.uid) % 2 = 0`,
  `insert into form_plans (client_id, form_id, every_weeks, next_due_on, asked_by, asked_at)
   select p.id, f.id, 4, $1::date + p.n % 28, p.account_id, $1 from people p, forms f where f.slug = 'check-in' and (p.n % 100 = 3 or p.n between 40 and 79)`,
  `insert into files (client_id, response_id, link_id, content_type, bytes, name_sealed, content_sealed, created_at)
   select r.client_id, r.id, 'papers', 'application/pdf', 14, (select short from sealed), (select short from sealed), r.sent_at
   from responses r where hashtext(r.id::text) % 20 = 0`,
]

/** $1: now. Three signed notes of each client, and three drafts of each dietitian. */
export const notesSql = [
  `insert into notes (client_id, author_id, appointment_id, content_sealed, begun_at, saved_at, signed_at, signer_name,
     signer_credentials, sha256)
   select p.id, p.account_id, a.id, s.note, w.at, w.at, w.at, p.dietitian, 'RD', sha256(s.note)
   from sealed s, people p cross join generate_series(1, 3) nth
   left join lateral (
     select k.id, k.ends_at from appointments k where k.client_id = p.id and k.state = 'kept'
     order by k.starts_at offset nth - 1 limit 1) a on true,
   lateral (select coalesce(a.ends_at, $1::timestamptz - make_interval(days => 30 * nth)) as at) w`,
  `insert into notes (client_id, author_id, content_sealed, begun_at, saved_at)
   select p.id, p.account_id, s.note, $1, $1 from sealed s, people p where p.n < 12`,
  `insert into note_addenda (note_id, client_id, number, author_id, content_sealed, begun_at, saved_at, signed_at,
     signer_name, signer_credentials, sha256)
   select n.id, n.client_id, 1, n.author_id, s.note, n.saved_at, n.saved_at, $1, n.signer_name, 'RD', n.sha256
   from sealed s, notes n where n.signed_at is not null and hashtext(n.id::text) % 20 = 0`,
  `insert into note_shares (note_id, client_id, shared_at, shared_by)
   select n.id, n.client_id, $1, n.author_id from notes n where n.signed_at is not null and hashtext(n.id::text) % 10 = 0`,
]

/**
 * $1: now, $2: the entries of a client, $3: those of the chart that is measured, $4: its client. The hashes are none of
 * a chain: the pages do not look at them.
 */
export const auditSql = [
  `insert into audit_entries (position, at, account_id, role, action, client_id, subject_id, mac)
   select e.n, $1::timestamptz - make_interval(secs => (o.total - e.n) * 20), coalesce(p.account_id, d.account_id), 'dietitian',
     (array['chart.read', 'response.read', 'note.read', 'note.signed', 'appointment.marked'])[1 + e.n % 5],
     coalesce(p.id, $4), coalesce(p.id, $4), sha256(e.n::text::bytea)
   from (select (count(*) * $2::int + $3::int)::int as total, count(*)::int as many from people) o
   cross join lateral generate_series(1, o.total) e (n)
   cross join (select account_id from dietitians where position = 1) d
   left join people p on e.n <= o.total - $3::int and p.n = e.n::bigint * 7919 % o.many`,
  `update audit_head h set (position, mac, at) = (
     select e.position, e.mac, e.at from audit_entries e order by e.position desc limit 1)`,
]
