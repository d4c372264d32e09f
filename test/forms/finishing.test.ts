import assert from 'node:assert/strict'
import { changesBetween } from '../../server/forms/differing.ts'
import { digestOfSection } from '../../server/forms/digest.ts'
import type { Outcome } from '../../server/forms/expressions/evaluation.ts'
import type { Answer, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { finish, scoresOf } from '../../server/forms/finishing.ts'
import { readOut } from '../../server/forms/readout.ts'
import { settle } from '../../server/forms/settling.ts'
import {
  coded,
  draftOf,
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
const row = (linkId: string, ...item: ResponseItem[]): ResponseItem => ({ linkId, item })
const text = (valueString: string): Answer => ({ valueString })
const yes: Answer = { valueBoolean: true }
const ifYes = [{ question: 'q', operator: '=' as const, answerBoolean: true }]
const expression = { language: 'text/fhirpath', expression: '1' }
const calculated = extension('calculatedExpression', { valueExpression: expression })
const outcome = (given: Partial<Outcome>): Outcome => ({
  calculated: {},
  enabled: {},
  failedRegex: [],
  troubles: [],
  ...given,
})

describe('a draft', () => {
  it('begins with initial values, several where several may be given', () => {
    const questionnaire = form(
      question('a', 'string', { initial: [text('oats'), text('rye')] }),
      question('b', 'string', { repeats: true, initial: [text('oats'), text('rye')] }),
      group('g', [question('c', 'integer', { initial: [{ valueInteger: 3 }] })]),
      question('d', 'decimal', { initial: [{ valueInteger: 3 }] }),
      question('e', 'boolean', { initial: [text('yes')] }),
    )
    assert.deepEqual(draftOf(questionnaire), {
      resourceType: 'QuestionnaireResponse',
      questionnaire: 'https://example.org/form|1',
      status: 'in-progress',
      item: [
        q('a', text('oats')),
        q('b', text('oats'), text('rye')),
        row('g', q('c', { valueInteger: 3 })),
        q('d', { valueDecimal: 3 }),
      ],
    })
  })

  it('begins with the options that are chosen at first, as they are offered, and none that is not', () => {
    const score = extension('ordinalValue', { valueDecimal: 4 })
    const [oats, rye] = coded('oats', 'rye') ?? []
    const answerOption = [{ ...oats, extension: [score], initialSelected: true }, { ...rye }]
    const asOffered = { valueCoding: { ...oats?.valueCoding, extension: [score] } }
    const begun = (given: object) =>
      draftOf(form(question('q', 'choice', { answerOption, ...given }))).item?.[0]?.answer
    assert.deepEqual(begun({}), [asOffered])
    assert.deepEqual(begun({ initial: [{ valueCoding: { code: 'rye' } }] }), [{ ...rye }])
    assert.deepEqual(begun({ initial: [{ valueCoding: { code: 'oats' } }] }), [asOffered])
    const gone = { answerOption: [{ ...rye }], initial: [{ valueCoding: { code: 'gone' } }] }
    assert.equal(begun(gone), undefined)
  })
})

describe('a settled draft', () => {
  const scored = form(
    question('q', 'boolean'),
    question('sum', 'integer', { extension: [calculated] }),
    question('more', 'string', { enableWhen: [{ question: 'sum', operator: '>', answerInteger: 5 }] }),
  )

  it('asks the evaluator only where there is something to work out', async () => {
    const never = () => assert.fail('was asked')
    assert.ok((await settle(form(question('q', 'boolean')), response(), never)).enabled.has('a:q'))
  })

  it('has what is calculated, and believes nothing else', async () => {
    const found = await settle(scored, response(q('sum', { valueInteger: 99 })), async () =>
      outcome({ calculated: { 'a:sum': [{ valueInteger: 7 }], 'a:q': [yes] } }),
    )
    assert.deepEqual(found.response.item, [q('sum', { valueInteger: 7 })])
    assert.deepEqual([...found.enabled], ['a:q', 'a:sum', 'a:more'])
    const failed = await settle(scored, response(q('sum', { valueInteger: 99 })), async () =>
      outcome({ troubles: [{ linkId: 'sum', message: 'too slow' }] }),
    )
    assert.equal(failed.response.item, undefined)
    assert.deepEqual(failed.troubles, [{ linkId: 'sum', message: 'too slow' }])
  })

  it('hands the evaluator only what is enabled, in the rows where it stands', async () => {
    const questionnaire = form(
      question('q', 'boolean'),
      group('g', [question('name', 'string'), question('dose', 'string', { enableWhen: ifYes })], {
        repeats: true,
      }),
      question('sum', 'integer', { extension: [calculated] }),
    )
    const handed: QuestionnaireResponse[] = []
    const draft = response(row('g'), row('g', q('name', text('iron')), q('dose', text('5'))))
    const found = await settle(questionnaire, draft, async (given) => {
      handed.push(given)
      return outcome({})
    })
    assert.deepEqual(handed[0]?.item, [{ linkId: 'g' }, row('g', q('name', text('iron')))])
    assert.deepEqual(found.response.item, [
      { linkId: 'g' },
      row('g', q('name', text('iron')), q('dose', text('5'))),
    ])
  })

  it('asks again when what is calculated enabled something, and ends where that contradicts itself', async () => {
    let asked = 0
    const found = await settle(scored, response(), async () => {
      asked += 1
      return outcome({ calculated: { 'a:sum': [{ valueInteger: asked % 2 === 0 ? 0 : 9 }] } })
    })
    assert.ok(asked > 1 && asked < 20, `asked ${asked} times`)
    assert.match(found.troubles.at(-1)?.message ?? '', /contradict/)
  })
})

describe('what is sent', () => {
  it('has nothing that is disabled or empty, and each text, in the order of the form', async () => {
    const questionnaire = form(
      question('q', 'boolean'),
      question('off', 'string', { enableWhen: ifYes }),
      group('g', [question('name', 'string'), question('mark', 'string', { extension: [hidden] })], {
        repeats: true,
      }),
      question('last', 'string', { repeats: true }),
    )
    const draft = response(
      q('last', text('oats'), {}),
      row('g', q('mark', text('x'))),
      row('g', q('name', text('iron')), q('mark', text('x'))),
      q('off', text('kept')),
      q('q', { valueBoolean: false }),
    )
    const sent = finish(await settled(questionnaire, draft), {
      status: 'completed',
      authored: '2026-03-03T14:00:00Z',
    })
    assert.deepEqual(sent, {
      resourceType: 'QuestionnaireResponse',
      status: 'completed',
      authored: '2026-03-03T14:00:00Z',
      item: [
        { linkId: 'q', text: 'About q?', answer: [{ valueBoolean: false }] },
        {
          linkId: 'g',
          text: 'The g',
          item: [
            { linkId: 'name', text: 'About name?', answer: [text('iron')] },
            { linkId: 'mark', text: 'About mark?', answer: [text('x')] },
          ],
        },
        { linkId: 'last', text: 'About last?', answer: [text('oats')] },
      ],
    })
  })

  it('has scores: what is calculated, enabled and a number', async () => {
    const short = extension('shortText', { valueString: 'Gut score' })
    const sum = (linkId: string, type: 'integer' | 'decimal' | 'string') =>
      question(linkId, type, { extension: [calculated, short] })
    const questionnaire = form(
      sum('a', 'integer'),
      { ...sum('b', 'decimal'), enableWhen: ifYes },
      sum('c', 'string'),
      question('d', 'integer'),
    )
    const draft = response(
      q('a', { valueInteger: 42 }),
      q('b', { valueDecimal: 1 }),
      q('c', text('high')),
      q('d', { valueInteger: 3 }),
    )
    assert.deepEqual(scoresOf(await settled(questionnaire, draft)), [
      { linkId: 'a', label: 'Gut score', value: 42 },
    ])
  })
})

describe('answers read out', () => {
  const ask = form(
    group('gut', [
      question('q', 'boolean'),
      question('pain', 'integer', {
        extension: [extension('unit', { valueCoding: { code: 'd', display: 'days' } })],
      }),
      question('since', 'date'),
      question('foods', 'choice', { repeats: true, answerOption: coded('oats', 'rye') }),
      question('off', 'string', { enableWhen: ifYes }),
      {
        linkId: 'advice',
        type: 'display',
        text: 'Please rest.',
        enableWhen: [{ question: 'pain', operator: '>', answerInteger: 2 }],
      },
      group('meds', [question('name', 'string'), question('photo', 'attachment')], { repeats: true }),
    ]),
  )
  const codings = ['oats', 'rye'].map((code) => ({
    valueCoding: { system: 'urn:test', code, display: `Answer ${code}` },
  }))
  const draft = response(
    row(
      'gut',
      q('q', { valueBoolean: false }),
      q('pain', { valueInteger: 3 }),
      q('foods', ...codings),
      row('meds', q('name', text('iron')), q('photo', { valueAttachment: { url: 'u', title: 'pill.jpg' } })),
      row('meds', q('name', text('zinc'))),
    ),
  )

  it('are words, section by section, with what was not answered and what was advised', () => {
    const file = { id: '1', name: 'pill.jpg', size: '1 kB', href: '/my/files/1' }
    const [section] = readOut(ask, draft, { files: new Map([['u', file]]) })
    assert.deepEqual([section?.number, section?.title], [1, 'The gut'])
    const lines = section?.lines.map(({ kind, depth, label, answers }) => [
      kind,
      depth,
      label,
      answers.map(({ words }) => words).join('; '),
    ])
    assert.deepEqual(lines, [
      ['answer', 0, 'About q?', 'No'],
      ['answer', 0, 'About pain?', '3 days'],
      ['answer', 0, 'About since?', ''],
      ['answer', 0, 'About foods?', 'Answer oats; Answer rye'],
      ['note', 0, 'Please rest.', ''],
      ['heading', 0, 'The meds', ''],
      ['heading', 1, 'The meds 1', ''],
      ['answer', 2, 'About name?', 'iron'],
      ['answer', 2, 'About photo?', 'pill.jpg'],
      ['heading', 1, 'The meds 2', ''],
      ['answer', 2, 'About name?', 'zinc'],
      ['answer', 2, 'About photo?', ''],
    ])
    assert.deepEqual(section?.lines[8]?.answers[0]?.file, file)
  })

  it('say what is wrong beside it, and that a group was left empty', () => {
    const problems = [{ name: 'a:pain', linkId: 'pain', label: 'pain', message: 'Too many.', section: 1 }]
    const lines = readOut(ask, response(), { problems })[0]?.lines ?? []
    assert.equal(lines.find(({ linkId }) => linkId === 'pain')?.error, 'Too many.')
    assert.equal(lines.find(({ linkId }) => linkId === 'meds')?.kind, 'answer')
  })

  it('are written as people read them', () => {
    const table: [Parameters<typeof question>[1], Answer, string][] = [
      ['date', { valueDate: '2026-03-05' }, 'March 5, 2026'],
      ['date', { valueDate: '2026-03' }, 'March 2026'],
      ['dateTime', { valueDateTime: '2026-03-05T21:05:00-05:00' }, 'March 5, 2026, 9:05 PM'],
      ['time', { valueTime: '00:30:00' }, '12:30 AM'],
      ['quantity', { valueQuantity: { value: 70.5, unit: 'kg' } }, '70.5 kg'],
      ['url', { valueUri: 'https://example.org' }, 'https://example.org'],
      ['open-choice', text('my own'), 'my own'],
    ]
    for (const [type, answer, words] of table) {
      const [section] = readOut(form(question('q', type)), response(q('q', answer)))
      assert.equal(section?.lines[0]?.answers[0]?.words, words)
    }
  })

  it('differ in words between two versions of what was sent', () => {
    const newer = response(
      row(
        'gut',
        q('pain', { valueInteger: 4 }),
        q('since', { valueDate: '2026' }),
        q('foods', ...codings),
        row('meds', q('name', text('iron'))),
      ),
    )
    assert.deepEqual(changesBetween(ask, draft, newer), [
      { linkId: 'q', label: 'About q?', before: 'No', after: '' },
      { linkId: 'pain', label: 'About pain?', before: '3 days', after: '4 days' },
      { linkId: 'since', label: 'About since?', before: '', after: '2026' },
      { linkId: 'name', label: 'The meds 2: About name?', before: 'zinc', after: '' },
      { linkId: 'photo', label: 'The meds 1: About photo?', before: 'pill.jpg', after: '' },
    ])
    assert.deepEqual(changesBetween(ask, draft, JSON.parse(JSON.stringify(draft))), [])
  })
})

describe('the mark of a section', () => {
  const questionnaire = form(
    group('one', [question('a', 'string'), question('sum', 'integer', { extension: [calculated] })]),
    group('two', [question('b', 'quantity')]),
  )
  const mark = (number: number, ...items: ResponseItem[]) =>
    digestOfSection(questionnaire, sectionOf(questionnaire, number), response(...items))

  it('changes with its answers and with nothing else', () => {
    const first = mark(1, row('one', q('a', text('x'))))
    assert.match(first, /^[\w-]{22}$/)
    assert.notEqual(mark(1, row('one', q('a', text('y')))), first)
    assert.notEqual(mark(1), first)
    assert.equal(
      mark(
        1,
        row('one', q('a', text('x')), q('sum', { valueInteger: 4 })),
        row('two', q('b', { valueQuantity: { value: 1 } })),
      ),
      first,
    )
    assert.equal(
      mark(1, {
        linkId: 'one',
        text: 'The one',
        item: [{ linkId: 'a', text: 'About a?', answer: [text('x')] }],
      }),
      first,
    )
  })

  it('is the same whatever order the properties stand in', () => {
    const quantity = { value: 1, unit: 'kg' }
    assert.equal(
      mark(2, row('two', q('b', { valueQuantity: quantity }))),
      mark(2, row('two', q('b', { valueQuantity: { unit: 'kg', value: 1 } }))),
    )
  })
})
