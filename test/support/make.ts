import { createHash, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { type Instant, iso, MINUTE } from '../../server/clock.ts'
import type { Item, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { bringOwnForms } from '../../server/forms/own/store.ts'
import { hashToken, makeToken } from '../../server/sealing/seal.ts'
import { NOW, sealer } from './fixed.ts'

/** Rows with valid defaults, straight into the tables; a test writes only what it is about. */

const at = iso(Date.parse('2026-01-01T00:00:00Z'))

type Given = Record<string, unknown>

let counter = 0
const next = () => {
  counter += 1
  return counter
}

async function insert<T = { id: string }>(db: Knex, table: string, row: Given): Promise<T & Given> {
  const [made] = await db(table).insert(row).returning('*')
  return made
}

export const make = {
  practice: (db: Knex, given: Given = {}) =>
    insert(db, 'practice', {
      name: 'Maple Street Nutrition',
      tagline: 'Gut and skin',
      zone: 'America/Indiana/Indianapolis',
      email: 'hello@maple.example',
      phone: '+1 317 555 0100',
      address: '12 Maple Street\nIndianapolis, IN',
      headline: 'A calmer gut',
      created_at: at,
      ...given,
    }),

  account: (db: Knex, given: Given = {}) =>
    insert(db, 'accounts', {
      role: 'dietitian',
      email: `person${next()}@maple.example`,
      created_at: at,
      ...given,
    }),

  async dietitian(db: Knex, given: Given = {}) {
    const account_id = given.account_id ?? (await make.account(db)).id
    const n = next()
    return insert(db, 'dietitians', {
      slug: `dietitian-${n}`,
      name: `Dietitian ${n}`,
      credentials: 'RD',
      zone: 'America/Indiana/Indianapolis',
      created_at: at,
      ...given,
      account_id,
    })
  },

  /** Offered by the dietitians named, every fifteen minutes, without buffers or notice. */
  async type(db: Knex, dietitianIds: string[], given: Given = {}) {
    const n = next()
    const type = await insert(db, 'appointment_types', {
      slug: `type-${n}`,
      name: `Type ${n}`,
      minutes: 60,
      price_cents: 18500,
      currency: 'USD',
      places: ['in_person', 'video', 'phone'],
      step_minutes: 30,
      minimum_notice_minutes: 0,
      booking_window_days: 60,
      created_at: at,
      ...given,
    })
    const links = dietitianIds.map((dietitian_id) => ({ appointment_type_id: type.id, dietitian_id }))
    if (links.length > 0) await db('appointment_type_dietitians').insert(links)
    return type as typeof type & { slug: string; name: string }
  },

  /** Monday to Sunday, 9 to 17, unless said otherwise. */
  async hours(
    db: Knex,
    dietitianId: string,
    windows: { weekday: number; from_minute: number; to_minute: number }[] = everyDay,
  ) {
    await db('weekly_hours').insert(windows.map((window) => ({ ...window, dietitian_id: dietitianId })))
  },

  client: (db: Knex, given: Given = {}) => {
    const n = next()
    return insert(db, 'clients', {
      email: `client${n}@example.com`,
      name: `Client ${n}`,
      zone: 'America/Chicago',
      created_at: at,
      ...given,
    })
  },

  /** A client who has an account; without a password, unless one is given to it. */
  async clientAccount(db: Knex, given: Given = {}) {
    const client = await make.client(db, given)
    const account = await make.account(db, { role: 'client', email: client.email })
    await db('clients').where({ id: client.id }).update({ account_id: account.id })
    return { ...client, account_id: account.id, email: String(client.email) }
  },

  /** An authenticator app that is set up; `secret` is what it knows. */
  async authenticator(db: Knex, accountId: unknown, secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ') {
    const id = randomUUID()
    const place = { table: 'authenticators', column: 'secret_sealed', row: id }
    await insert(db, 'authenticators', {
      id,
      account_id: accountId,
      secret_sealed: sealer.seal(place, secret),
      created_at: at,
      confirmed_at: at,
    })
    return secret
  },

  passkey: (db: Knex, accountId: unknown, given: Given = {}) =>
    insert(db, 'passkeys', {
      account_id: accountId,
      credential_id: randomUUID(),
      public_key: Buffer.alloc(77),
      counter: 0,
      name: `Key ${next()}`,
      created_at: at,
      ...given,
    }),

  /** Signed in on a device that nobody holds. */
  session: (db: Knex, accountId: unknown, now: Instant) =>
    insert(db, 'sessions', {
      sid: randomUUID(),
      sess: { cookie: {}, passport: { user: accountId }, createdAt: now, signedInAt: now, device: 'A phone' },
      expire: iso(Date.now() + 60 * MINUTE),
    }),

  /** A change of the e-mail address that is open. @returns the secret of the link to the old one */
  async emailChange(db: Knex, accountId: unknown, now: Instant) {
    const token = makeToken()
    const id = randomUUID()
    const asked = { old_email: 'old@example.com', new_email: 'newer@example.com', account_id: accountId, id }
    await insert(db, 'email_changes', { ...asked, created_at: iso(now), expires_at: iso(now + 60 * MINUTE) })
    await insert(db, 'email_change_links', { token_hash: hashToken(token), change_id: id, side: 'old' })
    return token
  },

  /** A booked appointment, an hour long; `token` is the secret of its link. */
  async appointment(
    db: Knex,
    of: { dietitianId: string; typeId: string; startsAt: Instant; minutes?: number },
    given: Given = {},
  ) {
    const id = randomUUID()
    const token = makeToken()
    const end = of.startsAt + (of.minutes ?? 60) * MINUTE
    const client_id = given.client_id ?? (await make.client(db)).id
    const row = await insert(db, 'appointments', {
      id,
      dietitian_id: of.dietitianId,
      appointment_type_id: of.typeId,
      state: 'booked',
      starts_at: iso(of.startsAt),
      ends_at: iso(end),
      blocks: `[${iso(of.startsAt)},${iso(end)})`,
      place: 'video',
      zone: 'America/Chicago',
      uid: `${id}@flora.example`,
      price_cents: 18500,
      currency: 'USD',
      change_deadline_minutes: 1440,
      booked_name: 'Ana Example',
      hold_hash: hashToken(makeToken()),
      link_hash: hashToken(token),
      link_sealed: sealer.seal({ table: 'appointments', column: 'link_sealed', row: id }, token),
      created_at: at,
      booked_at: at,
      ...given,
      client_id,
    })
    return { ...row, id, token }
  },

  /** A message to the practice, unanswered. */
  async inquiry(db: Knex, given: Given & { message?: string } = {}) {
    const { message = 'Do you see children?', ...rest } = given
    const id = randomUUID()
    const place = { table: 'inquiries', column: 'message_sealed', row: id }
    return insert(db, 'inquiries', {
      id,
      name: `Writer ${next()}`,
      email: 'writer@example.com',
      message_sealed: sealer.seal(place, message),
      created_at: at,
      ...rest,
    })
  },

  /** An open invitation to work in the practice; a link to it is made apart. */
  invitation: (db: Knex, accountId: unknown, given: Given = {}) =>
    insert(db, 'invitations', {
      email: `invited${next()}@new.example`,
      name: 'Sam Newcomer',
      sees_all_charts: false,
      is_owner: false,
      invited_by: accountId,
      created_at: iso(NOW),
      sent_at: iso(NOW),
      expires_at: iso(NOW + 72 * 60 * MINUTE),
      ...given,
    }),

  article: (db: Knex, given: Given = {}) => {
    const n = next()
    return insert(db, 'articles', {
      slug: `article-${n}`,
      title: `Article ${n}`,
      summary: 'What the gut has to do with the skin.',
      body_markdown: '## One\n\nWords.\n\n## Two\n\nMore words.',
      published_at: at,
      updated_at: at,
      ...given,
    })
  },

  /** A consent asked of everybody, or of the clients of the types named; published once, unless said otherwise. */
  async consent(
    db: Knex,
    of: { accountId: unknown; typeIds?: string[]; isDraft?: boolean },
    given: Given & { title?: string; body?: string } = {},
  ) {
    const n = next()
    const { title = `Consent ${n}`, body = `Text of consent ${n}.`, ...rest } = given
    const { typeIds = [] } = of
    const row = await insert(db, 'consents', {
      position: n,
      asked_of_everybody: typeIds.length === 0,
      draft_title: title,
      draft_body: body,
      created_at: at,
      ...rest,
    })
    const links = typeIds.map((id) => ({ appointment_type_id: id, consent_id: row.id }))
    if (links.length > 0) await db('appointment_type_consents').insert(links)
    const version = of.isDraft ? { id: '' } : await make.version(db, row.id, of.accountId, { title, body })
    return { ...row, title, body, versionId: version.id }
  },

  /** The next version of a consent. */
  async version(
    db: Knex,
    consentId: string,
    accountId: unknown,
    { title, body }: { title: string; body: string },
  ) {
    const found = await db('consent_versions').where({ consent_id: consentId }).max('number as last').first()
    return insert(db, 'consent_versions', {
      consent_id: consentId,
      number: (found?.last ?? 0) + 1,
      title,
      body_markdown: body,
      sha256: createHash('sha256').update(body).digest(),
      published_at: at,
      published_by: accountId,
    })
  },

  async signature(db: Knex, versionId: string, clientId: string, given: Given = {}) {
    const version = await db('consent_versions').where({ id: versionId }).first('sha256')
    return insert(db, 'consent_signatures', {
      consent_version_id: versionId,
      client_id: clientId,
      typed_name: `Signer ${next()}`,
      signed_at: at,
      address: '203.0.113.7',
      text_sha256: version.sha256,
      ...given,
    })
  },

  /** The forms that come with Flora, as they are there after a start. */
  ownForms: (db: Knex) => bringOwnForms(db, Date.parse(at)),

  /** A published form of these items, built by the practice; `given.slug` and the like are its own. */
  async form(db: Knex, item: Item[], given: Given & { slug?: string; title?: string; more?: object } = {}) {
    const n = next()
    const { slug = `form-${n}`, title = `Form ${n}`, more = {}, ...rest } = given
    const url = `urn:maple:${slug}-${n}`
    const form = await insert(db, 'forms', { url, slug, created_at: at, ...rest })
    const made = { id: form.id, slug, title, url, item }
    return { ...made, versionId: await make.formVersion(db, made, more) }
  },

  /** The next version of a form. @returns its id */
  async formVersion(
    db: Knex,
    form: { id: string; title: string; url: string; item: Item[] },
    more: object = {},
  ) {
    const found = await db('form_versions').where({ form_id: form.id }).max('number as last').first()
    const number = (found?.last ?? 0) + 1
    const { title, url, item } = form
    const head = { resourceType: 'Questionnaire', url, version: String(number), title, status: 'active' }
    const row = await insert(db, 'form_versions', {
      form_id: form.id,
      number,
      version: String(number),
      title,
      definition: JSON.stringify({ ...head, item, ...more }),
      origin: 'built',
      created_at: at,
      published_at: at,
    })
    return row.id
  },

  /** A form asked of a client, due in a week. */
  request: (db: Knex, of: { clientId: unknown; formId: unknown }, given: Given = {}) =>
    insert(db, 'form_requests', {
      client_id: of.clientId,
      form_id: of.formId,
      due_at: iso(NOW + 7 * 24 * 60 * MINUTE),
      asked_at: at,
      ...given,
    }),

  /** Answers of a client: a draft, unless `sent_at` is given. */
  async response(
    db: Knex,
    of: { clientId: unknown; form: { id: string; versionId: string } },
    given: Given & { item?: ResponseItem[] } = {},
  ) {
    const { item = [], ...rest } = given
    const id = String(given.id ?? randomUUID())
    const status = rest.sent_at ? 'completed' : 'in-progress'
    const response: QuestionnaireResponse = { resourceType: 'QuestionnaireResponse', status, item }
    const place = { table: 'responses', column: 'answers_sealed', row: id }
    return insert(db, 'responses', {
      id,
      client_id: of.clientId,
      form_id: of.form.id,
      form_version_id: of.form.versionId,
      series_id: id,
      answers_sealed: sealer.seal(place, JSON.stringify(response)),
      begun_at: at,
      saved_at: at,
      ...rest,
    })
  },

  /** A paper that belongs to a response. */
  file: (db: Knex, of: { clientId: unknown; responseId: string }, given: Given = {}) => {
    const id = String(given.id ?? randomUUID())
    const sealed = (column: string, text: string) => sealer.seal({ table: 'files', column, row: id }, text)
    return insert(db, 'files', {
      id,
      client_id: of.clientId,
      response_id: of.responseId,
      link_id: 'paper',
      content_type: 'application/pdf',
      bytes: 14,
      name_sealed: sealed('name_sealed', `Paper ${next()}.pdf`),
      content_sealed: sealed('content_sealed', '%PDF-1.4\n%%EOF'),
      created_at: at,
      ...given,
    })
  },

  /** A practice with one dietitian who is there every day from 9 to 17 and one type of an hour. */
  async world(db: Knex, given: { type?: Given; dietitian?: Given } = {}) {
    const practice = await make.practice(db)
    const dietitian = await make.dietitian(db, given.dietitian)
    await make.hours(db, dietitian.id)
    const type = await make.type(db, [dietitian.id], given.type)
    return { practice, dietitian, type }
  },
}

const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from_minute: 540, to_minute: 1020 }))
