import assert from 'node:assert/strict'
import { allProblems, checkAll, checkSection } from '../../server/forms/checking.ts'
import type {
  Answer,
  Extension,
  Item,
  Questionnaire,
  QuestionnaireResponse,
  ResponseItem,
} from '../../server/forms/fhir.ts'
import { fillSection } from '../../server/forms/filling.ts'
import {
  coded,
  control,
  extension,
  form,
  group,
  hidden,
  question,
  response,
  sectionOf,
  settled,
} from './filled.ts'

const q = (linkId: string, ...answer: Answer[]): ResponseItem => ({ linkId, answer })
const text = (...words: string[]): Answer[] => words.map((valueString) => ({ valueString }))

async function said(questionnaire: Questionnaire, draft?: QuestionnaireResponse): Promise<string[]> {
  return checkAll(await settled(questionnaire, draft)).map(({ message }) => message)
}

const oneOf = (type: Item['type'], extensions: Extension[], given: Partial<Item> = {}) =>
  form(question('q', type, { extension: extensions, ...given }))
const coding = (code: string): Answer => ({ valueCoding: { system: 'urn:test', code } })

describe('what is still needed', () => {
  it('is each required answer, asked for in words that fit', async () => {
    const questionnaire = form(
      question('name', 'string', { required: true }),
      question('meal', 'choice', { required: true, answerOption: coded('oats') }),
      question('well', 'boolean', { required: true }),
      question('photo', 'attachment', { required: true }),
      question('more', 'string'),
    )
    assert.deepEqual(await said(questionnaire), [
      'Please answer “About name?”.',
      'Please choose an answer to “About meal?”.',
      'Please choose an answer to “About well?”.',
      'Please add a file to “About photo?”.',
    ])
    const [problem] = checkAll(await settled(questionnaire))
    assert.deepEqual(problem, {
      name: 'a:name',
      linkId: 'name',
      label: 'About name?',
      message: 'Please answer “About name?”.',
      section: 1,
    })
  })

  it('is nothing of what is hidden, disabled, read-only, calculated or without anything to choose', async () => {
    const required = { required: true }
    const calculated = extension('calculatedExpression', {
      valueExpression: { language: 'text/fhirpath', expression: '{}' },
    })
    const questionnaire = form(
      question('hidden', 'string', { ...required, extension: [hidden] }),
      group('away', [question('in', 'string', required)], { ...required, extension: [hidden] }),
      question('off', 'string', {
        ...required,
        enableWhen: [{ question: 'in', operator: 'exists', answerBoolean: true }],
      }),
      question('read', 'string', { ...required, readOnly: true }),
      question('sum', 'integer', { ...required, extension: [calculated] }),
      question('nothing', 'choice', required),
      question('words', 'display', required),
    )
    assert.deepEqual(await said(questionnaire), [])
  })

  it('is not in a row of a repeated group that was left empty, but in each that was begun', async () => {
    const rows = (given: Partial<Item> = {}) =>
      form(
        group('foods', [question('name', 'string', { required: true }), question('how', 'string')], {
          repeats: true,
          ...given,
        }),
      )
    const begun = response({ linkId: 'foods', item: [q('how', ...text('raw'))] })
    assert.deepEqual(await said(rows()), [])
    assert.deepEqual(await said(rows(), begun), ['Please answer “About name?”.'])
    assert.deepEqual(await said(rows({ required: true })), ['Please answer “About name?”.'])
  })

  it('is not under a question that was not answered', async () => {
    const nested = form(question('q', 'string', { item: [question('how', 'string', { required: true })] }))
    assert.deepEqual(await said(nested), [])
    assert.deepEqual(await said(nested, response(q('q', ...text('rash')))), ['Please answer “About how?”.'])
  })

  it('is at least one answer in a required group', async () => {
    const questionnaire = form(
      group('foods', [question('a', 'string'), question('b', 'string')], { required: true }),
    )
    assert.deepEqual(await said(questionnaire), ['Please answer at least one question of “The foods”.'])
    assert.deepEqual(
      await said(questionnaire, response({ linkId: 'foods', item: [q('b', ...text('x'))] })),
      [],
    )
  })

  it('is as many rows and answers as the form says, of what was begun', async () => {
    const occurs = [extension('minOccurs', { valueInteger: 2 }), extension('maxOccurs', { valueInteger: 3 })]
    const rows = form(group('foods', [question('name', 'string')], { repeats: true, extension: occurs }))
    const filled = (count: number) =>
      response(...Array.from({ length: count }, () => ({ linkId: 'foods', item: [q('name', ...text('x'))] })))
    assert.deepEqual(await said(rows), [])
    assert.deepEqual(await said(rows, filled(1)), ['Please fill in at least 2 of “The foods”.'])
    assert.deepEqual(await said(rows, filled(3)), [])
    assert.deepEqual(await said(rows, filled(4)), ['Please fill in at most 3 of “The foods”.'])
    const checks = oneOf('choice', occurs, { repeats: true, answerOption: coded('a', 'b', 'c', 'd') })
    assert.deepEqual(await said(checks, response(q('q', coding('a')))), [
      'Please give at least 2 answers to “About q?”.',
    ])
    assert.deepEqual(await said(checks, response(q('q', ...['a', 'b', 'c', 'd'].map(coding)))), [
      'Please give at most 3 answers to “About q?”.',
    ])
  })
})

describe('what is wrong with an answer', () => {
  const low = extension('minValue', { valueInteger: 2 })
  const high = extension('maxValue', { valueInteger: 5 })
  const days = [
    extension('minValue', { valueDate: '1920-01-01' }),
    extension('maxValue', { valueDate: '2026-03-03' }),
  ]
  const table: [Item['type'], Extension[], Answer, string | undefined][] = [
    ['integer', [low, high], { valueInteger: 2 }, undefined],
    ['integer', [low, high], { valueInteger: 6 }, 'The number for “About q?” must be from 2 to 5.'],
    ['integer', [low], { valueInteger: 1 }, 'The number for “About q?” must be at least 2.'],
    ['decimal', [high], { valueDecimal: 5.01 }, 'The number for “About q?” can be at most 5.'],
    ['quantity', [high], { valueQuantity: { value: 6 } }, 'The number for “About q?” can be at most 5.'],
    ['decimal', [extension('maxDecimalPlaces', { valueInteger: 1 })], { valueDecimal: 1.5 }, undefined],
    [
      'decimal',
      [extension('maxDecimalPlaces', { valueInteger: 1 })],
      { valueDecimal: 1.55 },
      'The number for “About q?” can have at most 1 digit after the point.',
    ],
    ['date', days, { valueDate: '2026-03-03' }, undefined],
    ['date', days, { valueDate: '1919' }, '“About q?” can’t be before January 1, 1920.'],
    ['date', days, { valueDate: '2026-03-04' }, '“About q?” can’t be after March 3, 2026.'],
    [
      'time',
      [extension('maxValue', { valueTime: '22:00' })],
      { valueTime: '22:30:00' },
      '“About q?” can’t be after 10:00 PM.',
    ],
    [
      'string',
      [extension('minLength', { valueInteger: 3 })],
      { valueString: 'ab' },
      'Please write at least 3 characters for “About q?”.',
    ],
    [
      'attachment',
      [extension('maxSize', { valueDecimal: 1 })],
      { valueAttachment: { size: 1_200_000 } },
      'The file for “About q?” is too large. It can have at most 1 MB.',
    ],
    [
      'attachment',
      [extension('mimeType', { valueCode: 'image/*' })],
      { valueAttachment: { contentType: 'application/pdf' } },
      'The file for “About q?” is of a kind that is not asked for.',
    ],
    [
      'attachment',
      [extension('mimeType', { valueCode: 'image/*' })],
      { valueAttachment: { contentType: 'image/jpeg' } },
      undefined,
    ],
  ]
  for (const [type, extensions, answer, expected] of table)
    it(`is ${expected ? `said: ${expected}` : `nothing: ${JSON.stringify(answer)}`}`, async () => {
      assert.deepEqual(
        await said(oneOf(type, extensions), response(q('q', answer))),
        expected ? [expected] : [],
      )
    })

  it('is a step that a scale does not have', async () => {
    const ends = extension('ends', {
      extension: [
        { url: 'low', valueString: 'none' },
        { url: 'high', valueString: 'worst' },
      ],
    })
    const scale = oneOf('integer', [
      extension('minValue', { valueInteger: 0 }),
      extension('maxValue', { valueInteger: 10 }),
      ends,
    ])
    assert.deepEqual(await said(scale, response(q('q', { valueInteger: 11 }))), [
      'The number for “About q?” must be from 0 to 10.',
    ])
  })

  it('is “none of these” together with one of these', async () => {
    const options = [
      ...(coded('oats') ?? []),
      { ...coded('none')?.[0], extension: [extension('optionExclusive', { valueBoolean: true })] },
    ]
    const questionnaire = form(question('q', 'choice', { repeats: true, answerOption: options }))
    assert.deepEqual(await said(questionnaire, response(q('q', coding('none')))), [])
    assert.deepEqual(await said(questionnaire, response(q('q', coding('oats'), coding('none')))), [
      '“Answer none” can’t be chosen together with other answers to “About q?”.',
    ])
  })

  it('is a pattern that it does not match, by what the evaluator found', async () => {
    const questionnaire = oneOf('string', [extension('regex', { valueString: '[0-9]+' })])
    const found = await settled(questionnaire, response(q('q', ...text('x'))))
    assert.deepEqual(checkAll(found), [])
    assert.match(
      checkAll({ ...found, failedRegex: new Set(['a:q']) })[0]?.message ?? '',
      /not written as it is asked for/,
    )
  })
})

describe('a section', () => {
  const questionnaire = form(
    group('one', [
      question('first', 'integer', { required: true }),
      question('second', 'string', { required: true }),
    ]),
    group('two', [question('third', 'string', { required: true })]),
  )

  it('is checked by itself, all of them for sending', async () => {
    const found = await settled(questionnaire)
    const names = checkSection(found, sectionOf(questionnaire, 2)).map(({ name, section }) => [name, section])
    assert.deepEqual(names, [['a:third', 2]])
    assert.deepEqual(
      checkAll(found).map(({ name }) => name),
      ['a:first', 'a:second', 'a:third'],
    )
  })

  it('says one thing about a question, what can’t be read first, in the order of the page', async () => {
    const section = sectionOf(questionnaire)
    const on = ['a:first', 'a:second']
    const { response: filled, problems } = fillSection(await settled(questionnaire), section, {
      on,
      'a:first': 'many',
    })
    const all = allProblems(await settled(questionnaire, filled), section, problems)
    assert.deepEqual(
      all.map(({ message }) => message),
      ['Please write a whole number for “About first?”, like 3.', 'Please answer “About second?”.'],
    )
  })

  it('says nothing about what can’t be read where it is no longer asked', async () => {
    const asked = form(
      question('any', 'boolean'),
      question('many', 'integer', { enableWhen: [{ question: 'any', operator: '=', answerBoolean: true }] }),
    )
    const section = sectionOf(asked)
    const posted = { on: ['a:any', 'a:many'], 'a:any': 'false', 'a:many': 'lots' }
    const { response: filled, problems } = fillSection(await settled(asked), section, posted)
    assert.equal(problems.length, 1)
    assert.deepEqual(allProblems(await settled(asked, filled), section, problems), [])
  })

  it('quotes a long question only as far as it reads well', async () => {
    const long = form(question('q', 'string', { required: true, text: `${'very '.repeat(40)}long:` }))
    assert.ok(((await said(long))[0]?.length ?? 0) < 110)
  })

  it('takes controls as they are meant', async () => {
    const slider = oneOf('integer', [control('slider')], { required: true })
    assert.deepEqual(await said(slider), ['Please answer “About q?”.'])
  })
})
