import { createHmac, randomUUID } from 'node:crypto'
import { DAY, iso } from '../../server/clock.ts'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import { answered } from '../../server/sample/answering.ts'
import { maya } from '../../server/sample/intakes.ts'
import { createSealer } from '../../server/sealing/seal.ts'
import { ancestor, controlsOf, type Element, readHtml, sentBy } from '../support/html.ts'
import { make } from '../support/make.ts'
import { secrets } from './flora.ts'
import { open } from './postgres.ts'
import type { Answer, Visitor } from './visitor.ts'
import { within } from './world.ts'

/** Clients who fill in the intake, as a browser does it. */

export const GUT = '/my/forms/intake/sections/4'
export const WORDS = 'a:suspect-foods'

export type Filler = { clientId: string; draftId: string; cookie: string }

/** Clients of the practice, signed in, each with a draft of the intake in which all is answered. */
export async function addFillers(url: string, count: number, now: number, keys = secrets.SEALING_KEYS) {
  const { formId, versionId, definition } = await intakeOf(url)
  const sealer = createSealer(keys)
  const text = JSON.stringify(answered(definition, maya))
  const fillers = Array.from({ length: count }, () => fresh())
  const rows = fillers.map(({ clientId, accountId, draftId, sid }) => ({
    client: clientId,
    account: accountId,
    draft: draftId,
    email: `filler-${clientId}@example.com`,
    sid,
    sealed: sealer.seal({ table: 'responses', column: 'answers_sealed', row: draftId }, text).toString('hex'),
  }))
  const database = await open(url)
  const soon = { cookie: {}, createdAt: now, signedInAt: now, device: 'A phone' }
  const given = [JSON.stringify(rows), iso(now), formId, versionId, JSON.stringify(soon), iso(now + DAY)]
  await database.query(fillersSql, given)
  await database.query('vacuum analyze')
  await database.end()
  return fillers.map(({ clientId, draftId, sid }): Filler => ({ clientId, draftId, cookie: cookieOf(sid) }))
}

const fresh = () => ({
  clientId: randomUUID(),
  accountId: randomUUID(),
  draftId: randomUUID(),
  sid: randomUUID(),
})

const fillersSql = `
  with rows as (
    select * from json_to_recordset($1) r (client uuid, account uuid, draft uuid, email text, sid text, sealed text)),
  accounts as (insert into accounts (id, role, email, created_at) select account, 'client', email, $2::timestamptz from rows),
  clients as (insert into clients (id, account_id, email, name, zone, created_at)
    select client, account, email, 'Ana Example', 'America/Chicago', $2::timestamptz from rows),
  sessions as (insert into sessions (sid, sess, expire)
    select sid, (($5::jsonb) || jsonb_build_object('passport', jsonb_build_object('user', account)))::json, $6::timestamptz from rows)
  insert into responses (id, client_id, form_id, form_version_id, series_id, answers_sealed, begun_at, saved_at)
  select draft, client, $3::uuid, $4::uuid, draft, decode(sealed, 'hex'), $2::timestamptz, $2::timestamptz from rows`

/** As express-session signs it. */
export function cookieOf(sid: string): string {
  const mark = createHmac('sha256', secrets.SESSION_SECRET).update(sid).digest('base64').replace(/=+$/, '')
  return `flora=${encodeURIComponent(`s:${sid}.${mark}`)}`
}

/** The intake that comes with Flora, brought into the database if need be. */
export const intakeOf = (url: string) =>
  within(url, async (db) => {
    await make.ownForms(db)
    const found = await db('current_form_versions as v')
      .join('forms as f', 'f.id', 'v.form_id')
      .where('f.slug', 'intake')
      .first<{ formId: string; versionId: string; definition: Questionnaire }>({
        formId: 'f.id',
        versionId: 'v.id',
        definition: 'v.definition',
      })
    if (!found) throw new Error('The intake is not there')
    return found
  })

/** What the form of a page would post, as it stands. */
export async function openPage(guest: Visitor, address: string): Promise<[string, string][]> {
  const { status, body } = await guest.get(address)
  if (status !== 200) throw new Error(`${address} was answered with ${status}`)
  return fieldsOf(body)
}

export function fieldsOf(html: string): [string, string][] {
  const tree = readHtml(html)
  return controlsOf(tree).flatMap((control): [string, string][] => {
    const value = isOff(control) ? undefined : sentBy(control)
    const { name } = control.attribs
    return name && value !== undefined ? [[name, value]] : []
  })
}

function isOff(control: Element): boolean {
  const around = ancestor(control, 'fieldset')
  return around !== undefined && ('disabled' in around.attribs || isOff(around))
}

export type Way = 'autosave' | 'next'

export type Saving = {
  address: string
  headers: Record<string, string>
  way: Way
  /** What is posted but for the answer that changes; the page is opened first without. */
  fields?: [string, string][]
}

export const headersFor = (cookie: string, way: Way): Record<string, string> => ({
  Cookie: cookie,
  Accept: way === 'autosave' ? 'application/json' : 'text/html',
})

/** Posts the page again and again, each time with another answer, which nobody has given before. */
export function saver(
  guest: Visitor,
  saving: Saving & { fields: [string, string][] },
): () => Promise<string> {
  const { address, way } = saving
  const page = new Map<string, string>()
  let turn = 0
  return async () => {
    turn += 1
    page
      .set(WORDS, `Onions, and ${randomUUID()}`)
      .set('turn', String(turn))
      .set('go', way === 'next' ? 'next' : 'stay')
    const answer = await guest.post(address, withChanges(saving.fields, page))
    if (!isSaved(answer, way)) return String(answer.status)
    if (way === 'autosave') page.set('base', String(JSON.parse(answer.body).base))
    return 'saved'
  }
}

export const isSaved = ({ status, headers }: Answer, way: Way): boolean =>
  way === 'autosave' ? status === 200 : status === 303 && headers.location?.startsWith('/my/forms/') === true

/** Of a field that was posted already, one value takes the place of all. */
export function withChanges(
  fields: [string, string][],
  changes: ReadonlyMap<string, string>,
): [string, string][] {
  return [...fields.filter(([name]) => !changes.has(name)), ...changes]
}
