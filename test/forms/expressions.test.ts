import assert from 'node:assert/strict'
import { createEngine } from '../../server/forms/expressions/engine.ts'
import { evaluateForm, type Job, type Outcome } from '../../server/forms/expressions/evaluation.ts'
import { createEvaluator } from '../../server/forms/expressions/evaluator.ts'
import { extensionUrl } from '../../server/forms/extensions.ts'
import type { Answer, Questionnaire, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { choice, expression, form, item, type Loose, option, when } from './imported.ts'

const AT = '2026-11-22T21:30:00-05:00'
const WEIGHT = 'http://hl7.org/fhir/StructureDefinition/ordinalValue'

const evaluator = createEvaluator()
let keys = 0

const answered = (linkId: string, ...answer: Answer[]): ResponseItem => ({ linkId, answer })
const responseOf = (items: ResponseItem[]): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  status: 'in-progress',
  item: items,
})

const jobOf = (items: Loose[], given: ResponseItem[] = [], more: Loose = {}): Job => {
  keys += 1
  const questionnaire = form(items, more) as unknown as Questionnaire
  return { questionnaire, key: `form ${keys}`, isTrusted: true, response: responseOf(given), at: AT }
}
const evaluate = (items: Loose[], given: ResponseItem[] = [], more: Loose = {}): Promise<Outcome> =>
  evaluator.evaluate(jobOf(items, given, more))

const calculated = (linkId: string, text: string, type = 'decimal', more: Loose = {}): Loose =>
  item(linkId, type, { ...more, extension: [expression('calculatedExpression', text)] })
const pattern = (linkId: string, regex: string, type = 'string'): Loose =>
  item(linkId, type, { extension: [{ url: extensionUrl('regex'), valueString: regex }] })

/** What one item is calculated to, and that nothing went wrong. */
async function calculatedTo(items: Loose[], given: ResponseItem[] = [], more: Loose = {}) {
  const outcome = await evaluate(items, given, more)
  assert.deepEqual(outcome.troubles, [])
  return Object.values(outcome.calculated).at(-1)
}
const troubles = async (items: Loose[], given: ResponseItem[] = []) =>
  (await evaluate(items, given)).troubles.map(({ linkId, message }) => `${linkId}: ${message}`)

describe('expressions of a form', () => {
  after(() => evaluator.end())

  describe('calculate', () => {
    const a = item('a', 'integer')
    const [four] = [answered('a', { valueInteger: 4 })]

    it('from the whole response, from where they stand, and from the root by its name', async () => {
      assert.deepEqual(
        await calculatedTo([a, calculated('s', "%resource.item.where(linkId='a').answer.value * 2")], [four]),
        [{ valueDecimal: 8 }],
      )
      assert.deepEqual(
        await calculatedTo(
          [a, calculated('s', "QuestionnaireResponse.item.where(linkId='a').answer.value + 1")],
          [four],
        ),
        [{ valueDecimal: 5 }],
      )
      const group = item('g', 'group', {
        item: [a, item('b', 'integer')],
        extension: [expression('variable', "item.where(linkId in ('a'|'b')).answer.value.sum()", 'sum')],
      })
      const inner = (group.item as Loose[]).concat(calculated('s', '%sum'))
      assert.deepEqual(
        await calculatedTo(
          [{ ...group, item: inner }],
          [{ linkId: 'g', item: [four, answered('b', { valueInteger: 3 })] }],
        ),
        [{ valueDecimal: 7 }],
      )
    })

    it('with %context, %qitem and %questionnaire', async () => {
      assert.deepEqual(await calculatedTo([calculated('s', '%context.linkId', 'string')]), [
        { valueString: 's' },
      ])
      assert.deepEqual(await calculatedTo([calculated('s', '%qitem.text', 'string')]), [
        { valueString: 'About s' },
      ])
      assert.deepEqual(
        await calculatedTo([calculated('s', '%questionnaire.title', 'string')], [], { title: 'T' }),
        [{ valueString: 'T' }],
      )
    })

    it('with variables in the order of the document, those of an item for what is in it alone', async () => {
      const extension = [expression('variable', '2', 'two'), expression('variable', '%two * 3', 'six')]
      assert.deepEqual(await calculatedTo([calculated('s', '%six + %two')], [], { extension }), [
        { valueDecimal: 8 },
      ])
      const outside = [
        item('g', 'group', {
          item: [item('x', 'string')],
          extension: [expression('variable', '1', 'inner')],
        }),
        calculated('s', '%inner'),
      ]
      assert.match((await troubles(outside))[0] ?? '', /^s: .*undefined environment variable: inner/)
    })

    it('with what was calculated, in whatever order it stands', async () => {
      const sum = (of: string) => `%resource.item.where(linkId='${of}').answer.value + 1`
      const chain = [a, calculated('z', sum('y')), calculated('y', sum('x')), calculated('x', sum('a'))]
      const { calculated: values, troubles: none } = await evaluate(chain, [four])
      assert.deepEqual(none, [])
      assert.deepEqual(values, {
        'a:z': [{ valueDecimal: 7 }],
        'a:y': [{ valueDecimal: 6 }],
        'a:x': [{ valueDecimal: 5 }],
      })
    })

    it('anew: what was posted for a calculated item counts for nothing', async () => {
      const items = [
        calculated('x', '1'),
        calculated('s', "%resource.item.where(linkId='x').answer.value.sum()"),
      ]
      assert.deepEqual(await calculatedTo(items, [answered('x', { valueDecimal: 99 })]), [
        { valueDecimal: 1 },
      ])
    })

    it('in every row of a repeating group', async () => {
      const meal = item('meal', 'group', {
        repeats: true,
        item: [item('cups', 'integer'), calculated('double', '%cups * 2')],
        extension: [expression('variable', "item.where(linkId='cups').answer.value", 'cups')],
      })
      const row = (cups: number) => ({ linkId: 'meal', item: [answered('cups', { valueInteger: cups })] })
      const { calculated: values } = await evaluate([meal], [row(1), row(2)])
      assert.deepEqual(values, { 'a0:double': [{ valueDecimal: 2 }], 'a1:double': [{ valueDecimal: 4 }] })
      assert.deepEqual((await evaluate([meal])).calculated, {})
    })

    it('without answers of items that are disabled', async () => {
      const items = [
        item('on', 'boolean'),
        item('a', 'integer', { enableWhen: [when('on', '=', { answerBoolean: true })] }),
        calculated('s', "%resource.item.where(linkId='a').answer.count()"),
      ]
      const given = (isOn: boolean) => [answered('on', { valueBoolean: isOn }), four]
      assert.deepEqual(await calculatedTo(items, given(true)), [{ valueDecimal: 1 }])
      assert.deepEqual(await calculatedTo(items, given(false)), [{ valueDecimal: 0 }])
    })

    it('nothing for an item that is disabled itself', async () => {
      const hidden = { ...calculated('s', '1'), enableWhen: [when('a', '=', { answerInteger: 5 })] }
      assert.deepEqual((await evaluate([a, hidden], [four])).calculated, {})
    })

    it('with the time of the practice', async () => {
      assert.deepEqual(await calculatedTo([calculated('s', 'today()', 'date')]), [
        { valueDate: '2026-11-22' },
      ])
      assert.deepEqual(await calculatedTo([calculated('s', 'now()', 'dateTime')]), [{ valueDateTime: AT }])
      assert.deepEqual(await calculatedTo([calculated('s', 'timeOfDay()', 'time')]), [
        { valueTime: '21:30:00' },
      ])
      const age = 'iif(@1990-11-22 + 36 years <= today(), 36, 35)'
      assert.deepEqual(await calculatedTo([calculated('s', age, 'integer')]), [{ valueInteger: 36 }])
    })

    const types: [string, string, object[] | RegExp][] = [
      ['boolean', '1 = 1', [{ valueBoolean: true }]],
      ['integer', '7', [{ valueInteger: 7 }]],
      ['integer', '0.1 + 0.2 + 0.7', [{ valueInteger: 1 }]],
      ['integer', '3.5', /^s: gives "3.5", which is no answer of type integer$/],
      ['decimal', '0.1 + 0.2', [{ valueDecimal: 0.3 }]],
      ['decimal', '1 / 0', []],
      ['decimal', "'seven'", /^s: gives "seven", which is no answer of type decimal$/],
      ['decimal', '1 | 2', /^s: gives 2 values for one answer$/],
      ['string', "'a' & 'b'", [{ valueString: 'ab' }]],
      ['string', '12', [{ valueString: '12' }]],
      ['text', "''", /no answer of type text/],
      ['url', "'https://example.org'", [{ valueUri: 'https://example.org' }]],
      ['date', '@2026-01-31', [{ valueDate: '2026-01-31' }]],
      ['date', "'soon'", /no answer of type date/],
      ['time', '@T09:30:00', [{ valueTime: '09:30:00' }]],
      [
        'quantity',
        "2 'kg'",
        [{ valueQuantity: { value: 2, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' } }],
      ],
      ['choice', "'yes'", [{ valueCoding: { code: 'yes', display: 'yes' } }]],
      ['choice', "'perhaps'", /no answer of type choice/],
      ['open-choice', "'perhaps'", [{ valueString: 'perhaps' }]],
    ]
    for (const [type, text, wanted] of types)
      it(`${type} answers from ${text}`, async () => {
        const options = type.includes('choice') ? { answerOption: [option('yes'), option('no')] } : {}
        const items = [calculated('s', text, type, options)]
        if (Array.isArray(wanted)) assert.deepEqual(await calculatedTo(items), wanted)
        else assert.match((await troubles(items)).join(), wanted)
      })

    it('as many decimal places as the item has', async () => {
      const places = { url: extensionUrl('maxDecimalPlaces'), valueInteger: 1 }
      const rounded = item('s', 'decimal', {
        extension: [expression('calculatedExpression', '10 / 3'), places],
      })
      assert.deepEqual(await calculatedTo([rounded]), [{ valueDecimal: 3.3 }])
    })

    it('several answers of an item that repeats', async () => {
      assert.deepEqual(await calculatedTo([calculated('s', '1 | 2', 'integer', { repeats: true })]), [
        { valueInteger: 1 },
        { valueInteger: 2 },
      ])
    })
  })

  describe('score', () => {
    const weighed = (code: string, valueDecimal: number): Loose =>
      option(code, { extension: [{ url: WEIGHT, valueDecimal }] })
    const questions = ['q1', 'q2', 'q3'].map((linkId) =>
      choice(linkId, { answerOption: [weighed('never', 0), weighed('often', 3), option('unsure')] }),
    )
    /** As the answer is kept: with the weight of its option. */
    const often = {
      valueCoding: { system: 'urn:x', code: 'often', extension: [{ url: WEIGHT, valueDecimal: 3 }] },
    }
    const unsure = { valueCoding: { system: 'urn:x', code: 'unsure' } }
    const given = [answered('q1', often), answered('q2', often), answered('q3', unsure)]

    /** As published questionnaires write their sums. */
    const published = [
      `%resource.item.answer.valueCoding.extension.where(url='${WEIGHT}').valueDecimal.sum()`,
      `%resource.item.answer.value.extension.where(url='${WEIGHT}').value.sum()`,
      `%resource.item.answer.value.extension('${WEIGHT}').value.aggregate($total + $this, 0)`,
      `QuestionnaireResponse.item.answer.value.extension('${WEIGHT}').value.sum()`,
      `%resource.descendants().where(linkId in ('q1'|'q2'|'q3')).answer.value.ordinal().sum()`,
      `%resource.item.where(linkId.matches('^q[1-3]$')).answer.value.ordinal().sum()`,
      `%resource.item.where(linkId.startsWith('q')).answer.value.ordinal().sum()`,
      `%resource.item.answer.value.weight().sum()`,
      `%resource.item.answer.weight().sum()`,
      `iif(%resource.item.where(linkId='q1').answer.value.exists(), %resource.item.where(linkId='q1').answer.value.ordinal(), 0) + %resource.item.where(linkId='q2').answer.value.ordinal()`,
    ]
    for (const text of published)
      it(`as published: ${text.slice(0, 90)}`, async () => {
        assert.deepEqual(await calculatedTo([...questions, calculated('s', text, 'integer')], given), [
          { valueInteger: 6 },
        ])
      })

    it('through a variable of the form, which a later one turns into words', async () => {
      const extension = [
        expression('variable', '%resource.item.answer.value.ordinal().sum()', 'raw'),
        expression('variable', "iif(%raw >= 6, 'high', 'low')", 'level'),
      ]
      assert.deepEqual(
        await calculatedTo([...questions, calculated('s', '%level', 'string')], given, { extension }),
        [{ valueString: 'high' }],
      )
    })

    it('no more often for 500 items than for 5, and twice at most', async () => {
      const sum = '%resource.item.answer.value.ordinal().sum()'
      const counted = (length: number) => {
        const items = Array.from({ length }, (_, index) =>
          choice(`q${index}`, { answerOption: [weighed('never', 0), weighed('often', 3)] }),
        )
        const all = items.map(({ linkId }) => answered(String(linkId), often))
        const job = jobOf([...items, calculated('s', sum, 'integer')], all)
        const engine = createEngine({ linkId: '' })
        let count = 0
        const plain: typeof engine.plain = (...given) => {
          count += 1
          return engine.plain(...given)
        }
        const { calculated: values } = evaluateForm(job, { ...engine, plain })
        assert.deepEqual(values, { 'a:s': [{ valueInteger: length * 3 }] })
        return { job, count }
      }
      const [few, many] = [counted(5), counted(500)]
      assert.equal(many.count, few.count)
      assert.ok(many.count <= 2, `${many.count} times`)
      const { troubles: none } = await evaluator.evaluate(many.job)
      assert.deepEqual(none, [])
    })
  })

  describe('enable', () => {
    const wanted = (linkId: string, text: string, more: Loose = {}) =>
      item(linkId, 'string', { ...more, extension: [expression('enableWhenExpression', text)] })
    const isFour = "%resource.item.where(linkId='a').answer.value = 4"

    it('an item when they are true, and not when they are false, empty or no truth at all', async () => {
      const items = [
        item('a', 'integer'),
        wanted('b', isFour),
        wanted('c', `(${isFour}).not()`),
        wanted('d', '{}'),
        wanted('e', "'x'"),
      ]
      const { enabled, troubles: none } = await evaluate(items, [answered('a', { valueInteger: 4 })])
      assert.deepEqual(enabled, { 'a:b': true, 'a:c': false, 'a:d': false, 'a:e': false })
      assert.deepEqual(none, [])
    })

    it('an item when they fail, and say so', async () => {
      const { enabled, troubles: named } = await evaluate([wanted('b', 'nonsense()')])
      assert.deepEqual(enabled, { 'a:b': true })
      assert.deepEqual(named, [{ linkId: 'b', message: 'Not implemented: nonsense' }])
    })

    it('items whose answers are calculated with, and that hang on what is calculated', async () => {
      const items = [
        item('a', 'integer'),
        { ...wanted('b', isFour), type: 'integer' },
        calculated('s', "%resource.item.where(linkId in ('a'|'b')).answer.value.sum()", 'integer'),
        item('c', 'integer', { enableWhen: [when('s', '>', { answerInteger: 10 })] }),
        wanted('d', "%resource.item.where(linkId='s').answer.value > 10"),
        calculated('t', "%resource.item.where(linkId='c').answer.count()", 'integer'),
      ]
      const given = (a: number) => [
        answered('a', { valueInteger: a }),
        answered('b', { valueInteger: 9 }),
        answered('c', { valueInteger: 1 }),
      ]
      const found = async (a: number) => {
        const outcome = await evaluate(items, given(a))
        return [outcome.calculated['a:s'], outcome.enabled['a:d'], outcome.calculated['a:t']]
      }
      assert.deepEqual(await found(4), [[{ valueInteger: 13 }], true, [{ valueInteger: 1 }]])
      assert.deepEqual(await found(3), [[{ valueInteger: 3 }], false, [{ valueInteger: 0 }]])
    })

    it('nothing for ever: a form that contradicts itself is named', async () => {
      const items = [{ ...wanted('a', "%resource.item.where(linkId='a').answer.empty()"), type: 'integer' }]
      const { troubles: named } = await evaluate(items, [answered('a', { valueInteger: 1 })])
      assert.deepEqual(named, [
        { linkId: '', message: 'The expressions of this form never settle on their values.' },
      ])
      const growing = calculated(
        's',
        'iif(%resource.item.answer.value.exists(), %resource.item.answer.value.sum() + 1, 1)',
        'integer',
      )
      assert.match((await troubles([growing])).join(), /never settle/)
    })
  })

  describe('check patterns', () => {
    const failing = async (regex: string, text: string) =>
      (await evaluate([pattern('zip', regex)], [answered('zip', { valueString: text })])).failedRegex

    it('against the whole answer', async () => {
      assert.deepEqual(await failing('[0-9]{5}', '46201'), [])
      assert.deepEqual(await failing('[0-9]{5}', '46201-1234'), ['a:zip'])
      assert.deepEqual(await failing('^[0-9]{5}$', '46201'), [])
      assert.deepEqual(await failing('a|b', 'ab'), ['a:zip'])
      assert.deepEqual(await failing('.', '🌱'), [])
    })

    it('of every answer, also in rows and under answers, by the name of its field', async () => {
      const items = [
        item('g', 'group', { repeats: true, item: [{ ...pattern('zip', '[0-9]+'), repeats: true }] }),
        item('q', 'string', { item: [pattern('under', 'x')] }),
      ]
      const row = (...texts: string[]) => ({
        linkId: 'g',
        item: [answered('zip', ...texts.map((valueString) => ({ valueString })))],
      })
      const under = answered('q', { valueString: 'y', item: [answered('under', { valueString: 'z' })] })
      const { failedRegex } = await evaluate(items, [row('1', '2'), row('3', 'four'), under])
      assert.deepEqual(failedRegex, ['a1:zip', 'a:under'])
    })

    it('of no answer that is disabled, and fail none when they are no pattern themselves', async () => {
      const disabled = { ...pattern('zip', 'x'), enableWhen: [when('on', '=', { answerBoolean: true })] }
      const given = [answered('zip', { valueString: 'y' })]
      assert.deepEqual((await evaluate([item('on', 'boolean'), disabled], given)).failedRegex, [])
      const outcome = await evaluate([pattern('zip', '(')], given)
      assert.deepEqual(outcome.failedRegex, [])
      assert.match(outcome.troubles[0]?.message ?? '', /Invalid regular expression/)
    })
  })
})
