import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Knex } from 'knex'
import type { Instant } from '../../clock.ts'
import type { Questionnaire } from '../fhir.ts'
import { findFormByUrl, insertForm, insertVersion, type Origin } from '../store.ts'

type OwnForm = { slug: string; url: string; version: string; title: string; text: string }

const own = import.meta.dirname

function readOwnForm(file: string): OwnForm {
  const text = readFileSync(path.join(own, file), 'utf8')
  const { url = '', version = '', title = '' } = JSON.parse(text) as Questionnaire
  return { slug: path.basename(file, '.json'), url, version, title, text }
}

const readOwnForms = (): OwnForm[] =>
  readdirSync(own)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map(readOwnForm)

/**
 * The forms that come with Flora (*.json beside this file, the short name is the name of the file): a new one, or a new
 * version of one, is published. One that the practice has changed is its own from then on. Any number of processes
 * may do this at once.
 */
export function bringOwnForms(db: Knex, now: Instant): Promise<void> {
  return db.transaction(async (trx) => {
    for (const { slug, url, ...version } of readOwnForms()) {
      const inserted = await insertForm(trx, { slug, url }, now)
      const formId =
        inserted ??
        (await findFormByUrl(trx, url))?.id ??
        (await insertForm(trx, { slug: `flora-${slug}`, url }, now))
      if (!formId) throw new Error(`The form ${url} has no short name that is free`)
      const origin = inserted ? 'own' : await currentOrigin(trx, formId)
      if (origin === 'own') await insertVersion(trx, { formId, ...version, origin }, now)
    }
  })
}

async function currentOrigin(trx: Knex, formId: string): Promise<Origin> {
  const row = await trx('current_form_versions')
    .where({ form_id: formId })
    .first<{ origin: Origin }>('origin')
  return row?.origin ?? 'own'
}
