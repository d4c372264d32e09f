import type { Knex } from 'knex'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../jobs/events.ts'
import type { Mailer } from '../mail/transport.ts'
import { writeToDietitian } from './mails.ts'

type Needs = Pick<Deps, 'db' | 'config'> & { mailer: Mailer }

export const responseHandlers = ({
  db,
  config,
  mailer,
}: Needs): Pick<Handlers, 'response-mail-to-dietitian'> => ({
  async 'response-mail-to-dietitian'({ responseId }) {
    const row = await findSent(db, responseId)
    if (!row) return
    const { id, clientId, clientName, clientEmail, number, sentAt, reader, practiceName, zone } = row
    const link = `${config.baseUrl}/practice/clients/${clientId}/responses/${id}`
    const practice = { name: practiceName, zone }
    await mailer.send({
      ...writeToDietitian({ clientName, isAmendment: number > 1, sentAt, reader, practice, link }),
      key: `response:${id}:dietitian`,
      to: row.readerEmail ?? row.practiceEmail,
      toName: reader ?? practiceName,
      replyTo: clientEmail,
    })
  },
})

type Row = {
  id: string
  clientId: string
  clientName: string
  clientEmail: string
  number: number
  sentAt: Instant
  reader: string | null
  readerEmail: string | null
  practiceName: string
  practiceEmail: string
  zone: string
}

// Whoever asked for it reads it, if they may still see the chart; or else the dietitian of the appointment that comes next, or was last.
const sentSql = `
  select r.id, r.client_id as "clientId", c.name as "clientName", c.email as "clientEmail", r.number,
    r.sent_at as "sentAt", d.name as reader, a.email as "readerEmail",
    p.name as "practiceName", p.email as "practiceEmail", p.zone
  from responses r
  join clients c on c.id = r.client_id
  cross join practice p
  left join lateral (
    select coalesce(
      (select d.id from form_requests q join dietitians d on d.account_id = q.asked_by
       where q.response_id = r.id and d.active and may_see_chart(d.id, c.id) order by q.asked_at desc limit 1),
      (select d.id from appointments t join dietitians d on d.id = t.dietitian_id
       where t.client_id = c.id and t.state in ('booked', 'kept') and d.active and may_see_chart(d.id, c.id)
       order by t.ends_at > r.sent_at desc, abs(extract(epoch from t.starts_at - r.sent_at)), t.id limit 1)
    ) as id
  ) chosen on true
  left join dietitians d on d.id = chosen.id
  left join accounts a on a.id = d.account_id
  where r.id = ? and r.sent_at is not null`

async function findSent(db: Knex, id: string): Promise<Row | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(sentSql, [id])
  return rows[0]
}
