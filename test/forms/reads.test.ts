import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createEngine } from '../../server/forms/expressions/engine.ts'
import { evaluateForm } from '../../server/forms/expressions/evaluation.ts'
import { pathsIn } from '../../server/forms/expressions/reads.ts'
import { feedingOf, feedOf } from '../../server/forms/feeding.ts'
import type { Item, Questionnaire, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { settle } from '../../server/forms/settling.ts'
import { ownForm, ownSlugs } from './own-forms.ts'

const anything = [
  '%resource.item.answer',
  '%resource.descendants().value',
  '%resource',
  '%rootResource.item',
  '%context.answer.value',
  'item.answer.value',
  'answer.value',
  'descendants().count()',
  '$this.item',
  'iif($this.exists(), 1, 2)',
  'QuestionnaireResponse.item.answer',
  '%a.where(QuestionnaireResponse.item.exists())',
  '%a.combine(item.answer.value)',
  '%a.where(%resource.item.answer.value = 1)',
  "%resource.item.where(linkId = 'a' or answer.value = 1).count()",
  "%resource.item.where(linkId != 'a').count()",
  "1 // it's\n+ %resource.item.answer.value // it's",
  "1 /* it's */ + %resource.item.answer.value /* it's */",
  '%`resource`.item',
  "%'resource'.item",
  '`item`.answer',
]

const certain: [string, number][] = [
  ['1 + 2', 0],
  ["'%resource.item'", 0],
  ['%a.aggregate($this + $total, 0) / %a.count()', 0],
  ['%a.where(value > 1).select(code)', 0],
  ["%resource.item.where(linkId = 'a').item.where(linkId = 'b' or linkId = 'c').answer.value", 1],
  ["%resource.repeat(item).where(linkId.startsWith('a-')).answer.value", 1],
  ["%resource.repeat(item).where('|a|b|'.contains('|' + linkId + '|')).answer.value.sum()", 1],
  [
    "iif(%resource.item.where(linkId = 'a').answer.exists(), 1, %resource.item.where(linkId='b').answer.value)",
    2,
  ],
]

const numbersIn = (items: Item[] = []): string[] =>
  items.flatMap(({ linkId, type, item }) => [...(type === 'integer' ? [linkId] : []), ...numbersIn(item)])

/** Whole numbers to some of the questions, and a word to the rest. */
function answeredBy({ item }: Questionnaire, answers: ReadonlyMap<string, number>): QuestionnaireResponse {
  const filled = (items: Item[] = []): ResponseItem[] =>
    items.flatMap((one): ResponseItem[] => {
      if (one.type === 'group') return [{ linkId: one.linkId, item: filled(one.item) }]
      if (one.type === 'text') return [{ linkId: one.linkId, answer: [{ valueString: 'words' }] }]
      const valueInteger = answers.get(one.linkId)
      return valueInteger === undefined ? [] : [{ linkId: one.linkId, answer: [{ valueInteger }] }]
    })
  return { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: filled(item) }
}

const answersTo = (form: Questionnaire) =>
  fc
    .array(fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined, freq: 6 }), {
      minLength: numbersIn(form.item).length,
      maxLength: numbersIn(form.item).length,
    })
    .map((given) => {
      const all = numbersIn(form.item).map((linkId, n) => [linkId, given[n]] as const)
      return new Map(all.filter((one): one is readonly [string, number] => one[1] !== undefined))
    })

describe('what an expression can read', () => {
  it('may be anything, where its text does not say for certain', () => {
    for (const expression of anything) assert.equal(pathsIn(expression), undefined, expression)
  })

  it('is said by the linkIds that it asks for', () => {
    for (const [expression, count] of certain) assert.equal(pathsIn(expression)?.length, count, expression)
    const [path] = pathsIn("%resource.item.where(linkId = 'a').item.where(linkId.startsWith('b'))") ?? []
    assert.deepEqual(
      path?.steps.map((isMeant) => ['a', 'b', 'b1'].map(isMeant)),
      [
        [true, false, false],
        [false, true, true],
      ],
    )
  })

  for (const slug of ownSlugs) {
    const form = ownForm(slug)
    const engine = createEngine({ linkId: '' })
    const work = (response: QuestionnaireResponse) => evaluateForm({ questionnaire: form, response }, engine)

    it(`is all that the scores of ${slug} need`, () => {
      assert.equal(feedingOf(form)?.isDirect, true)
      fc.assert(
        fc.property(answersTo(form), (answers) => {
          const response = answeredBy(form, answers)
          assert.deepEqual(work(feedOf(form, response)), work(response))
        }),
        { numRuns: 30 },
      )
    })

    it(`of ${slug} is worked out again when it has changed, and only then`, async () => {
      let count = 0
      const evaluate = async (response: QuestionnaireResponse) => {
        count += 1
        return work(response)
      }
      await fc.assert(
        fc.asyncProperty(answersTo(form), answersTo(form), async (answers, others) => {
          const before = await settle(form, answeredBy(form, answers), evaluate)
          const same = await settle(form, before.response, evaluate, before)
          assert.deepEqual(same, before)
          const now = answeredBy(form, others)
          const known = await settle(form, now, evaluate, before)
          assert.deepEqual(known, await settle(form, now, evaluate))
        }),
        { numRuns: 30 },
      )
      assert.ok(count <= 30 * 3)
    })
  }
})
