import assert from 'node:assert/strict'
import fhirpath from 'fhirpath'
import r4 from 'fhirpath/fhir-context/r4'
import { factsOf } from '../../server/forms/facts.ts'
import type {
  Extension,
  Questionnaire,
  QuestionnaireResponse,
  ResponseItem,
} from '../../server/forms/fhir.ts'
import { type Answers, answered } from '../../server/sample/answering.ts'
import { responses as story } from '../../server/sample/answers.ts'
import { signsIn } from '../../server/signs/table.ts'
import { misfits } from './fits.ts'
import { allItems, ownForm, sampleResponses } from './own-forms.ts'

const GUT = 'belly-pain bloating gas loose-stools hard-stools heartburn nausea gut-interference'.split(' ')
const SKIN = 'itch redness breakouts dryness skin-sleep skin-bother'.split(' ')

const expressions = (of: { extension?: Extension[] }, url: string) =>
  (of.extension ?? []).flatMap((one) => (one.url.endsWith(url) ? (one.valueExpression ?? []) : []))

/** The expressions of a form as they stand in it, on the R4 model; by linkId, undefined without a value. */
function scores(questionnaire: Questionnaire, resource: QuestionnaireResponse): Record<string, unknown> {
  const variables: Record<string, unknown> = { resource }
  for (const { name = '', expression = '' } of expressions(questionnaire, '/variable'))
    variables[name] = fhirpath.evaluate(resource, expression, variables, r4)
  return Object.fromEntries(
    allItems(questionnaire.item).flatMap((item) =>
      expressions(item, 'calculatedExpression').map(({ expression = '' }) => {
        const [value] = fhirpath.evaluate(resource, expression, variables, r4) as unknown[]
        return [item.linkId, value === undefined ? undefined : Number(value)]
      }),
    ),
  )
}

const checkIn = ownForm('check-in')
const scored = (answers: Answers) => scores(checkIn, answered(checkIn, answers))
const given = (names: string[], values: (string | number)[]): Answers =>
  Object.fromEntries(values.map((value, index) => [names[index] ?? '', value]))

describe('the gut score', () => {
  for (const [values, score] of [
    [[0, 0, 0, 0, 0, 0, 0, 0], 0],
    [[10, 10, 10, 10, 10, 10, 10, 10], 100],
    [[1, 2, 3, 4, 5, 6, 7, 8], 45],
    [[7, 8, 7, 5, 3, 4, 2, 6], 52.5],
    [[1, 0, 0, 0, 0, 0, 0], 1.4],
    [[3, 3, 3, 3, 3, 4], 31.7],
    [[9, 9, 9, 9, 9], undefined],
    [[], undefined],
  ] as const)
    it(`of ${values.join(', ') || 'nothing'} is ${score ?? 'not there'}`, () => {
      assert.equal(scored(given(GUT, [...values]))['gut-score'], score)
    })
})

describe('the skin score', () => {
  for (const [values, score] of [
    [[0, 0, 0, 0, 0, 0], 0],
    [[10, 10, 10, 10, 10, 10], 100],
    [[8, 6, 3, 8, 6, 8], 65],
    [[1, 2, 3, 4, 5], 30],
    [[5, 5, 5, 5], undefined],
  ] as const)
    it(`of ${values.join(', ')} is ${score ?? 'not there'}`, () => {
      assert.equal(scored(given(SKIN, [...values]))['skin-score'], score)
    })

  it('has nothing to do with the gut', () => {
    assert.equal(scored(given(GUT, [9, 9, 9, 9, 9, 9, 9, 9]))['skin-score'], undefined)
  })
})

describe('the habits score', () => {
  const best = {
    'fiber-days': 'every-day',
    'sugary-times': 'hardly',
    'fermented-days': 'every-day',
    'calm-days': 'every-day',
    'sleep-hours': '7-9',
    'same-bedtime': '5-7',
    'water-cups': '8-or-more',
  }
  const worst = {
    'fiber-days': 'none',
    'sugary-times': '4-or-more',
    'fermented-days': 'none',
    'calm-days': 'none',
    'sleep-hours': 'under-6',
    'same-bedtime': '0-2',
    'water-cups': '0-1',
  }
  const without = (linkId: keyof typeof best): Answers => {
    const { [linkId]: _, ...rest } = best
    return rest
  }
  const cases: [string, Answers, number | undefined][] = [
    ['of the best week is 100', best, 100],
    ['of the worst week is 0', worst, 0],
    ['counts sugar the other way around', { ...worst, 'sugary-times': 'hardly' }, 16.7],
    ['counts long nights half a habit', { ...worst, 'sleep-hours': '7-9' }, 8.3],
    ['counts regular nights half a habit', { ...worst, 'same-bedtime': '3-4' }, 4.2],
    ['is still 100 when one habit was left out', without('water-cups'), 100],
    ['is still 100 when half a habit was left out', without('sleep-hours'), 100],
    [
      'counts each habit the same when half of one was left out',
      { ...without('sleep-hours'), 'fiber-days': 'none' },
      81.8,
    ],
    ['is not there when two were left out', { ...without('water-cups'), 'fiber-days': [] }, undefined],
  ]
  for (const [words, answers, score] of cases)
    it(words, () => {
      const { 'fiber-days': fiber, ...rest } = answers
      const kept = Array.isArray(fiber) ? rest : answers
      assert.equal(scored(kept)['habits-score'], score)
    })
})

describe('the scores in the responses that come with the tests', () => {
  const kept = (items: ResponseItem[] = []): [string, unknown][] =>
    items.flatMap(({ linkId, answer, item }) => [
      ...(linkId.endsWith('-score') ? [[linkId, answer?.[0]?.valueDecimal] as [string, unknown]] : []),
      ...kept(item),
    ])
  for (const { name, questionnaire, response } of sampleResponses())
    it(`are what the form calculates: ${name}`, () => {
      const calculated = Object.entries(scores(questionnaire, response))
      assert.deepEqual(
        kept(response.item),
        calculated.filter(([, value]) => value !== undefined),
      )
    })
})

describe('what the sample clients answered', () => {
  const told = story.map(({ form, ...rest }) => {
    const questionnaire = ownForm(form)
    return { ...rest, form, questionnaire, response: answered(questionnaire, rest.answers) }
  })

  for (const { form, daysAgo, questionnaire, response, answers } of told)
    it(`fits its form: ${form} of ${daysAgo} days ago`, () => {
      assert.deepEqual(misfits(questionnaire, response), [])
      const words = JSON.stringify(response)
      for (const linkId of Object.keys(answers)) assert.ok(words.includes(`"${linkId}"`), linkId)
    })

  it('raises two warning signs for Maya, of gut and skin, and a caution for Jonah', () => {
    const signs = told
      .filter(({ form }) => form === 'intake')
      .map(({ questionnaire, response }) =>
        signsIn(factsOf(questionnaire, response), { today: '2026-03-03' }).map(
          ({ kind, sign }) => `${kind} ${sign}`,
        ),
      )
    assert.deepEqual(signs, [['sign blood-in-stool', 'sign skin'], ['caution eating-disorder-signs']])
  })

  it('tells of one intake each and six weeks that get better', () => {
    const ofMaya = told.filter(({ client }) => client === 0)
    const days = ofMaya.map(({ daysAgo }) => daysAgo)
    assert.deepEqual(
      days,
      days.toSorted((a, b) => b - a),
    )
    const weekly = ofMaya.filter(({ form }) => form === 'check-in')
    assert.equal(weekly.length, 6)
    for (const score of ['gut-score', 'skin-score']) {
      const line = weekly.map(({ questionnaire, response }) => Number(scores(questionnaire, response)[score]))
      assert.deepEqual(
        line,
        line.toSorted((a, b) => b - a),
        score,
      )
    }
    assert.equal(told.filter(({ form }) => form === 'intake').length, 2)
  })
})
