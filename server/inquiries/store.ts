import type { Knex } from 'knex'
import { type Ledger, recordAct } from '../audit/store.ts'
import { type Instant, iso } from '../clock.ts'
import type { Jobs } from '../jobs/worker.ts'

export type NewInquiry = { id: string; name: string; email: string; phone: string; messageSealed: Buffer }

/** Keeps the message and asks for the practice's mail in one transaction. */
export async function insertInquiry(db: Knex, jobs: Jobs, inquiry: NewInquiry, now: Instant): Promise<void> {
  const { messageSealed, ...rest } = inquiry
  await db.transaction(async (trx) => {
    await trx('inquiries').insert({ ...rest, message_sealed: messageSealed, created_at: iso(now) })
    await jobs.publish(trx, 'inquiry.received', { inquiryId: inquiry.id })
  })
}

export type InquiryLine = { id: string; name: string; createdAt: Instant; isAnswered: boolean }

export const PAGE = 25

type LineRow = { id: string; name: string; created_at: number; answered: boolean }

/** Unanswered first, then the newest; `page` counts from 0. One more than a page is asked for, to know of the next. */
export async function listInquiries(db: Knex, page: number): Promise<InquiryLine[]> {
  const rows = await db('inquiries')
    .select<LineRow[]>('id', 'name', 'created_at', db.raw('answered_at is not null as answered'))
    .orderByRaw('(answered_at is not null), created_at desc, id')
    .offset(page * PAGE)
    .limit(PAGE + 1)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    isAnswered: row.answered,
  }))
}

export async function countOpenInquiries(db: Knex): Promise<number> {
  const row = await db('inquiries').whereNull('answered_at').count<{ count: number }[]>('* as count').first()
  return row?.count ?? 0
}

export type Inquiry = {
  id: string
  name: string
  email: string
  phone: string
  messageSealed: Buffer
  createdAt: Instant
  answeredAt: Instant | null
}

/** Inquiries come to the practice: each of its dietitians may read them. */
export const findInquiry = (db: Knex, id: string): Promise<Inquiry | undefined> =>
  db('inquiries').where({ id }).first<Inquiry | undefined>({
    id: 'id',
    name: 'name',
    email: 'email',
    phone: 'phone',
    messageSealed: 'message_sealed',
    createdAt: 'created_at',
    answeredAt: 'answered_at',
  })

export const markAnswered = (
  ledger: Ledger,
  { id, accountId }: { id: string; accountId: string },
  now: Instant,
): Promise<void> =>
  ledger.db.transaction(async (trx) => {
    const isFirst = await trx('inquiries')
      .where({ id })
      .whereNull('answered_at')
      .update({ answered_at: iso(now) })
    const entry = { accountId, action: 'inquiry.answered', clientId: null, subjectId: id } as const
    if (isFirst) await recordAct({ ...ledger, db: trx }, entry, now)
  })
