import assert from 'node:assert/strict'
import type { Answer, Extension, Item, ResponseItem } from '../../server/forms/fhir.ts'
import { pathOf, sectionsOf } from '../../server/forms/sections.ts'
import { showSection } from '../../server/forms/showing.ts'
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
  shownItem,
  shownOf,
} from './filled.ts'

const q = (linkId: string, ...answer: Answer[]): ResponseItem => ({ linkId, answer })
const display = (linkId: string, text: string, ...extensions: Extension[]): Item => ({
  linkId,
  type: 'display',
  text,
  ...(extensions.length > 0 && { extension: extensions }),
})
const ends = extension('ends', {
  extension: [
    { url: 'low', valueString: 'none' },
    { url: 'high', valueString: 'worst' },
  ],
})
const from = (valueInteger: number) => extension('minValue', { valueInteger })
const to = (valueInteger: number) => extension('maxValue', { valueInteger })
const orientation = extension('choiceOrientation', { valueCode: 'horizontal' })
const ifYes = (linkId: string) => [{ question: linkId, operator: '=' as const, answerBoolean: true }]

/** The only question of a form, as it is shown. */
async function shown(type: Item['type'], given: Partial<Item> = {}, ...answer: Answer[]) {
  const draft = answer.length > 0 ? response(q('q', ...answer)) : undefined
  return shownItem(await shownOf(form(question('q', type, given)), draft), 'a:q')
}

describe('the control of a question', () => {
  const many = coded(...Array.from({ length: 16 }, (_, index) => `c${index}`))
  const two = coded('oats', 'rye')
  const table: [Item['type'], Partial<Item>, string][] = [
    ['boolean', {}, 'radio'],
    ['string', {}, 'text'],
    ['text', {}, 'lines'],
    ['integer', {}, 'number'],
    ['integer', { extension: [from(0), to(10), ends] }, 'scale'],
    ['integer', { extension: [from(0), to(100), ends] }, 'number'],
    ['integer', { extension: [control('slider')] }, 'slider'],
    ['decimal', { extension: [control('slider')], repeats: true }, 'number'],
    ['date', {}, 'date'],
    ['date', { extension: [extension('entryFormat', { valueString: 'YYYY' })] }, 'text'],
    ['dateTime', {}, 'date-time'],
    ['time', {}, 'time'],
    ['url', {}, 'address'],
    ['quantity', {}, 'quantity'],
    ['attachment', {}, 'file'],
    ['choice', { answerOption: two }, 'radio'],
    ['choice', { answerOption: many }, 'select'],
    ['choice', { answerOption: many, extension: [control('radio-button')] }, 'radio'],
    ['choice', { answerOption: two, extension: [control('drop-down')] }, 'select'],
    ['choice', { answerOption: two, repeats: true }, 'checks'],
    ['choice', { answerOption: two, repeats: true, extension: [control('drop-down')] }, 'checks'],
    [
      'choice',
      { answerOption: two, extension: [extension('drawing', { valueCode: 'stool-forms' })] },
      'stool-forms',
    ],
    ['open-choice', {}, 'text'],
    ['string', { readOnly: true }, 'shown'],
  ]
  for (const [type, given, expected] of table)
    it(`is ${expected} for ${type} ${JSON.stringify(given).slice(0, 90)}`, async () =>
      assert.equal((await shown(type, given)).control, expected))

  it('is a plain field for a date that has no day', async () => {
    const month = await shown('date', {}, { valueDate: '2026-03' })
    assert.deepEqual([month.control, month.values], ['text', ['2026-03']])
  })
})

describe('what a question shows', () => {
  it('is its answer as it can be typed over', async () => {
    const table: [Item['type'], Answer, string][] = [
      ['integer', { valueInteger: 3 }, '3'],
      ['decimal', { valueDecimal: 0.0000001 }, '0.0000001'],
      ['time', { valueTime: '09:30:00' }, '09:30'],
      ['time', { valueTime: '09:30:15' }, '09:30:15'],
      ['dateTime', { valueDateTime: '2026-03-03T09:00:00-05:00' }, '2026-03-03T09:00'],
      ['quantity', { valueQuantity: { value: 70, unit: 'kg' } }, '70'],
      ['url', { valueUri: 'https://example.org' }, 'https://example.org'],
      ['text', { valueString: 'One\ntwo' }, 'One\ntwo'],
    ]
    for (const [type, answer, expected] of table)
      assert.deepEqual((await shown(type, {}, answer)).values, [expected], type)
  })

  it('is its steps on a scale, with the words at both ends', async () => {
    const scale = await shown('integer', { extension: [from(0), to(10), ends] }, { valueInteger: 7 })
    assert.deepEqual(
      scale.options.filter(({ isChosen }) => isChosen).map(({ key }) => key),
      ['7'],
    )
    assert.deepEqual(
      [scale.options[0]?.key, scale.options[10]?.key, scale.ends],
      ['0', '10', ['none', 'worst']],
    )
  })

  it('is a way to take the answer back, once there is one that is not needed', async () => {
    const keys = async (given: Partial<Item>, ...answer: Answer[]) =>
      (await shown('boolean', given, ...answer)).options.map(({ label }) => label)
    assert.deepEqual(await keys({}), ['Yes', 'No'])
    assert.deepEqual(await keys({}, { valueBoolean: true }), ['Yes', 'No', 'No answer'])
    assert.deepEqual(await keys({ required: true }, { valueBoolean: true }), ['Yes', 'No'])
    const list = { answerOption: coded('oats'), extension: [control('drop-down')] }
    assert.deepEqual(
      (await shown('choice', list)).options.map(({ key, isChosen }) => [key, isChosen]),
      [
        ['', true],
        ['oats', false],
      ],
    )
    assert.equal((await shown('choice', { ...list, required: true })).options[0]?.label, 'Please choose')
  })

  it('is a field for own words beside the options', async () => {
    const openLabel = extension('openLabel', { valueString: 'Another grain' })
    const given = { answerOption: coded('oats'), extension: [openLabel] }
    const own = await shown('open-choice', given, { valueString: 'rye' })
    assert.deepEqual(own.other, { name: 'other:q', label: 'Another grain', value: 'rye' })
    assert.deepEqual(
      own.options.map(({ key, label, isChosen }) => [key, label, isChosen]),
      [
        ['oats', 'Answer oats', false],
        ['+other', 'Another grain', true],
        ['', 'No answer', false],
      ],
    )
    const several = await shown(
      'open-choice',
      { ...given, repeats: true },
      { valueString: 'rye' },
      { valueString: 'bran' },
    )
    assert.equal(several.other?.value, 'rye')
    assert.deepEqual(
      several.options.map(({ key, label, isChosen }) => [key, label, isChosen]),
      [
        ['oats', 'Answer oats', false],
        ['+1', 'bran', true],
      ],
    )
  })

  it('is its unit, or the units to choose from', async () => {
    const unit = (code: string) => ({ valueCoding: { code, display: code } })
    assert.equal((await shown('integer', { extension: [extension('unit', unit('cups'))] })).unit, 'cups')
    assert.equal((await shown('quantity', { extension: [extension('unit', unit('kg'))] })).unit, 'kg')
    const options = [
      extension('unitOption', unit('kg')),
      extension('unitOption', unit('lb')),
      extension('unit', unit('lb')),
    ]
    assert.deepEqual((await shown('quantity', { extension: options })).units, {
      name: 'unit:q',
      chosen: 'u1',
      options: [
        { key: 'u0', label: 'kg' },
        { key: 'u1', label: 'lb' },
      ],
    })
    const said = question('q', 'integer', { item: [display('u', 'times', control('unit'))] })
    assert.equal(shownItem(await shownOf(form(said)), 'a:q').unit, 'times')
  })

  it('is its bounds, steps, length and hint', async () => {
    const slider = await shown('decimal', {
      extension: [control('slider'), from(0), to(8), extension('sliderStepValue', { valueDecimal: 0.5 })],
    })
    assert.deepEqual([slider.min, slider.max, slider.step], ['0', '8', '0.5'])
    const places = await shown('decimal', { extension: [extension('maxDecimalPlaces', { valueInteger: 2 })] })
    assert.deepEqual([places.min, places.max, places.step], ['', '', '0.01'])
    for (const [valueDecimal, step] of [
      [-1, '1'],
      [1.5, '0.1'],
      [1000, '0.00000000000000000001'],
    ] as const) {
      const odd = await shown('decimal', { extension: [extension('maxDecimalPlaces', { valueDecimal })] })
      assert.equal(odd.step, step)
    }
    const line = await shown('string', {
      maxLength: 40,
      extension: [extension('entryFormat', { valueString: 'Like 555 0100' })],
    })
    assert.deepEqual([line.maxLength, line.hint], [40, 'Like 555 0100'])
    for (const [entry, hint] of [
      ['MM/DD/YYYY', ''],
      ['As on the letter', 'As on the letter'],
      ['YYYY', 'YYYY'],
    ] as const) {
      const date = await shown('date', { extension: [extension('entryFormat', { valueString: entry })] })
      assert.equal(date.hint, hint)
    }
  })

  it('is words only where it is calculated or read-only', async () => {
    const read = await shown(
      'choice',
      { readOnly: true, answerOption: coded('oats') },
      { valueCoding: { code: 'oats', display: 'Oats' } },
    )
    assert.deepEqual([read.isShownOnly, read.control, read.answer, read.options], [true, 'shown', 'Oats', []])
  })

  it('has its help ready while it is not asked yet, but for what has a condition of its own', async () => {
    const when = { question: 'on', operator: '=', answerBoolean: true } as const
    const asked = question('q', 'string', {
      enableWhen: [when],
      item: [
        display('h', 'Think of a usual day.', control('help')),
        { ...display('c', 'Take your time.', control('help')), enableWhen: [when] },
      ],
    })
    const page = await shownOf(form(question('on', 'boolean'), asked))
    const item = shownItem(page, 'a:q')
    assert.deepEqual([item.isEnabled, item.help], [false, ['Think of a usual day.']])
  })

  it('is its help, its reasons and its shorter name, which are no items of the page', async () => {
    const asked = question('q', 'string', {
      prefix: '1.',
      extension: [extension('shortText', { valueString: 'Foods' }), orientation],
      item: [
        display('h', 'Think of a usual day.', control('help')),
        display('f', 'We ask because it helps.', control('flyover')),
        display('p', 'Foods:', control('prompt')),
      ],
    })
    const page = await shownOf(form(asked))
    const item = shownItem(page, 'a:q')
    assert.deepEqual(
      [item.help, item.flyover, item.short],
      [['Think of a usual day.', 'Foods:'], 'We ask because it helps.', 'Foods'],
    )
    assert.deepEqual([item.prefix, item.isHorizontal, item.rows], ['1.', true, [{ items: [], remove: null }]])
  })

  it('is what is wrong with it, and what was typed', async () => {
    const questionnaire = form(question('q', 'integer'))
    const problems = [
      { name: 'a:q', linkId: 'q', label: 'q', message: 'A whole number, please.', section: 1 },
    ]
    const page = showSection(await settled(questionnaire), sectionOf(questionnaire), {
      problems,
      typed: new Map([['a:q', ['three']]]),
    })
    assert.deepEqual(
      [shownItem(page, 'a:q').error, shownItem(page, 'a:q').values],
      ['A whole number, please.', ['three']],
    )
  })

  it('is its files by their address, or what is known of one that is gone', async () => {
    const questionnaire = form(question('q', 'attachment'))
    const draft = response(
      q('q', { valueAttachment: { url: '/my/files/1', title: 'arm.jpg', size: 2_400_000 } }),
    )
    const file = { id: '1', name: 'arm.jpg', size: '2.4 MB', href: '/my/files/1' }
    const files = new Map([['/my/files/1', file]])
    const found = await settled(questionnaire, draft)
    const section = sectionOf(questionnaire)
    assert.deepEqual(shownItem(showSection(found, section, { files }), 'a:q').files, [file])
    assert.deepEqual(shownItem(showSection(found, section), 'a:q').files, [{ ...file, id: '', href: '' }])
  })
})

describe('rows', () => {
  it('of a repeated group are shown one by one, with a way to have more or fewer', async () => {
    const questionnaire = form(
      group('meds', [question('name', 'string')], {
        repeats: true,
        extension: [extension('maxOccurs', { valueInteger: 2 })],
      }),
      question('else', 'string'),
    )
    const row = (words: string): ResponseItem => ({
      linkId: 'meds',
      item: [q('name', { valueString: words })],
    })
    const empty = shownItem(await shownOf(questionnaire), 'a:meds')
    assert.deepEqual(empty.more, { name: 'add', value: 'a:meds', label: 'Add another: The meds' })
    assert.deepEqual(
      empty.rows.map(({ remove }) => remove),
      [null],
    )
    const full = shownItem(await shownOf(questionnaire, response(row('iron'), row('zinc'))), 'a:meds')
    assert.equal(full.more, null)
    assert.deepEqual(
      full.rows.map(({ items, remove }) => [items[0]?.name, items[0]?.values, remove?.value, remove?.label]),
      [
        ['a0:name', ['iron'], 'a0:meds', 'Remove The meds 1'],
        ['a1:name', ['zinc'], 'a1:meds', 'Remove The meds 2'],
      ],
    )
  })

  it('of files are chosen together, up to as many as the form says', async () => {
    const most = extension('maxOccurs', { valueInteger: 2 })
    const files = ['u', 'v'].map((url) => ({ valueAttachment: { url } }))
    assert.equal((await shown('attachment', { repeats: true, extension: [most] })).more?.value, 'a:q')
    assert.equal((await shown('attachment', { repeats: true, extension: [most] }, ...files)).more, null)
    assert.equal((await shown('attachment', {})).more, null)
  })

  it('of a question with choices stand under the answer they are about', async () => {
    const asked = question('skin', 'choice', {
      repeats: true,
      answerOption: coded('acne', 'hives'),
      item: [question('since', 'string')],
    })
    const answers = ['acne', 'hives'].map((code) => ({
      valueCoding: { system: 'urn:test', code, display: `Answer ${code}` },
    }))
    const page = await shownOf(form(asked), response(q('skin', ...answers)))
    assert.deepEqual(
      shownItem(page, 'a:skin').rows.map(({ items }) =>
        items.map(({ kind, label, name }) => [kind, label, name]),
      ),
      [
        [
          ['display', 'Answer acne', 'a0:skin'],
          ['question', 'About since?', 'a0:since'],
        ],
        [
          ['display', 'Answer hives', 'a1:skin'],
          ['question', 'About since?', 'a1:since'],
        ],
      ],
    )
    assert.deepEqual(shownItem(await shownOf(form(asked)), 'a:skin').rows, [])
  })
})

describe('conditions that the browser can decide', () => {
  const when = async (
    type: Item['type'],
    given: Partial<Item>,
    condition: Omit<NonNullable<Item['enableWhen']>[number], 'question'>,
  ) => {
    const asked = question('q', type, given)
    const then = question('then', 'string', { enableWhen: [{ question: 'q', ...condition }] })
    return shownItem(await shownOf(form(asked, then)), 'a:then').when?.conditions[0]
  }

  it('are told in the values that the fields post', async () => {
    const field = 'a:q'
    const options = { answerOption: coded('oats', 'rye', 'a b') }
    assert.deepEqual(await when('boolean', {}, { operator: '=', answerBoolean: true }), {
      field,
      operator: '=',
      value: 'true',
    })
    assert.deepEqual(await when('choice', options, { operator: '!=', answerCoding: { code: 'rye' } }), {
      field,
      operator: '!=',
      value: 'o1',
    })
    assert.deepEqual(await when('integer', {}, { operator: '>', answerInteger: 3 }), {
      field,
      operator: '>',
      value: 3,
    })
    assert.deepEqual(await when('date', {}, { operator: '<', answerDate: '2026-03-03' }), {
      field,
      operator: '<',
      value: '2026-03-03',
    })
    assert.deepEqual(await when('time', {}, { operator: '<', answerTime: '09:30:00' }), {
      field,
      operator: '<',
      value: '09:30',
    })
    assert.deepEqual(await when('string', {}, { operator: 'exists', answerBoolean: false }), {
      field,
      operator: 'exists',
      value: false,
    })
  })

  it('are left to the server where a browser would have to know more', async () => {
    assert.equal(
      await when('quantity', {}, { operator: '>', answerQuantity: { value: 3, unit: 'kg' } }),
      undefined,
    )
    assert.equal(
      await when('dateTime', {}, { operator: '>', answerDateTime: '2026-03-03T09:00:00Z' }),
      undefined,
    )
    assert.equal(await when('date', {}, { operator: '>', answerDate: '2026' }), undefined)
    assert.equal(
      await when('choice', { answerOption: coded('a') }, { operator: '=', answerCoding: { code: 'gone' } }),
      undefined,
    )
    assert.equal(await when('boolean', { readOnly: true }, { operator: '=', answerBoolean: true }), undefined)
  })

  it('are none of another page', async () => {
    const questionnaire = form(
      group('one', [question('q', 'boolean')]),
      group('two', [question('then', 'string', { enableWhen: ifYes('q') })]),
    )
    const page = showSection(await settled(questionnaire), sectionOf(questionnaire, 2))
    assert.deepEqual([shownItem(page, 'a:then').when, shownItem(page, 'a:then').isEnabled], [null, false])
  })

  it('are those of the same row', async () => {
    const rows = group(
      'meds',
      [question('old', 'boolean'), question('since', 'date', { enableWhen: ifYes('old') })],
      { repeats: true },
    )
    const page = await shownOf(
      form(rows, question('last', 'string')),
      response({ linkId: 'meds' }, { linkId: 'meds' }),
    )
    assert.deepEqual(shownItem(page, 'a1:since').when, {
      any: false,
      conditions: [{ field: 'a1:old', operator: '=', value: 'true' }],
    })
  })
})

describe('the sections of a form', () => {
  const titles = (...items: Item[]) =>
    sectionsOf({ ...form(...items), title: 'My form' }).map(({ number, title }) => [number, title])

  it('are its top-level groups, and loose questions that stand together', () => {
    assert.deepEqual(
      titles(
        question('a', 'string'),
        question('b', 'string'),
        group('gut', [question('c', 'string')]),
        question('d', 'string'),
        group('skin', [question('e', 'string')]),
      ),
      [
        [1, 'My form'],
        [2, 'The gut'],
        [3, 'More questions'],
        [4, 'The skin'],
      ],
    )
  })

  it('are groups that ask for a page of their own', () => {
    const page = { extension: [control('page')] }
    const pages = group('all', [
      group('gut', [question('a', 'string')], page),
      group('skin', [question('b', 'string')], page),
    ])
    assert.deepEqual(titles(pages), [
      [1, 'The gut'],
      [2, 'The skin'],
    ])
  })

  it('take words and results beside them along, before and after', async () => {
    const questionnaire = form(
      display('welcome', 'Welcome.'),
      group('gut', [question('a', 'string')]),
      question('score', 'integer', { readOnly: true }),
    )
    assert.equal(sectionsOf(questionnaire).length, 1)
    assert.deepEqual(
      (await shownOf(questionnaire)).items.map(({ linkId }) => linkId),
      ['welcome', 'a', 'score'],
    )
  })

  it('stand between header and footer, which are on every page', async () => {
    const questionnaire = form(
      display('head', 'Take your time.', control('header')),
      group('gut', [display('help', 'Of the last week.', control('help')), question('a', 'string')]),
      group('skin', [question('b', 'string')]),
      display('foot', 'Call us any time.', control('footer')),
    )
    assert.deepEqual(
      sectionsOf(questionnaire).map(({ linkId }) => linkId),
      ['gut', 'skin'],
    )
    const page = await shownOf(questionnaire)
    assert.deepEqual(
      [page.header, page.footer],
      [['Take your time.', 'Of the last week.'], ['Call us any time.']],
    )
    assert.deepEqual(
      page.items.map(({ linkId }) => linkId),
      ['a'],
    )
  })

  it('are on the path while something in them is to be seen', async () => {
    const questionnaire = form(
      group('one', [question('q', 'boolean')]),
      group('two', [question('a', 'string', { enableWhen: ifYes('q') })]),
      group('three', [question('b', 'string', { extension: [hidden] })]),
      group('four', [question('c', 'string')], { enableWhen: ifYes('q') }),
    )
    const path = async (value: boolean) =>
      pathOf(
        await settled(questionnaire, response({ linkId: 'one', item: [q('q', { valueBoolean: value })] })),
      ).map(({ number }) => number)
    assert.deepEqual([await path(false), await path(true)], [[1], [1, 2, 4]])
  })

  it('show advice that comes with an answer as such', async () => {
    const advice = { ...display('advice', 'Please talk to your physician.'), enableWhen: ifYes('q') }
    const page = await shownOf(form(question('q', 'boolean'), advice, display('plain', 'Thank you.')))
    assert.deepEqual([shownItem(page, 'a:advice').tone, shownItem(page, 'a:plain').tone], ['advice', 'plain'])
    assert.deepEqual(
      [shownItem(page, 'a:advice').isEnabled, shownItem(page, 'a:plain').isEnabled],
      [false, true],
    )
  })
})
