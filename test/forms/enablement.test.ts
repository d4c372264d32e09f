import assert from 'node:assert/strict'
import { enabledNames } from '../../server/forms/enablement.ts'
import type { Answer, EnableWhen, Item, ResponseItem } from '../../server/forms/fhir.ts'
import { coded, extension, form, group, question, response } from './filled.ts'

type Compared = [Item['type'], Partial<EnableWhen> & Pick<EnableWhen, 'operator'>, Answer[], boolean]

const q = (linkId: string, ...answer: Answer[]): ResponseItem => ({ linkId, answer })
const yes = { valueBoolean: true }
const ifYes = (linkId: string): EnableWhen => ({ question: linkId, operator: '=', answerBoolean: true })

/** Without 'a:', in the order of the form. */
const enabled = (items: Item[], ...answers: ResponseItem[]) =>
  [...enabledNames(form(...items), response(...answers))].map((name) => name.replace('a:', ''))

const decimal = (operator: EnableWhen['operator'], answerDecimal: number) => ({ operator, answerDecimal })
const kg = (value: number) => ({ valueQuantity: { value, unit: 'kg', code: 'kg' } })
const oats = { valueCoding: { system: 'urn:test', code: 'oats' } }
const rye = { valueCoding: { system: 'urn:test', code: 'rye' } }

const table: Compared[] = [
  ['boolean', { operator: 'exists', answerBoolean: true }, [], false],
  ['boolean', { operator: 'exists', answerBoolean: true }, [{ valueBoolean: false }], true],
  ['boolean', { operator: 'exists', answerBoolean: false }, [], true],
  ['boolean', { operator: 'exists', answerBoolean: false }, [yes], false],
  ['boolean', { operator: '=', answerBoolean: false }, [], false],
  ['boolean', { operator: '=', answerBoolean: false }, [{ valueBoolean: false }], true],
  ['boolean', { operator: '!=', answerBoolean: true }, [], true],
  ['boolean', { operator: '!=', answerBoolean: true }, [yes], false],
  ['decimal', decimal('>', 2), [{ valueDecimal: 2 }], false],
  ['decimal', decimal('>=', 2), [{ valueDecimal: 2 }], true],
  ['decimal', decimal('<', 2), [{ valueDecimal: 10 }], false],
  ['decimal', decimal('<=', 10), [{ valueDecimal: 9.5 }], true],
  ['decimal', decimal('<', 2), [], false],
  ['integer', { operator: '>', answerInteger: 9 }, [{ valueInteger: 10 }], true],
  ['integer', { operator: '>', answerInteger: 9 }, [{ valueInteger: 3 }, { valueInteger: 12 }], true],
  ['date', { operator: '>', answerDate: '2026-03-03' }, [{ valueDate: '2026-03-04' }], true],
  ['date', { operator: '>', answerDate: '2026-03-03' }, [{ valueDate: '2026' }], false],
  ['date', { operator: '>=', answerDate: '2026' }, [{ valueDate: '2026-03-04' }], true],
  [
    'dateTime',
    { operator: '=', answerDateTime: '2026-03-03T14:00:00Z' },
    [{ valueDateTime: '2026-03-03T09:00:00-05:00' }],
    true,
  ],
  [
    'dateTime',
    { operator: '<', answerDateTime: '2026-03-03' },
    [{ valueDateTime: '2026-03-02T23:00:00Z' }],
    true,
  ],
  ['time', { operator: '<', answerTime: '09:30' }, [{ valueTime: '09:00:00' }], true],
  ['time', { operator: '=', answerTime: '09:00:00' }, [{ valueTime: '09:00:00' }], true],
  ['string', { operator: '=', answerString: 'oats' }, [{ valueString: 'oats' }], true],
  ['string', { operator: '=', answerString: 'oats' }, [{ valueString: 'Oats' }], false],
  ['string', { operator: '<', answerString: 'oats' }, [{ valueString: 'bran' }], true],
  ['quantity', { operator: '>', answerQuantity: { value: 60, unit: 'kg', code: 'kg' } }, [kg(70)], true],
  ['quantity', { operator: '>', answerQuantity: { value: 60 } }, [kg(70)], true],
  ['quantity', { operator: '>', answerQuantity: { value: 60, code: '[lb_av]' } }, [kg(70)], false],
  ['choice', { operator: '=', answerCoding: oats.valueCoding }, [rye, oats], true],
  ['choice', { operator: '=', answerCoding: { code: 'oats' } }, [oats], true],
  ['choice', { operator: '=', answerCoding: { system: 'urn:other', code: 'oats' } }, [oats], false],
  ['choice', { operator: '!=', answerCoding: oats.valueCoding }, [rye], true],
  ['choice', { operator: '!=', answerCoding: oats.valueCoding }, [rye, oats], false],
  ['open-choice', { operator: '=', answerString: 'mine' }, [{ valueString: 'mine' }], true],
  ['attachment', { operator: 'exists', answerBoolean: true }, [{ valueAttachment: { url: 'x' } }], true],
]

describe('what is enabled', () => {
  for (const [type, when, answer, expected] of table)
    it(`${expected ? 'is' : 'is not'} what asks ${type} ${JSON.stringify(when)} of ${JSON.stringify(answer)}`, () => {
      const asked = question('asked', type, {
        repeats: true,
        answerOption: type.includes('choice') ? coded('oats', 'rye') : undefined,
      })
      const then = question('then', 'string', { enableWhen: [{ question: 'asked', ...when }] })
      assert.equal(enabled([asked, then], q('asked', ...answer)).includes('then'), expected)
    })

  const two = (enableBehavior?: 'all' | 'any') => [
    question('one', 'boolean'),
    question('two', 'boolean'),
    question('then', 'string', { enableWhen: [ifYes('one'), ifYes('two')], enableBehavior }),
  ]

  it('needs all conditions, or any of them where the form says so', () => {
    assert.ok(!enabled(two('all'), q('one', yes)).includes('then'))
    assert.ok(!enabled(two(), q('one', yes)).includes('then'))
    assert.ok(enabled(two('all'), q('one', yes), q('two', yes)).includes('then'))
    assert.ok(enabled(two('any'), q('one', yes)).includes('then'))
  })

  it('takes a question that is itself disabled as unanswered, whatever is kept of it', () => {
    const items = [
      question('one', 'boolean'),
      question('two', 'boolean', { enableWhen: [ifYes('one')] }),
      question('three', 'boolean', { enableWhen: [ifYes('two')] }),
      question('none', 'boolean', {
        enableWhen: [{ question: 'two', operator: 'exists', answerBoolean: false }],
      }),
    ]
    const kept = [q('one', { valueBoolean: false }), q('two', yes), q('three', yes)]
    assert.deepEqual(enabled(items, ...kept), ['one', 'none'])
  })

  it('is nothing inside what is disabled', () => {
    const inside = group('inner', [question('deep', 'boolean')])
    const items = [question('one', 'boolean'), group('outer', [inside], { enableWhen: [ifYes('one')] })]
    assert.deepEqual(enabled(items), ['one'])
    assert.deepEqual(enabled(items, q('one', yes)), ['one', 'outer', 'inner', 'deep'])
  })

  it('may depend on what comes later in the form, and on what is not there', () => {
    const items = [
      question('first', 'boolean', { enableWhen: [ifYes('last')] }),
      question('lost', 'boolean', { enableWhen: [ifYes('gone')] }),
      question('last', 'boolean'),
    ]
    assert.deepEqual(enabled(items, q('last', yes)), ['first', 'last'])
  })

  it('looks in the same row of a repeated group, and from outside into all of them', () => {
    const rows = group(
      'foods',
      [question('bad', 'boolean'), question('how', 'text', { enableWhen: [ifYes('bad')] })],
      {
        repeats: true,
      },
    )
    const items = [rows, question('any', 'boolean', { enableWhen: [ifYes('bad')] })]
    const row = (value: boolean): ResponseItem => ({
      linkId: 'foods',
      item: [q('bad', { valueBoolean: value })],
    })
    const found = enabled(items, row(false), row(true))
    assert.deepEqual(found, ['foods', 'a0:bad', 'a1:bad', 'a1:how', 'any'])
    assert.ok(!enabled(items, row(false), row(false)).includes('any'))
  })

  it('looks at the answer it stands under, not at the others of the same question', () => {
    const asked = question('skin', 'choice', {
      repeats: true,
      answerOption: coded('acne', 'hives'),
      item: [
        question('when', 'string', {
          enableWhen: [{ question: 'skin', operator: '=', answerCoding: { code: 'hives' } }],
        }),
      ],
    })
    const answer = ['acne', 'hives'].map((code) => ({ valueCoding: { system: 'urn:test', code } }))
    assert.deepEqual(enabled([asked], { linkId: 'skin', answer }), ['skin', 'a1:when'])
  })

  it('hears an expression by name, and needs the other conditions too', () => {
    const expression = extension('enableWhenExpression', {
      valueExpression: { language: 'text/fhirpath', expression: 'true' },
    })
    const items = form(
      question('one', 'boolean'),
      question('then', 'boolean', { extension: [expression], enableWhen: [ifYes('one')] }),
    )
    const says = (value: boolean, ...answers: ResponseItem[]) =>
      enabledNames(items, response(...answers), new Map([['a:then', value]])).has('a:then')
    assert.deepEqual(
      [says(true, q('one', yes)), says(false, q('one', yes)), says(true)],
      [true, false, false],
    )
    assert.ok(enabledNames(items, response(q('one', yes))).has('a:then'))
  })

  it('ends where conditions go in a circle, and where they lead on for thousands of questions', () => {
    const circle = [
      question('one', 'boolean', { enableWhen: [ifYes('two')] }),
      question('two', 'boolean', { enableWhen: [ifYes('one')] }),
      group('around', [question('in', 'boolean')], { enableWhen: [ifYes('in')] }),
    ]
    assert.ok(Array.isArray(enabled(circle, q('one', yes), q('two', yes))))
    assert.ok(!enabled(circle).includes('in'))
    const chain = Array.from({ length: 5000 }, (_, index) =>
      question(`q${index}`, 'boolean', { enableWhen: [ifYes(`q${index + 1}`)] }),
    )
    assert.ok(Array.isArray(enabled(chain)))
  })
})
