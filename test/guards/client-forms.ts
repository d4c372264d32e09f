import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { DAY, iso } from '../../server/clock.ts'
import { digestOfSection } from '../../server/forms/digest.ts'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import { beginResponse } from '../../server/forms/initial.ts'
import { sectionsOf } from '../../server/forms/sections.ts'
import { clear } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { answers, everything } from './everything.ts'
import type { FormOf } from './forms.ts'

/** Who fills in these forms; whoever tries them makes this client first. */
export const CLIENT = '00000000-0000-4000-8000-00000000c11e'

/** Nothing of the client is left, and a form is asked of them: always the same, which is far quicker. */
async function askedForm(db: Knex) {
  if (await db('responses').whereNotNull('sent_at').first('id')) await clear(db, 'form_requests', 'responses')
  await db('form_requests').del()
  await db('responses').del()
  const known = await db('current_form_versions').where({ title: TITLE }).first('id', 'form_id')
  const made = known ? undefined : await make.form(db, items, { title: TITLE, slug: SLUG })
  const form = { id: made?.id ?? known.form_id, versionId: made?.versionId ?? known.id }
  await make.request(db, { clientId: CLIENT, formId: form.id })
  return form
}
const TITLE = 'Everything'
const SLUG = 'everything'

/** Without what another process works out, which takes its time. */
const items = everything.map((section) => ({
  ...section,
  item: section.item?.filter(({ linkId }) => linkId !== 'double') ?? [],
}))

const definition: Questionnaire = { resourceType: 'Questionnaire', status: 'active', item: items }
const [first] = sectionsOf(definition)
const empty = beginResponse(definition, { versionUrl: '' })
const base = first ? digestOfSection(definition, first, empty) : ''

/** The names of the questions on the page, as it posts them. */
const on = [...Object.keys(answers), 'a:rows', 'a0:inner', 'a:paper'].filter((name) => name.startsWith('a'))

/** With the answer to the one question that has to be answered. */
const also = ['a:own=a', ...on.map((name) => `on=${encodeURIComponent(name)}`)]

async function sectionPath(db: Knex): Promise<string> {
  await askedForm(db)
  return `/my/forms/${SLUG}/sections/1`
}

const some = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, answers[name] ?? '']))

const section = { isClient: true, keepsWhatIsFine: true, path: sectionPath }

const DRAFT = '00000000-0000-4000-8000-0000000d12af'

async function draftPath(db: Knex): Promise<string> {
  const form = await askedForm(db)
  await make.response(db, { clientId: CLIENT, form }, { id: DRAFT })
  return `/my/forms/${SLUG}`
}

/** The forms that a client fills in. */
export const clientForms: FormOf[] = [
  {
    name: 'a section, what is typed',
    fields: { ...some('a:line', 'a:lines', 'a:link', 'a0:dose', 'a:count'), base },
    texts: ['a:line', 'a:lines', 'a0:dose'],
    also,
    ...section,
  },
  {
    name: 'a section, what is chosen',
    fields: {
      ...some('a:yes', 'a:several'),
      'other:own': 'Mine',
      'a:line': 'Kept',
    },
    texts: ['a:line'],
    also: [...also, `base=${base}`],
    ...section,
  },
  {
    name: 'a section, what is measured',
    fields: {
      ...some('a:scale', 'a:slide', 'a:weight', 'unit:weight'),
      'a:line': 'Kept',
    },
    texts: ['a:line'],
    exact: ['a:slide', 'a:weight'],
    also: [...also, `base=${base}`],
    ...section,
  },
  {
    name: 'a section, days and times',
    fields: { ...some('a:day', 'a:moment', 'a:hour'), 'a:line': 'Kept' },
    texts: ['a:line'],
    exact: ['a:day', 'a:hour'],
    also: [...also, `base=${base}`],
    ...section,
  },
  {
    name: 'a section, where it leads',
    fields: {
      'a:line': 'Kept',
      go: 'next',
      add: '',
      remove: '',
      detach: '',
      draft: '',
    },
    texts: ['a:line'],
    also: [...also, `base=${base}`],
    ...section,
  },
  {
    name: 'sending a form',
    fields: { draft: DRAFT, digest: 'x' },
    texts: [],
    isClient: true,
    path: async (db) => `${await draftPath(db)}/response`,
  },
  {
    name: 'discarding a form',
    fields: { draft: DRAFT },
    texts: [],
    isClient: true,
    path: async (db) => `${await draftPath(db)}/discarding`,
  },
  {
    name: 'confirming an appointment',
    fields: { any: '' },
    texts: [],
    isClient: true,
    async path(db, { dietitian, type }) {
      const of = { dietitianId: dietitian.id, typeId: type.id, startsAt: NOW + 9 * DAY }
      const { id } = await make.appointment(db, of, { client_id: CLIENT, opens_chart: false })
      return `/my/appointments/${id}/confirmation`
    },
  },
  {
    name: 'changing what was sent',
    fields: { any: '' },
    texts: [],
    isClient: true,
    async path(db) {
      const form = await askedForm(db)
      const { id } = await make.response(db, { clientId: CLIENT, form }, { sent_at: iso(NOW) })
      return `/my/forms/sent/${id}/amendment`
    },
  },
  {
    name: 'what a client signs',
    fields: { name: 'Ana Ruiz' },
    texts: ['name'],
    isClient: true,
    async path(db, { dietitian }) {
      const { versionId, body } = await make.consent(db, { accountId: dietitian.account_id })
      const sha256 = createHash('sha256').update(body).digest('hex')
      return { path: `/my/consents/${versionId}/signature`, also: { version: versionId, sha256 } }
    },
  },
]
