import assert from 'node:assert/strict'
import type { Answer, Item, Questionnaire, QuestionnaireResponse } from '../../server/forms/fhir.ts'
import { addFile, addRow, removeFile, removeRow } from '../../server/forms/rows.ts'
import { coded, draftOf, extension, fill, form, group, hidden, question, response } from './filled.ts'

const one = (type: Item['type'], given: Partial<Item> = {}) => form(question('q', type, given))
const answers = ({ item = [] }: QuestionnaireResponse, linkId = 'q') =>
  item.find((found) => found.linkId === linkId)?.answer
const kept = (...answer: Answer[]) => response({ linkId: 'q', answer })

/** What is kept of a text typed into a question; the message when it could not be read. */
async function typed(
  type: Item['type'],
  text: string,
  given: Partial<Item> = {},
): Promise<Answer | string | undefined> {
  const { response: filled, problems } = await fill(one(type, given), { 'a:q': text })
  return problems[0]?.message ?? answers(filled)?.[0]
}

describe('what is typed', () => {
  const read: [Item['type'], string, Answer | undefined][] = [
    ['string', '  Oats, mostly ', { valueString: 'Oats, mostly' }],
    ['string', ' ', undefined],
    ['text', 'One\r\ntwo', { valueString: 'One\ntwo' }],
    ['integer', '3', { valueInteger: 3 }],
    ['integer', '-12', { valueInteger: -12 }],
    ['integer', '-0', { valueInteger: 0 }],
    ['decimal', '1.5', { valueDecimal: 1.5 }],
    ['decimal', '.5', { valueDecimal: 0.5 }],
    ['decimal', '120', { valueDecimal: 120 }],
    ['date', '2026-03-15', { valueDate: '2026-03-15' }],
    ['date', '3/15/2026', { valueDate: '2026-03-15' }],
    ['date', '2026-03', { valueDate: '2026-03' }],
    ['date', '3/2026', { valueDate: '2026-03' }],
    ['date', '2026', { valueDate: '2026' }],
    ['date', '2024-02-29', { valueDate: '2024-02-29' }],
    ['time', '09:30', { valueTime: '09:30:00' }],
    ['time', '9:30 pm', { valueTime: '21:30:00' }],
    ['time', '12:05 a.m.', { valueTime: '00:05:00' }],
    ['time', '23:59:58', { valueTime: '23:59:58' }],
    ['dateTime', '2026-03-15T09:30', { valueDateTime: '2026-03-15T09:30:00Z' }],
    ['dateTime', '3/15/2026 9:30 PM', { valueDateTime: '2026-03-15T21:30:00Z' }],
    ['dateTime', '2026-03', { valueDateTime: '2026-03' }],
    ['url', 'https://example.org/a?b=c#d', { valueUri: 'https://example.org/a?b=c#d' }],
    ['quantity', '70.5', { valueQuantity: { value: 70.5 } }],
  ]
  for (const [type, text, expected] of read)
    it(`is read as ${type}: ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await typed(type, text), expected))

  const refused: [Item['type'], string, RegExp][] = [
    ['string', 'x'.repeat(1001), /at most 1000 characters. This has 1001/],
    ['text', 'x'.repeat(10_001), /at most 10000 characters/],
    ['string', 'a\u0000b', /a character that we can’t read/],
    ['string', 'a\nb', /a character that we can’t read/],
    ['text', 'a\u0007b', /a character that we can’t read/],
    ['integer', '1.5', /a whole number for “About q\?”, like 3/],
    ['integer', '1e3', /a whole number/],
    ['integer', '9999999999', /too large/],
    ['decimal', '1,5', /with a point and without commas, like 1.5/],
    ['decimal', 'much', /a number for “About q\?”, like 2 or 2.5/],
    ['decimal', '0.1234567890123456', /too many digits/],
    ['date', '15.3.2026', /like 03\/15\/2026/],
    ['date', '2026-02-30', /not in the calendar/],
    ['date', '13/01/2026', /not in the calendar/],
    ['date', '0026-01-01', /not in the calendar/],
    ['time', '25:00', /like 9:30 AM/],
    ['time', '13:00 pm', /like 9:30 AM/],
    ['dateTime', '2026-03T09:30', /like 03\/15\/2026 9:30 AM/],
    ['dateTime', '2026-02-30T09:30', /not in the calendar/],
    ['url', 'javascript:alert(1)', /like https:\/\/example.com/],
    ['url', 'example.org', /like https:\/\/example.com/],
    ['url', 'https://user@example.org/', /like https:\/\/example.com/],
    ['quantity', '70 kg', /a number/],
  ]
  for (const [type, text, message] of refused)
    it(`is refused in words as ${type}: ${JSON.stringify(text.slice(0, 30))}`, async () => {
      const said = await typed(type, text)
      assert.ok(typeof said === 'string', JSON.stringify(said))
      assert.match(said, message)
    })

  it('may be as long as the question says', async () => {
    assert.deepEqual(await typed('string', 'x'.repeat(1500), { maxLength: 2000 }), {
      valueString: 'x'.repeat(1500),
    })
    assert.match(
      String(await typed('string', 'abcdef', { maxLength: 5 })),
      /at most 5 characters. This has 6/,
    )
  })

  it('that can’t be read is shown again as it was typed; what was kept stays', async () => {
    const filled = await fill(one('integer'), { 'a:q': ' three ' }, { draft: kept({ valueInteger: 2 }) })
    assert.deepEqual(answers(filled.response), [{ valueInteger: 2 }])
    assert.deepEqual(filled.typed.get('a:q'), [' three '])
    assert.deepEqual(
      filled.problems.map(({ name, linkId, label, section }) => [name, linkId, label, section]),
      [['a:q', 'q', 'About q?', 1]],
    )
  })

  it('has the offset of the client’s zone at that time', async () => {
    const asked: string[] = []
    const offsetFor = (local: string) => {
      asked.push(local)
      return '-05:00'
    }
    const { response: filled } = await fill(one('dateTime'), { 'a:q': '2026-03-03T09:00' }, { offsetFor })
    assert.deepEqual(answers(filled), [{ valueDateTime: '2026-03-03T09:00:00-05:00' }])
    assert.deepEqual(asked, ['2026-03-03T09:00'])
  })

  it('as it was shown stays the answer it was, whatever the zone is now', async () => {
    const draft = kept({ valueDateTime: '2026-03-03T09:00:00+05:45' })
    const { response: filled } = await fill(one('dateTime'), { 'a:q': '2026-03-03T09:00' }, { draft })
    assert.deepEqual(filled.item, draft.item)
  })

  it('takes an answer back when the field is emptied', async () => {
    const { response: filled } = await fill(
      one('string'),
      { 'a:q': '' },
      { draft: kept({ valueString: 'oats' }) },
    )
    assert.equal(filled.item, undefined)
  })

  it('may be several answers; empty fields between them are closed, those at the end stay to be filled', async () => {
    const foods = one('string', { repeats: true })
    const { response: filled } = await fill(foods, { 'a:q': ['oats', '', 'rye', ''] })
    assert.deepEqual(answers(filled), [{ valueString: 'oats' }, { valueString: 'rye' }, {}])
  })

  it('takes the last of several fields where one answer is asked for', async () => {
    const { response: filled } = await fill(one('string'), { 'a:q': ['oats', 'rye'] })
    assert.deepEqual(answers(filled), [{ valueString: 'rye' }])
  })
})

describe('what is chosen', () => {
  const meals = one('choice', { answerOption: coded('oats', 'rye', 'none') })
  const many = one('choice', { repeats: true, answerOption: coded('oats', 'rye', 'none') })
  const open = one('open-choice', { answerOption: coded('oats', 'rye') })
  const codes = (filled: QuestionnaireResponse) =>
    (answers(filled) ?? []).map(({ valueCoding, valueString }) => valueCoding?.code ?? valueString)

  it('is kept as it is offered, with its score', async () => {
    const score = extension('ordinalValue', { valueDecimal: 2 })
    const scored = one('choice', {
      answerOption: [{ valueCoding: { code: 'a', display: 'A' }, extension: [score] }],
    })
    const { response: filled } = await fill(scored, { 'a:q': 'a' })
    assert.deepEqual(answers(filled), [{ valueCoding: { code: 'a', display: 'A', extension: [score] } }])
  })

  it('is refused in words where it was not offered', async () => {
    for (const key of ['bran', 'Answer oats', '__proto__', '+other', '+1'])
      for (const questionnaire of [meals, many]) {
        const { response: filled, problems } = await fill(questionnaire, { 'a:q': key })
        assert.match(problems[0]?.message ?? '', /choose among the answers that are offered for “About q\?”/)
        assert.equal(filled.item, undefined)
      }
  })

  it('is one, or several where the question takes several, in the order they are offered', async () => {
    assert.match(
      (await fill(meals, { 'a:q': ['oats', 'rye'] })).problems[0]?.message ?? '',
      /only one answer/,
    )
    assert.deepEqual(codes((await fill(many, { 'a:q': ['rye', 'oats'] })).response), ['oats', 'rye'])
  })

  it('can be taken back', async () => {
    const draft = kept({ valueCoding: { system: 'urn:test', code: 'oats' } })
    for (const fields of [{ 'a:q': '' }, {}])
      assert.equal((await fill(meals, fields, { draft })).response.item, undefined)
  })

  it('is yes, no or nothing', async () => {
    const yes = await fill(one('boolean'), { 'a:q': 'true' })
    assert.deepEqual(answers(yes.response), [{ valueBoolean: true }])
    const no = await fill(one('boolean'), { 'a:q': 'false' }, { draft: yes.response })
    assert.deepEqual(answers(no.response), [{ valueBoolean: false }])
    assert.equal((await fill(one('boolean'), { 'a:q': '' }, { draft: no.response })).response.item, undefined)
    assert.match((await fill(one('boolean'), { 'a:q': 'maybe' })).problems[0]?.message ?? '', /Yes or No/)
  })

  it('may be in own words, which are told from an option', async () => {
    assert.deepEqual(codes((await fill(open, { 'other:q': ' bran ' })).response), ['bran'])
    assert.deepEqual(codes((await fill(open, { 'a:q': '+other', 'other:q': 'bran' })).response), ['bran'])
    assert.deepEqual(codes((await fill(open, { 'a:q': 'oats', 'other:q': '' })).response), ['oats'])
    const both = await fill(open, { 'a:q': 'oats', 'other:q': 'bran' })
    assert.match(both.problems[0]?.message ?? '', /one answer to “About q\?” or write your own, not both/)
    assert.deepEqual([both.typed.get('a:q'), both.typed.get('other:q')], [['oats'], ['bran']])
    const silent = await fill(open, { 'a:q': '+other', 'other:q': ' ' })
    assert.match(silent.problems[0]?.message ?? '', /write your answer/)
  })

  it('is the option itself where somebody writes what is offered', async () => {
    const answerOption = [{ valueString: 'oats' }, { valueString: 'rye' }]
    for (const repeats of [true, false]) {
      const questionnaire = one('open-choice', { repeats, answerOption })
      assert.deepEqual(codes((await fill(questionnaire, { 'a:q': 'o0', 'other:q': 'oats' })).response), [
        'oats',
      ])
    }
  })

  it('may be options and own words together where several are asked for', async () => {
    const questionnaire = one('open-choice', { repeats: true, answerOption: coded('oats', 'rye') })
    const { response: filled } = await fill(questionnaire, { 'a:q': ['rye'], 'other:q': 'bran' })
    assert.deepEqual(codes(filled), ['rye', 'bran'])
  })

  it('keeps what was said of an answer with that answer when another goes', async () => {
    const nested = one('choice', {
      repeats: true,
      answerOption: coded('oats', 'rye'),
      item: [question('how', 'string')],
    })
    const both = (await fill(nested, { 'a:q': ['oats', 'rye'] })).response
    const told = (
      await fill(nested, { 'a:q': ['oats', 'rye'], 'a0:how': 'hot', 'a1:how': 'cold' }, { draft: both })
    ).response
    const left = (await fill(nested, { 'a:q': 'rye', 'a0:how': 'hot', 'a1:how': 'cold' }, { draft: told }))
      .response
    assert.deepEqual(codes(left), ['rye'])
    assert.deepEqual(answers(left)?.[0]?.item, [{ linkId: 'how', answer: [{ valueString: 'cold' }] }])
  })

  it('is a quantity in one of its units', async () => {
    const units = ['kg', '[lb_av]'].map((code) =>
      extension('unitOption', { valueCoding: { system: 'urn:u', code, display: code } }),
    )
    const weight = one('quantity', { extension: units })
    const { response: filled } = await fill(weight, { 'a:q': '70', 'unit:q': 'u1' })
    assert.deepEqual(answers(filled), [
      { valueQuantity: { value: 70, unit: '[lb_av]', system: 'urn:u', code: '[lb_av]' } },
    ])
    assert.match(
      (await fill(weight, { 'a:q': '70', 'unit:q': 'stone' })).problems[0]?.message ?? '',
      /among the units/,
    )
  })
})

describe('a posted section', () => {
  it('changes only questions that were on the page', async () => {
    const questionnaire = form(question('q', 'string'), question('other', 'string'))
    const draft = response({ linkId: 'q', answer: [{ valueString: 'old' }] })
    const { response: filled } = await fill(
      questionnaire,
      { on: 'a:other', 'a:q': 'new', 'a:other': 'mine' },
      { draft },
    )
    assert.deepEqual(
      [answers(filled), answers(filled, 'other')],
      [[{ valueString: 'old' }], [{ valueString: 'mine' }]],
    )
  })

  it('gives nothing to items that are hidden, read-only, calculated or not there', async () => {
    const calculated = extension('calculatedExpression', {
      valueExpression: { language: 'text/fhirpath', expression: '1' },
    })
    const questionnaire = form(
      question('q', 'string', { extension: [hidden] }),
      question('read', 'string', { readOnly: true }),
      question('sum', 'integer', { extension: [calculated] }),
      group('away', [question('in', 'string')], { extension: [hidden] }),
      question('shown', 'display'),
    )
    const names = ['q', 'read', 'sum', 'away', 'in', 'shown', 'nothing'].map((linkId) => `a:${linkId}`)
    const fields = Object.fromEntries(names.map((name) => [name, '1']))
    assert.equal((await fill(questionnaire, { on: names, ...fields })).response.item, undefined)
  })

  const medicines = form(
    group('medicines', [question('name', 'string'), question('dose', 'string')], { repeats: true }),
  )
  const names = ({ item = [] }: QuestionnaireResponse) =>
    item.map((row) => row.item?.[0]?.answer?.[0]?.valueString)

  it('fills the rows of a repeated group, also those that were added on the page', async () => {
    const on = ['a:medicines', 'a0:name', 'a0:dose', 'a1:name', 'a1:dose']
    const { response: filled } = await fill(medicines, {
      on,
      'a0:name': 'iron',
      'a1:name': 'zinc',
      'a1:dose': '5 mg',
    })
    assert.deepEqual(names(filled), ['iron', 'zinc'])
    assert.deepEqual(filled.item?.[1]?.item?.[1], { linkId: 'dose', answer: [{ valueString: '5 mg' }] })
  })

  it('has at most 50 rows of a group, or as many as the form says, whatever is posted, and says so', async () => {
    const limited: Questionnaire = form(
      group('medicines', [question('name', 'string')], {
        repeats: true,
        extension: [extension('maxOccurs', { valueInteger: 2 })],
      }),
    )
    const on = Array.from({ length: 10_000 }, (_, index) => `a${index}:name`)
    const fields = { on, ...Object.fromEntries(on.map((name, index) => [name, `m${index}`])) }
    for (const [questionnaire, most] of [
      [medicines, 50],
      [limited, 2],
    ] as const) {
      const { response: filled, problems } = await fill(questionnaire, fields)
      assert.equal(filled.item?.length, most)
      assert.deepEqual(
        problems.map(({ name, message }) => [name, message]),
        [['a:medicines', `“The medicines” can have at most ${most} rows.`]],
      )
    }
  })

  it('has no rows in rows in rows without end', async () => {
    const deep = ['a', 'b', 'c'].reduceRight<Item>(
      (inner, linkId) => group(linkId, [inner], { repeats: true }),
      group(
        'many',
        Array.from({ length: 100 }, (_, index) => question(`q${index}`, 'string')),
      ),
    )
    const on = Array.from({ length: 2500 }, (_, index) => `a${index % 50}.${Math.floor(index / 50)}.49:q0`)
    const fields = Object.fromEntries(on.map((name) => [name, 'x']))
    const { response: filled, problems } = await fill(form(deep), { on, ...fields })
    assert.ok(JSON.stringify(filled).length < 100_000)
    assert.match(problems[0]?.message ?? '', /can have at most 50 rows/)
    assert.equal(addRow(filled, form(deep), 'a0:b'), filled)
  })

  it('gives at most 50 answers to a question, or none of them', async () => {
    const {
      response: filled,
      problems,
      typed,
    } = await fill(one('string', { repeats: true }), { 'a:q': Array(10_000).fill('x') })
    assert.equal(filled.item, undefined)
    assert.match(problems[0]?.message ?? '', /at most 50 answers/)
    assert.equal(typed.get('a:q')?.length, 50)
  })

  it('adds and removes rows by their names', async () => {
    const on = ['a0:name', 'a1:name']
    const two = (await fill(medicines, { on, 'a0:name': 'iron', 'a1:name': 'zinc' })).response
    const three = addRow(two, medicines, 'a:medicines')
    assert.deepEqual(names(three), ['iron', 'zinc', undefined])
    assert.deepEqual(names(removeRow(three, medicines, 'a0:medicines')), ['zinc', undefined])
    for (const name of ['a9:medicines', 'a:medicines', 'a0:name', 'a0:gone', ''])
      assert.deepEqual(removeRow(three, medicines, name), three)
    let full = three
    for (let more = 0; more < 60; more += 1) full = addRow(full, medicines, 'a:medicines')
    assert.equal(full.item?.length, 50)
    for (const name of ['a0:name', 'a:gone', '']) assert.deepEqual(addRow(three, medicines, name), three)
  })

  it('adds a field to a repeated question, and a row begins with its initial values', () => {
    const foods = one('string', { repeats: true })
    assert.deepEqual(answers(addRow(kept({ valueString: 'oats' }), foods, 'a:q')), [
      { valueString: 'oats' },
      {},
    ])
    const often = form(
      group('g', [question('q', 'string', { initial: [{ valueString: 'daily' }] })], { repeats: true }),
    )
    assert.equal(addRow(draftOf(often), often, 'a:g').item?.[1]?.item?.[0]?.answer?.[0]?.valueString, 'daily')
  })

  it('leaves files alone: they are added and removed by themselves', async () => {
    const photo = one('attachment')
    const attachment = { url: '/my/files/1', title: 'arm.jpg', contentType: 'image/jpeg' }
    const added = addFile(draftOf(photo), photo, { name: 'a:q', attachment })
    assert.deepEqual((await fill(photo, { 'a:q': 'x' }, { draft: added })).response, added)
    const replaced = addFile(added, photo, { name: 'a:q', attachment: { url: '/my/files/2' } })
    assert.deepEqual(answers(replaced), [{ valueAttachment: { url: '/my/files/2' } }])
    assert.equal(removeFile(replaced, photo, '/my/files/2').item, undefined)
    const readOnly = one('attachment', { readOnly: true })
    assert.equal(answers(removeFile(replaced, readOnly, '/my/files/2'))?.length, 1)
    assert.deepEqual(addFile(added, one('string'), { name: 'a:q', attachment }), added)
  })
})
