import assert from 'node:assert/strict'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import { brokenRules } from '../../server/forms/invariants.ts'
import { choice, everyItem, form, item, type Loose, option, when } from './imported.ts'
import { ownForm, ownSlugs } from './own-forms.ts'

/**
 * The rules as the specification writes them: https://hl7.org/fhir/R4/questionnaire-definitions.html. In que-12 R4 has
 * "> 2", against its own words "more than one"; R4B put it right, and so it stands here.
 */
const OF_FORMS = {
  'que-0': "name.empty() or name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
  'que-2': 'descendants().linkId.isDistinct()',
}
const OF_ITEMS = {
  'que-1': "(type='group' implies item.empty().not()) and (type='display' implies item.empty())",
  'que-3': "type!='display' or code.empty()",
  'que-4': 'answerOption.empty() or answerValueSet.empty()',
  'que-5':
    "(type ='choice' or type = 'open-choice' or type = 'decimal' or type = 'integer' or type = 'date' or type = 'dateTime' or type = 'time' or type = 'string' or type = 'quantity') or (answerValueSet.empty() and answerOption.empty())",
  'que-6': "type!='display' or (required.empty() and repeats.empty())",
  'que-7': "enableWhen.all(operator = 'exists' implies (answer is boolean))",
  'que-8': "(type!='group' and type!='display') or initial.empty()",
  'que-9': "type!='display' or readOnly.empty()",
  'que-10':
    "(type in ('boolean' | 'decimal' | 'integer' | 'string' | 'text' | 'url' | 'open-choice')) or maxLength.empty()",
  'que-11': 'answerOption.empty() or initial.empty()',
  'que-12': 'enableWhen.count() > 1 implies enableBehavior.exists()',
  'que-13': 'repeats=true or initial.count() <= 1',
}

const compiled = Object.entries(OF_ITEMS).map(
  ([rule, expression]) => [rule, fhirpath.compile({ base: 'Questionnaire.item', expression }, r4)] as const,
)

/** What the specification's own expressions find. */
function found(questionnaire: Questionnaire): string[] {
  const copy = structuredClone(questionnaire)
  const ofForm = Object.entries(OF_FORMS)
    .filter(([, expression]) => (fhirpath.evaluate(copy, expression, {}, r4) as unknown[])[0] !== true)
    .map(([rule]) => rule)
  const ofItems = everyItem(copy.item).flatMap((one) =>
    compiled.filter(([, holds]) => (holds(one) as unknown[])[0] !== true).map(([rule]) => rule),
  )
  return [...ofForm, ...ofItems].sort()
}

const ours = (questionnaire: Questionnaire): string[] =>
  brokenRules(questionnaire)
    .map(({ rule }) => rule)
    .sort()

const exists = when('a', 'exists', { answerBoolean: true })
const broken: [string, Loose[], Loose?][] = [
  ['que-0', [item('a', 'string')], { name: 'my form' }],
  ['que-1', [item('a', 'group')]],
  ['que-1', [item('a', 'display', { item: [item('b', 'display')] })]],
  ['que-2', [item('a', 'string'), item('g', 'group', { item: [item('a', 'string')] })]],
  ['que-3', [item('a', 'display', { code: [{ code: 'x' }] })]],
  ['que-4', [choice('a', { answerValueSet: '#vs' })]],
  ['que-5', [item('a', 'boolean', { answerOption: [option('x')] })]],
  ['que-5', [item('a', 'text', { answerValueSet: '#vs' })]],
  ['que-6', [item('a', 'display', { required: false })]],
  ['que-6', [item('a', 'display', { repeats: true })]],
  [
    'que-7',
    [item('a', 'string'), item('b', 'string', { enableWhen: [when('a', 'exists', { answerString: 'x' })] })],
  ],
  ['que-8', [item('a', 'group', { item: [item('b', 'string')], initial: [{ valueString: 'x' }] })]],
  ['que-9', [item('a', 'display', { readOnly: false })]],
  ['que-10', [choice('a', { maxLength: 3 })]],
  ['que-11', [choice('a', { initial: [{ valueCoding: { code: 'yes' } }] })]],
  ['que-12', [item('a', 'string'), item('b', 'string', { enableWhen: [exists, exists] })]],
  ['que-13', [item('a', 'string', { initial: [{ valueString: 'x' }, { valueString: 'y' }] })]],
]

describe('the rules of R4 for questionnaires', () => {
  it('are kept by all the forms that come with Flora', () => {
    assert.ok(ownSlugs.length > 0)
    for (const slug of ownSlugs) {
      assert.deepEqual(found(ownForm(slug)), [], slug)
      assert.deepEqual(brokenRules(ownForm(slug)), [], slug)
    }
  })

  for (const [rule, items, more] of broken)
    it(`are told apart: ${rule} is broken by ${JSON.stringify(items).slice(0, 60)}…`, () => {
      const questionnaire = form(items, more) as unknown as Questionnaire
      assert.deepEqual(ours(questionnaire), [rule])
      assert.deepEqual(found(questionnaire), [rule])
    })

  it('are all tried', () => {
    const tried = new Set(broken.map(([rule]) => rule))
    assert.deepEqual([...tried].sort(), [...Object.keys(OF_FORMS), ...Object.keys(OF_ITEMS)].sort())
    assert.equal(tried.size, 14)
  })
})
