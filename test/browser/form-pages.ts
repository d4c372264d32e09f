import type { Item } from '../../server/forms/fhir.ts'
import { type Answers, answered } from '../../server/sample/answering.ts'
import { maya } from '../../server/sample/intakes.ts'
import { makeDraft } from '../forms/drafts.ts'
import type { TestApp } from '../support/app.ts'
import { make } from '../support/make.ts'

/** The pages of forms: those that the client of the sample fills in, and those of whoever makes them. */

/** `sent`: of the client's answers. */
type Ids = { sent: string; intake: string; built: string; part: string }
type Listed = [words: string, address: (ids: Ids) => string, heading: string | RegExp]

/** With all that is only asked because of an answer. */
const answers: Answers = {
  ...maya,
  'looser-stools': 'yes',
  'looser-weeks': 8,
  'right-now': ['severe-belly-pain'],
  'food-thoughts': 'yes',
  pronouns: 'ze/zir',
}

const titles = [
  'About you',
  'What brings you',
  'Health history',
  'Your gut now',
  'Signs we always ask about',
  'Your skin now',
  'Food and drink',
  'Eating and you',
  'Supplements',
  'How we work together',
]

export const clientFormPages: Listed[] = [
  ['all forms', () => '/my/forms', 'Your forms'],
  ['a form that is begun', () => '/my/forms/intake', 'New client intake'],
  ...titles.map(
    (title, n): Listed => [
      `the intake, ${n + 1}`,
      () => `/my/forms/intake/sections/${n + 1}?saved=${n}`,
      title,
    ],
  ),
  ['all answers', () => '/my/forms/intake/review', 'Look over your answers'],
  ['answers that were just sent', ({ sent }) => `/my/forms/sent/${sent}?thanks=1`, 'Thank you, it is sent'],
  ['answers with what is missing', () => '/my/forms/part/review', 'Look over your answers'],
]

const draft = ({ built }: Ids) => `/practice/forms/${built}/draft`

export const deskFormPages: Listed[] = [
  ['a form', ({ intake }) => `/practice/forms/${intake}`, 'New client intake'],
  ['the archived forms', () => '/practice/forms?show=archived', 'Archived forms'],
  ['a preview', ({ intake }) => `/practice/forms/${intake}/versions/1/sections/6`, 'Your skin now'],
  ['a draft of a form', draft, /^How itchy/],
  ['the kinds of questions', (ids) => `${draft(ids)}/sections/skin/questions/new`, 'A new question'],
  ['a new question', (ids) => `${draft(ids)}/sections/skin/questions/new?kind=several-of`, 'A new question'],
  ['a question', (ids) => `${draft(ids)}/questions/when`, 'The question'],
  ['a section', (ids) => `${draft(ids)}/sections/skin`, 'The section'],
  ['a score', (ids) => `${draft(ids)}/scores/itch-score`, 'The score'],
]

/** The client goes over the intake once more, and has begun a form in which something is missing. */
export async function makeForms({ db }: TestApp, clientId: string): Promise<Omit<Ids, 'sent'>> {
  const intake = await db('current_form_versions as v')
    .join('forms as f', 'f.id', 'v.form_id')
    .where('f.slug', 'intake')
    .first({ id: 'f.id', versionId: 'v.id', definition: 'v.definition' })
  const { item } = answered(intake.definition, answers)
  await make.request(db, { clientId, formId: intake.id })
  await make.response(db, { clientId, form: intake }, { item })
  const first = intake.definition.item[0] as Item
  const part = await make.form(db, [first], { slug: 'part', title: 'A part' })
  await make.request(db, { clientId, formId: part.id })
  await make.response(db, { clientId, form: part })
  return { intake: intake.id, part: part.id, built: await makeDraft(db) }
}
