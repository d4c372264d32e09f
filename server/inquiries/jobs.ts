import type { Knex } from 'knex'
import type { Instant } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../jobs/events.ts'
import type { Mailer } from '../mail/transport.ts'
import { writeToPractice } from './mails.ts'

type Needs = Pick<Deps, 'db' | 'config'> & { mailer: Mailer }

export const inquiryHandlers = ({
  db,
  config,
  mailer,
}: Needs): Pick<Handlers, 'inquiry-mail-to-practice'> => ({
  async 'inquiry-mail-to-practice'({ inquiryId }) {
    const row = await findInquiry(db, inquiryId)
    if (!row) return
    const link = `${config.baseUrl}/practice/inquiries/${row.id}`
    const practice = { name: row.practice_name, zone: row.zone }
    await mailer.send({
      ...writeToPractice({ name: row.name, at: row.created_at, practice, link }),
      key: `inquiry:${row.id}:practice`,
      to: row.practice_email,
      toName: row.practice_name,
      replyTo: row.email,
    })
  },
})

type Row = {
  id: string
  name: string
  email: string
  created_at: Instant
  practice_name: string
  practice_email: string
  zone: string
}

async function findInquiry(db: Knex, id: string): Promise<Row | undefined> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select i.id, i.name, i.email, i.created_at, p.name as practice_name, p.email as practice_email, p.zone
     from inquiries i cross join practice p where i.id = ?`,
    [id],
  )
  return rows[0]
}
