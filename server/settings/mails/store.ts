import type { Knex } from 'knex'
import { recordAct } from '../../audit/store.ts'
import { type Instant, iso } from '../../clock.ts'
import type { MailKind, MailText } from '../../mail/kinds.ts'
import { findMailText } from '../../mail/store.ts'
import { markOf } from '../../practice/meanwhile.ts'
import type { Sealer } from '../../sealing/seal.ts'

export const NO_WORDS: MailText = { greeting: '', closing: '' }

/** The kinds for which the practice has words of its own. */
export const listOwnKinds = (db: Knex): Promise<string[]> => db('mail_texts').orderBy('kind').pluck('kind')

export type Saving = { kind: MailKind; text: MailText; base: string; accountId: string }

/** @returns 'changed', and nothing is kept, when somebody else has saved these words meanwhile */
export const saveMailText = (
  { db, sealer }: { db: Knex; sealer: Sealer },
  { kind, text, base, accountId }: Saving,
  now: Instant,
): Promise<'saved' | 'changed'> =>
  db.transaction(async (trx) => {
    // One after the other: there may be no row yet to be locked.
    await trx.raw('select 1 from practice for no key update')
    if (markOf((await findMailText(trx, kind)) ?? NO_WORDS) !== base) return 'changed'
    await trx('mail_texts').where({ kind }).del()
    if (text.greeting || text.closing) await trx('mail_texts').insert({ kind, ...text, changed_at: iso(now) })
    const entry = { accountId, action: 'mails.changed', clientId: null, subjectId: null } as const
    await recordAct({ db: trx, sealer }, entry, now)
    return 'saved'
  })
