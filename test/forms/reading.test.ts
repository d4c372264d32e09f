import assert from 'node:assert/strict'
import { readQuestionnaire } from '../../server/forms/reading.ts'
import { accepted, choice, form, item, type Loose, option, refused, said, when } from './imported.ts'

const group = (linkId: string, items: Loose[], more: Loose = {}) =>
  item(linkId, 'group', { item: items, ...more })

/** A way to refuse a form, and the words of it. */
const refusals: [string, unknown, RegExp][] = [
  ['nothing', '', /^the form: This is no JSON/],
  ['a text', 'Do you sleep well?', /^the form: This is no JSON/],
  ['half a file', '{"resourceType":"Questionnaire","status":', /^the form: This is no JSON/],
  ['XML', '<Questionnaire xmlns="http://hl7.org/fhir"/>', /^the form: This is XML/],
  ['a list', '[]', /^the form: This is no Questionnaire/],
  ['null', 'null', /^the form: This is no Questionnaire/],
  ['a number', '7', /^the form: This is no Questionnaire/],
  ['another resource', { resourceType: 'Patient' }, /^the form: This is no Questionnaire/],
  ['one without a status', { resourceType: 'Questionnaire' }, /^the form: Its status is missing\.$/],
  ['one of another status', form([], { status: 'ready' }), /^the form: Its status must be draft, active/],
  ['one without items', { resourceType: 'Questionnaire', status: 'active' }, /^the form: It has no items\.$/],
  ['an empty list of items', form([]), /^the form: Its item must not be an empty list/],
  ['an item that is none', form(['a' as never]), /^item number 1: It must be an object\.$/],
  ['an item without a linkId', form([{ type: 'string' }]), /^item number 1: Its linkId is missing\.$/],
  [
    'a linkId that is a number',
    form([{ linkId: 3, type: 'string' }]),
    /^item number 1: Its linkId must be text/,
  ],
  ['an empty linkId', form([item('', 'string')]), /Its linkId must not be empty/],
  ['a linkId with 256 characters', form([item('a'.repeat(256), 'string')]), /more than 255 characters/],
  [
    'a linkId with a line end',
    form([item('a\nb', 'string')]),
    /Its linkId has characters that can’t be seen/,
  ],
  ['a linkId with an invisible mark', form([item('a\u202eb', 'string')]), /characters that can’t be seen/],
  ['a linkId that ends with a space', form([item('a ', 'string')]), /must not begin or end with a space/],
  ['an item without a type', form([{ linkId: 'a' }]), /^item a: Its type is missing\.$/],
  ['an unknown type', form([item('a', 'slider')]), /^item a: Its type “slider” is none of FHIR R4\.$/],
  ['a type of R5', form([item('a', 'coding')]), /^item a: Its type “coding” is not of FHIR R4/],
  ['a text that is none', form([item('a', 'string', { text: 3 })]), /^item a: Its text must be text\.$/],
  [
    'required with a word',
    form([item('a', 'string', { required: 'yes' })]),
    /Its required must be true or false/,
  ],
  ['repeats with a number', form([item('a', 'string', { repeats: 1 })]), /Its repeats must be true or false/],
  ['a length below 0', form([item('a', 'string', { maxLength: -1 })]), /Its maxLength must not be below 0/],
  [
    'a length of 1.5',
    form([item('a', 'string', { maxLength: 1.5 })]),
    /Its maxLength must be a whole number/,
  ],
  [
    'an option that is no object',
    form([group('skin', [item('b', 'choice', { answerOption: [option('x'), option('y'), 'z'] })])]),
    /^item b, answer option 3: It must be an object\.$/,
  ],
  [
    'an option with a code that is a number',
    form([item('a', 'choice', { answerOption: [{ valueCoding: { code: 3 } }] })]),
    /^item a, answer option 1, valueCoding: Its code must be text\.$/,
  ],
  [
    'an option with two values',
    form([item('a', 'choice', { answerOption: [{ valueString: 'x', valueInteger: 1 }] })]),
    /^item a, answer option 1: It must have one value\.$/,
  ],
  [
    'an option of a type that the item does not have',
    form([item('a', 'integer', { answerOption: [{ valueString: 'x' }] })]),
    /^item a, answer option 1: Its valueString is no answer to an item of type integer\.$/,
  ],
  [
    'an initial value of another type',
    form([item('a', 'boolean', { initial: [{ valueString: 'true' }] })]),
    /^item a, initial value 1: Its valueString is no answer to an item of type boolean\.$/,
  ],
  [
    'an initial day that is none',
    form([item('a', 'date', { initial: [{ valueDate: 'tomorrow' }] })]),
    /^item a, initial value 1: Its valueDate must be a date/,
  ],
  [
    'an extension without an address',
    form([item('a', 'string', { extension: [{ valueString: 'x' }] })]),
    /^item a, extension 1: Its url is missing\.$/,
  ],
  [
    'two items of one linkId',
    form([item('a', 'string'), group('g', [item('a', 'date')])]),
    /^item a: .*\(que-2\)$/,
  ],
  ['a group of nothing', form([item('a', 'group')]), /\(que-1\)$/],
  [
    'a reference that must be answered',
    form([item('a', 'reference', { required: true })]),
    /can’t ask for a ref/,
  ],
  [
    'a choice of nothing that must be answered',
    form([item('a', 'choice', { required: true })]),
    /no options/,
  ],
  [
    'a choice whose options are elsewhere, that must be answered',
    form([item('a', 'choice', { required: true, answerValueSet: 'http://example.org/vs' })]),
    /^item a: It must be answered, and it has no options that Flora knows\.$/,
  ],
  [
    'limits that leave no number',
    form([
      item('a', 'integer', {
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/minValue', valueInteger: 9 },
          { url: 'http://hl7.org/fhir/StructureDefinition/maxValue', valueInteger: 3 },
        ],
      }),
    ]),
    /^item a: Its minValue is above its maxValue\.$/,
  ],
  [
    'more answers than there can be',
    form([
      item('a', 'string', {
        repeats: true,
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs', valueInteger: 51 },
        ],
      }),
    ]),
    /^item a: Its minOccurs asks for more than 50 answers/,
  ],
]

/** Conditions that can't be, on the item b. */
const conditions: [string, Loose[], RegExp][] = [
  ['asks for an item that is not there', [when('z', '=', { answerString: 'x' })], /there is no such item/],
  ['asks for a group', [when('g', 'exists', { answerBoolean: true })], /which is no question/],
  [
    'has an unknown operator',
    [when('word', '~', { answerString: 'x' })],
    /Its operator must be one of exists/,
  ],
  ['compares with nothing', [when('word', '=', {})], /must compare with one answer/],
  ['compares with two answers', [when('word', '=', { answerString: 'x', answerInteger: 1 })], /one answer/],
  ['asks for existence with a word', [when('word', 'exists', { answerString: 'x' })], /\(que-7\)$/],
  ['compares a text with a number', [when('word', '=', { answerInteger: 1 })], /they never fit/],
  ['compares a number with a code', [when('count', '=', { answerCoding: { code: 'x' } })], /they never fit/],
  ['compares yes or no with a text', [when('yes', '=', { answerString: 'true' })], /they never fit/],
  ['compares codes with a text', [when('pick', '=', { answerString: 'yes' })], /they never fit/],
  ['wants a text above another', [when('word', '>', { answerString: 'x' })], /have no order/],
  ['wants yes above no', [when('yes', '>', { answerBoolean: false })], /have no order/],
  ['wants a code above another', [when('pick', '<=', { answerCoding: { code: 'no' } })], /have no order/],
  ['compares with a day that is none', [when('day', '>', { answerDate: '2026-13-01' })], /must be a date/],
]

const asked = [
  item('word', 'string'),
  item('count', 'integer'),
  item('yes', 'boolean'),
  choice('pick'),
  item('day', 'date'),
  group('g', [item('inner', 'string')]),
]

describe('a questionnaire that is brought here', () => {
  for (const [what, read, words] of refusals)
    it(`is refused when it is ${what}`, () => {
      assert.ok(
        said(refused(read)).some((line) => words.test(line)),
        said(refused(read)).join('\n'),
      )
    })

  for (const [what, enableWhen, words] of conditions)
    it(`is refused when a condition ${what}`, () => {
      const lines = said(refused(form([...asked, item('b', 'string', { enableWhen })])))
      assert.ok(
        lines.some((line) => line.startsWith('item b') && words.test(line)),
        lines.join('\n'),
      )
    })

  it('may compare each type of answer with its own', () => {
    const enableWhen = [
      when('word', '!=', { answerString: 'x' }),
      when('count', '>=', { answerDecimal: 1.5 }),
      when('yes', '=', { answerBoolean: true }),
      when('pick', '=', { answerCoding: { code: 'no' } }),
      when('day', '<', { answerDate: '2026-01-31' }),
      when('inner', 'exists', { answerBoolean: false }),
    ]
    accepted(form([...asked, item('b', 'string', { enableWhen, enableBehavior: 'any' })]))
  })

  it('may be of 1,000,000 bytes and not of one more', () => {
    const text = JSON.stringify(form([item('a', 'string')]))
    assert.ok(readQuestionnaire(text.padEnd(1_000_000)).ok)
    assert.match(said(refused(text.padEnd(1_000_001)))[0] ?? '', /larger than 1 MB/)
    assert.match(said(refused('é'.repeat(600_000)))[0] ?? '', /larger than 1 MB/)
    assert.match(said(refused(text.padEnd(5_000_000)))[0] ?? '', /larger than 1 MB/)
  })

  it('is refused when it is nested so deep that reading on would be dangerous', () => {
    const deep = (levels: number): Loose =>
      levels === 0 ? item('end', 'string') : group(`g${levels}`, [deep(levels - 1)])
    accepted(form([deep(40)]))
    assert.match(said(refused(form([deep(60)])))[0] ?? '', /nested more than 100 levels/)
    for (const bracket of ['[', '{"item":[']) {
      const bomb = `{"resourceType":"Questionnaire","item":${bracket.repeat(90_000)}`
      assert.match(said(refused(bomb))[0] ?? '', /nested more than 100 levels/)
    }
    accepted(form([item('a', 'string', { text: `A bracket is no level: ${'['.repeat(200)} \\" {{{` })]))
  })

  it('is refused when it has so many parts that looking at each would take long', () => {
    const parts = (count: number) =>
      `{"resourceType":"Questionnaire","status":"active","item":[${Array(count).fill('{}').join()}]}`
    assert.match(said(refused(parts(1000)))[0] ?? '', /^item number 1: Its linkId is missing/)
    assert.match(said(refused(parts(100_000)))[0] ?? '', /^the form: This has more than 60000 parts/)
    accepted(form([item('a', 'string', { text: '{'.repeat(49_000) })]))
  })

  it('has at most 2,000 items', () => {
    const items = (count: number) => Array.from({ length: count }, (_, index) => item(`i${index}`, 'string'))
    accepted(form(items(2000)))
    assert.match(said(refused(form(items(2001))))[0] ?? '', /It has 2001 items; Flora takes at most 2000/)
    assert.match(said(refused(form([group('g', items(2000))])))[0] ?? '', /2001 items/)
  })

  it('has at most 500 options a question, also from a value set', () => {
    const options = (count: number) => Array.from({ length: count }, (_, index) => option(`o${index}`))
    accepted(form([item('a', 'choice', { answerOption: options(500) })]))
    assert.match(
      said(refused(form([item('a', 'choice', { answerOption: options(501) })])))[0] ?? '',
      /501 options/,
    )
    const concept = Array.from({ length: 501 }, (_, index) => ({ code: `o${index}` }))
    const contained = [{ resourceType: 'ValueSet', id: 'vs', compose: { include: [{ concept }] } }]
    assert.match(
      said(refused(form([item('a', 'choice', { answerValueSet: '#vs' })], { contained })))[0] ?? '',
      /^item a: It has 501 options/,
    )
  })

  it('is refused when a few lines of it ask for more than fits into memory', () => {
    const least = { url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-minOccurs', valueInteger: 50 }
    const rows = (levels: number): Loose =>
      levels === 0
        ? item('end', 'string')
        : group(`g${levels}`, [rows(levels - 1)], { repeats: true, extension: [least] })
    accepted(form([rows(2)]))
    for (const levels of [3, 5, 40])
      assert.match(said(refused(form([rows(levels)])))[0] ?? '', /^the form: .*more than 5000 items/)

    const options = (count: number, questions: number) => {
      const contains = Array.from({ length: count }, (_, index) => ({ code: `o${index}` }))
      const contained = [{ resourceType: 'ValueSet', id: 'vs', expansion: { contains } }]
      const asking = (_: unknown, index: number) => item(`i${index}`, 'choice', { answerValueSet: '#vs' })
      return form(Array.from({ length: questions }, asking), { contained })
    }
    accepted(options(400, 50))
    for (const [count, questions] of [
      [400, 51],
      [10_000, 2000],
    ] as const)
      assert.match(said(refused(options(count, questions)))[0] ?? '', /^the form: .*more than 20000 options/)
  })

  it('names at most fifty problems, and how many there are more', () => {
    const items = Array.from({ length: 120 }, (_, index) => item(`i${index}`, 'unheard'))
    const lines = said(refused(form(items)))
    assert.equal(lines.length, 51)
    assert.match(lines.at(-1) ?? '', /And there are 70 more problems/)
  })

  it('is refused for a modifier that is not understood, wherever it stands', () => {
    const modifierExtension = [{ url: 'http://example.org/not', valueBoolean: true }]
    const places: [Loose, string][] = [
      [form([item('a', 'string')], { modifierExtension }), 'the form'],
      [form([item('a', 'string', { modifierExtension })]), 'item a'],
      [form([group('g', [item('b', 'string', { modifierExtension })])]), 'item b'],
      [
        form([choice('c', { answerOption: [option('x', { modifierExtension })] })]),
        'item c, answer option 1',
      ],
      [form([item('a', 'string')], { implicitRules: 'http://example.org/rules' }), 'the form'],
    ]
    for (const [read, where] of places) {
      const [problem] = refused(read)
      assert.equal(problem?.where, where)
      assert.match(problem?.message ?? '', /which changes what it means/)
    }
  })

  it('never reaches what all objects have in common', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const text = `{"resourceType":"Questionnaire","status":"active","${name}":{"polluted":true},"item":[{"linkId":"a","type":"string"}]}`
      assert.match(said(refused(text))[0] ?? '', /a field with a name that no form needs/)
      const inside = `{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"a","type":"string","${name}":{"polluted":true}}]}`
      assert.match(said(refused(inside))[0] ?? '', /a field with a name that no form needs/)
    }
    assert.equal(({} as { polluted?: boolean }).polluted, undefined)
    accepted(
      form([
        item('__proto__', 'string'),
        item('b', 'string', { enableWhen: [when('__proto__', '=', { answerString: 'x' })] }),
      ]),
    )
    assert.match(
      said(
        refused(form([item('b', 'string', { enableWhen: [when('__proto__', '=', { answerString: 'x' })] })])),
      )[0] ?? '',
      /there is no such item/,
    )
  })

  it('is refused for characters that the database can’t keep', () => {
    for (const text of ['a\\u0000b', 'half \\ud83d']) {
      const read = `{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"a","type":"string","text":"${text}"}]}`
      assert.match(said(refused(read))[0] ?? '', /characters that no text has/)
    }
  })

  it('may begin with a byte order mark', () => {
    assert.ok(readQuestionnaire(`\ufeff${JSON.stringify(form([item('a', 'string')]))}`).ok)
  })
})

describe('conditions that lead in a circle', () => {
  const asks = (question: string) => ({ enableWhen: [when(question, 'exists', { answerBoolean: true })] })
  const circle = (items: Loose[]) => said(refused(form(items))).filter((line) => line.includes('circle'))

  it('are refused on an item that asks for itself', () => {
    assert.deepEqual(circle([item('a', 'string', asks('a'))]), [
      'item a: Its conditions lead in a circle: a → a.',
    ])
  })

  it('are refused over two and over three items', () => {
    assert.deepEqual(circle([item('a', 'string', asks('b')), item('b', 'string', asks('a'))]), [
      'item a: Its conditions lead in a circle: a → b → a.',
    ])
    const three = [
      item('a', 'string', asks('b')),
      item('b', 'string', asks('c')),
      item('c', 'string', asks('a')),
    ]
    assert.equal(circle(three).length, 1)
  })

  it('are refused on a group that asks for what is in it', () => {
    assert.equal(circle([group('g', [item('a', 'string')], asks('a'))]).length, 1)
    assert.equal(circle([group('g', [group('h', [item('a', 'string')])], asks('a'))]).length, 1)
  })

  it('are refused on a question that asks for what is asked about its answer', () => {
    assert.equal(circle([item('a', 'string', { item: [item('b', 'string')], ...asks('b') })]).length, 1)
  })

  it('are refused through the groups that two questions stand in', () => {
    const items = [group('g', [item('a', 'string')], asks('b')), group('h', [item('b', 'string')], asks('a'))]
    assert.equal(circle(items).length, 1)
  })

  it('are none where items ask for what stands before or beside them', () => {
    accepted(form([group('g', [item('a', 'string'), item('b', 'string', asks('a'))])]))
    accepted(form([item('a', 'string', { item: [item('b', 'string', asks('a'))] })]))
  })

  it('are none in a chain, which may be 400 items long', () => {
    const chain = (length: number) => [
      item('i0', 'string'),
      ...Array.from({ length: length - 1 }, (_, index) => item(`i${index + 1}`, 'string', asks(`i${index}`))),
    ]
    accepted(form(chain(400)))
    accepted(form(chain(400).reverse()))
    assert.deepEqual(said(refused(form(chain(401)))), [
      'the form: More than 400 conditions build on each other.',
    ])
  })
})
