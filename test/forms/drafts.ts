import type { Knex } from 'knex'
import { addItem } from '../../server/forms/builder/editing.ts'
import { writeScore } from '../../server/forms/builder/scoring.ts'
import { beginNext } from '../../server/forms/builder/store.ts'
import type { Item, Questionnaire } from '../../server/forms/fhir.ts'
import { findCurrentFormById, insertForm, insertVersion } from '../../server/forms/store.ts'
import { NOW } from '../support/fixed.ts'

/** A section, and a question of each kind that has a page of its own look. */
const sections = (words: string): Item[] => [
  {
    linkId: 'skin',
    type: 'group',
    text: words,
    item: [
      { linkId: 'skin.intro', type: 'display', text: words },
      {
        linkId: 'itch',
        type: 'integer',
        text: words,
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/minValue', valueInteger: 0 },
          { url: 'http://hl7.org/fhir/StructureDefinition/maxValue', valueInteger: 10 },
          {
            url: 'urn:flora:ends',
            extension: [
              { url: 'low', valueString: 'Not at all' },
              { url: 'high', valueString: words },
            ],
          },
        ],
      },
      {
        linkId: 'when',
        type: 'choice',
        text: words,
        answerOption: ['Morning', words].map((display, n) => ({ valueCoding: { code: `w${n}`, display } })),
        enableWhen: [{ question: 'itch', operator: '>=', answerInteger: 4 }],
      },
      { linkId: 'where', type: 'quantity', text: words },
      {
        linkId: 'around',
        type: 'group',
        text: words,
        item: [{ linkId: 'in', type: 'boolean', text: words }],
      },
    ],
  },
]

/** The same with a score, as the builder writes it. */
function withScore(questionnaire: Questionnaire, name: string): Questionnaire {
  const score = { name, counts: ['itch'], by: 'sum' as const, least: 1, isShown: true }
  return addItem(questionnaire, 'skin', writeScore({ linkId: 'itch-score' }, score, questionnaire))
}

let counter = 0

/** A form that was built here, in use in a first version, with a draft of the next. @returns its id */
export async function makeDraft(db: Knex, words = 'How itchy?'): Promise<string> {
  counter += 1
  const [slug, url] = [`built-${counter}`, `urn:example:built-${counter}`]
  const formId = (await insertForm(db, { slug, url }, NOW)) as string
  const definition: Questionnaire = {
    resourceType: 'Questionnaire',
    url,
    version: '1',
    title: `${words} ${counter}`,
    description: words,
    status: 'active',
    item: sections(words),
  }
  const text = JSON.stringify(withScore(definition, words))
  const given = { formId, version: '1', title: `${words} ${counter}`, text, rights: words }
  await insertVersion(db, { ...given, origin: 'built' }, NOW)
  const current = await findCurrentFormById(db, formId)
  if (current) await beginNext(db, current, NOW)
  return formId
}
