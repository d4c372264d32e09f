import assert from 'node:assert/strict'
import { type ExtensionName, extensionUrl, itemControls, urls } from '../../server/forms/extensions.ts'
import type { Extension } from '../../server/forms/fhir.ts'
import { supported } from '../../server/forms/places.ts'
import {
  accepted,
  choice,
  control,
  expression,
  form,
  item,
  type Loose,
  option,
  remarks,
  said,
  when,
} from './imported.ts'

const CORE = 'http://hl7.org/fhir/StructureDefinition/'
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-'

const ext = (name: ExtensionName, value: Partial<Extension>): Extension => ({
  url: extensionUrl(name),
  ...value,
})
const withExt = (type: string, name: ExtensionName, value: Partial<Extension>, more: Loose = {}) =>
  item('a', type, { extension: [ext(name, value)], ...more })
const group = (more: Loose = {}) => item('g', 'group', { item: [item('inner', 'string')], ...more })
const asExpression = (text: string) => ({
  valueExpression: { language: 'text/fhirpath', expression: text, name: 'x' },
})

/** Each extension that Flora supports, where it stands, under the address by which it is published. */
const rows: Record<ExtensionName, [url: string, items: Loose[]]> = {
  itemControl: [`${CORE}questionnaire-itemControl`, [choice('a', { extension: [control('drop-down')] })]],
  choiceOrientation: [
    `${CORE}questionnaire-choiceOrientation`,
    [choice('a', { extension: [ext('choiceOrientation', { valueCode: 'horizontal' })] })],
  ],
  displayCategory: [
    `${CORE}questionnaire-displayCategory`,
    [withExt('display', 'displayCategory', { valueCodeableConcept: { coding: [{ code: 'instructions' }] } })],
  ],
  hidden: [`${CORE}questionnaire-hidden`, [withExt('string', 'hidden', { valueBoolean: true })]],
  sliderStepValue: [
    `${CORE}questionnaire-sliderStepValue`,
    [withExt('integer', 'sliderStepValue', { valueInteger: 5 })],
  ],
  unit: [`${CORE}questionnaire-unit`, [withExt('decimal', 'unit', { valueCoding: { code: 'kg' } })]],
  unitOption: [
    `${CORE}questionnaire-unitOption`,
    [withExt('quantity', 'unitOption', { valueCoding: { code: 'kg' } })],
  ],
  minOccurs: [
    `${CORE}questionnaire-minOccurs`,
    [withExt('string', 'minOccurs', { valueInteger: 2 }, { repeats: true })],
  ],
  maxOccurs: [
    `${CORE}questionnaire-maxOccurs`,
    [withExt('string', 'maxOccurs', { valueInteger: 3 }, { repeats: true })],
  ],
  optionExclusive: [
    `${CORE}questionnaire-optionExclusive`,
    [
      choice('a', {
        answerOption: [option('none', { extension: [ext('optionExclusive', { valueBoolean: true })] })],
      }),
    ],
  ],
  optionPrefix: [
    `${CORE}questionnaire-optionPrefix`,
    [
      choice('a', {
        answerOption: [option('x', { extension: [ext('optionPrefix', { valueString: '1.' })] })],
      }),
    ],
  ],
  entryFormat: [`${CORE}entryFormat`, [withExt('string', 'entryFormat', { valueString: 'nnn' })]],
  minValue: [`${CORE}minValue`, [withExt('date', 'minValue', { valueDate: '2026-01-01' })]],
  maxValue: [`${CORE}maxValue`, [withExt('decimal', 'maxValue', { valueDecimal: 3.5 })]],
  minLength: [`${CORE}minLength`, [withExt('text', 'minLength', { valueInteger: 3 })]],
  regex: [`${CORE}regex`, [withExt('string', 'regex', { valueString: '[0-9]{5}' })]],
  maxDecimalPlaces: [
    `${CORE}maxDecimalPlaces`,
    [withExt('decimal', 'maxDecimalPlaces', { valueInteger: 1 })],
  ],
  mimeType: [`${CORE}mimeType`, [withExt('attachment', 'mimeType', { valueCode: 'image/jpeg' })]],
  maxSize: [`${CORE}maxSize`, [withExt('attachment', 'maxSize', { valueDecimal: 2 })]],
  variable: [`${CORE}variable`, [withExt('string', 'variable', asExpression('1'))]],
  ordinalValue: [
    `${CORE}ordinalValue`,
    [choice('a', { answerOption: [option('x', { extension: [ext('ordinalValue', { valueDecimal: 1 })] })] })],
  ],
  itemWeight: [
    `${CORE}itemWeight`,
    [
      choice('a', {
        answerOption: [{ valueCoding: { code: 'x', extension: [ext('itemWeight', { valueDecimal: 1 })] } }],
      }),
    ],
  ],
  shortText: [`${SDC}shortText`, [withExt('string', 'shortText', { valueString: 'Short' })]],
  openLabel: [
    `${SDC}openLabel`,
    [
      item('a', 'open-choice', {
        answerOption: [option('x')],
        extension: [ext('openLabel', { valueString: 'Else' })],
      }),
    ],
  ],
  calculatedExpression: [
    `${SDC}calculatedExpression`,
    [withExt('decimal', 'calculatedExpression', asExpression('1'))],
  ],
  enableWhenExpression: [
    `${SDC}enableWhenExpression`,
    [withExt('string', 'enableWhenExpression', asExpression('true'))],
  ],
  drawing: [
    'urn:flora:drawing',
    [choice('a', { extension: [ext('drawing', { valueCode: 'stool-forms' })] })],
  ],
  ends: [
    'urn:flora:ends',
    [
      withExt('integer', 'ends', {
        extension: [
          { url: 'low', valueString: 'Not at all' },
          { url: 'high', valueString: 'Very' },
        ],
      }),
    ],
  ],
}

/** Each control, on an item that it is for. */
const controls: Record<(typeof itemControls)[number], Loose> = {
  'radio-button': choice('a'),
  'check-box': choice('a', { repeats: true }),
  'drop-down': choice('a'),
  slider: item('a', 'integer'),
  'text-box': item('a', 'text'),
  help: item('a', 'display'),
  flyover: item('a', 'display'),
  prompt: item('a', 'display'),
  unit: item('a', 'display'),
  page: group(),
  header: item('a', 'display'),
  footer: group(),
  gtable: group({ repeats: true }),
}

/** What Flora does not do, and that it says so. */
const unsupported: [string, Loose[], RegExp | null][] = [
  [
    'an extension that nobody knows',
    [item('a', 'string', { extension: [{ url: 'http://example.org/magic', valueBoolean: true }] })],
    /^item a: It has an extension that Flora does not use: http:\/\/example\.org\/magic$/,
  ],
  [
    'an extension of an option',
    [
      choice('a', {
        answerOption: [
          option('x'),
          option('y', { extension: [{ url: 'http://example.org/o', valueBoolean: true }] }),
        ],
      }),
    ],
    /^item a, answer option 2: .*example\.org\/o$/,
  ],
  [
    'initialExpression',
    [item('a', 'string', { extension: [{ url: `${SDC}initialExpression`, ...asExpression('1') }] })],
    /^item a: It is not filled in beforehand/,
  ],
  [
    'xhtml',
    [
      item('a', 'string', {
        _text: { extension: [{ url: `${CORE}rendering-xhtml`, valueString: '<b>x</b>' }] },
      }),
    ],
    /^item a, _text: Its formatted text is not shown: its plain text is\.$/,
  ],
  [
    'Markdown',
    [
      item('a', 'string', {
        _text: { extension: [{ url: `${CORE}rendering-markdown`, valueMarkdown: '**x**' }] },
      }),
    ],
    /Its Markdown text is not shown/,
  ],
  [
    'a translation',
    [
      item('a', 'string', {
        _text: { extension: [{ url: `${CORE}translation`, extension: [{ url: 'lang', valueCode: 'de' }] }] },
      }),
    ],
    /Its translations are not shown/,
  ],
  [
    'a constraint',
    [
      item('a', 'string', {
        extension: [
          { url: `${CORE}questionnaire-constraint`, extension: [{ url: 'key', valueString: 'x' }] },
        ],
      }),
    ],
    /Its constraint is not checked/,
  ],
  [
    'a control that Flora does not have',
    [choice('a', { extension: [control('autocomplete')] })],
    /^item a: Flora has no control “autocomplete”/,
  ],
  [
    'a control on an item that it is not for',
    [item('a', 'string', { extension: [control('slider')] })],
    /Its control “slider” is only for single numbers/,
  ],
  [
    'a format where nothing is typed',
    [choice('a', { extension: [ext('entryFormat', { valueString: 'x' })] })],
    /Its entryFormat is only for questions that are typed/,
  ],
  [
    'an extension in a place where it means nothing',
    [choice('a', { extension: [ext('ordinalValue', { valueDecimal: 1 })] })],
    /^item a: Its ordinalValue is not used here/,
  ],
  [
    'an extension with a value that can’t be read',
    [withExt('integer', 'minValue', { valueString: 'low' })],
    /Its minValue has no value that Flora can read/,
  ],
  [
    'a value set that is elsewhere',
    [item('a', 'open-choice', { answerValueSet: 'http://example.org/vs' })],
    /Its value set http:\/\/example\.org\/vs is not in the form/,
  ],
  ['a choice of nothing', [item('a', 'choice')], /^item a: It is shown and can’t be answered\.$/],
  [
    'an option that is a reference',
    [choice('a', { answerOption: [option('x'), { valueReference: { reference: 'Patient/1' } }] })],
    /Some of its options are of a type that can’t be chosen/,
  ],
  ['a reference', [item('a', 'reference')], /^item a: Flora can’t ask for a reference/],
  [
    'a calculation in another language',
    [
      withExt('decimal', 'calculatedExpression', {
        valueExpression: { language: 'text/cql', expression: 'Score' },
      }),
    ],
    /It is calculated in a language that Flora does not know: it is asked instead/,
  ],
  [
    'a condition in another language',
    [
      withExt('string', 'enableWhenExpression', {
        valueExpression: { language: 'application/x-fhir-query', expression: 'x' },
      }),
    ],
    /it is always asked/,
  ],
  [
    'a variable of a name that is taken',
    [
      withExt('string', 'variable', {
        valueExpression: { name: 'resource', language: 'text/fhirpath', expression: '1' },
      }),
    ],
    /A variable can’t be called “resource”/,
  ],
  [
    'two kinds of conditions',
    [
      item('b', 'boolean'),
      withExt('string', 'enableWhenExpression', asExpression('true'), {
        enableWhen: [when('b', '=', { answerBoolean: true })],
      }),
    ],
    /both must hold/,
  ],
  [
    'a hidden item that is required',
    [withExt('string', 'hidden', { valueBoolean: true }, { required: true })],
    /Flora does not wait for its answer/,
  ],
  [
    'a definition in place of words',
    [item('a', 'string', { text: undefined, definition: 'http://example.org/d#a' })],
    /Its definition is not looked up/,
  ],
  ['yes or no, several times', [item('a', 'boolean', { repeats: true })], /it does not repeat/],
  [
    'longer answers than Flora takes',
    [item('a', 'text', { maxLength: 20_000 })],
    /at most 10000 characters here/,
  ],
  [
    'larger files than Flora takes',
    [withExt('attachment', 'maxSize', { valueDecimal: 25 })],
    /at most 10 MB here/,
  ],
  [
    'files that Flora does not take',
    [withExt('attachment', 'mimeType', { valueCode: 'text/csv' })],
    /only photos and PDF/,
  ],
  [
    'more rows than Flora takes',
    [withExt('string', 'maxOccurs', { valueInteger: 500 }, { repeats: true })],
    /at most 50 times here/,
  ],
]

describe('what a form asks for', () => {
  it('has an example of every extension here that Flora supports', () => {
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(supported).sort())
    assert.deepEqual(Object.keys(controls), [...itemControls])
  })

  for (const [name, [url, items]] of Object.entries(rows))
    it(`is understood: ${name}`, () => {
      assert.ok(JSON.stringify(items).includes(`"${url}"`), url)
      assert.deepEqual(remarks(...items), [])
      for (const other of urls[name as ExtensionName]) {
        const items2 = JSON.parse(JSON.stringify(items).replaceAll(`"${url}"`, `"${other}"`))
        assert.deepEqual(remarks(...items2), [], other)
      }
    })

  for (const [code, on] of Object.entries(controls))
    it(`is understood: the control ${code}`, () => {
      assert.deepEqual(remarks({ ...on, extension: [control(code)] }), [])
    })

  it('is understood: every type and part of an item', () => {
    const types = [
      'boolean',
      'decimal',
      'integer',
      'date',
      'dateTime',
      'time',
      'string',
      'text',
      'url',
      'attachment',
      'quantity',
    ]
    const enableWhen = [
      when('boolean', '=', { answerBoolean: true }),
      when('string', 'exists', { answerBoolean: true }),
    ]
    assert.deepEqual(
      remarks(
        item('display', 'display'),
        group({ repeats: true, required: true }),
        ...types.map((type) => item(type, type, { required: true, item: [item(`${type}-more`, 'display')] })),
        item('limited', 'string', {
          maxLength: 20,
          repeats: true,
          readOnly: true,
          prefix: '1.',
          initial: [{ valueString: 'x' }],
        }),
        item('conditional', 'string', { enableWhen, enableBehavior: 'any' }),
        choice('coded', { answerOption: [option('x', { initialSelected: true })] }),
        item('numbered', 'integer', { answerOption: [{ valueInteger: 1 }] }),
        item('dated', 'date', { answerOption: [{ valueDate: '2026-01-01' }] }),
        item('timed', 'time', { answerOption: [{ valueTime: '09:30:00' }] }),
        item('worded', 'open-choice', { answerOption: [{ valueString: 'x' }] }),
      ),
      [],
    )
  })

  it('is understood: options of a value set in the form, expanded or listed', () => {
    const concept = { code: 'x', extension: [ext('ordinalValue', { valueDecimal: 1 })] }
    const contained = [
      { resourceType: 'ValueSet', id: 'one', expansion: { contains: [concept] } },
      {
        resourceType: 'ValueSet',
        id: 'two',
        compose: { include: [{ system: 'urn:x', concept: [concept] }] },
      },
    ]
    const items = ['one', 'two'].map((id) => item(id, 'choice', { answerValueSet: `#${id}` }))
    assert.deepEqual(accepted(form(items, { contained })).unsupported, [])
  })

  for (const [what, items, words] of unsupported)
    it(`is named where Flora does not do it: ${what}`, () => {
      const lines = remarks(...items)
      assert.ok(
        lines.some((line) => words?.test(line)),
        lines.join('\n'),
      )
    })

  it('is named where it stands on the form itself', () => {
    const lines = (more: Loose) => said(accepted(form([item('a', 'string')], more)).unsupported)
    assert.match(
      lines({ name: 'my form' })[0] ?? '',
      /^the form: Its name should begin with a capital letter/,
    )
    assert.match(lines({ subjectType: ['Device'] })[0] ?? '', /not about a person/)
    assert.match(lines({ derivedFrom: ['http://example.org/q'] })[0] ?? '', /derived from is not looked up/)
    assert.match(lines({ status: 'retired' })[0] ?? '', /retired/)
    assert.match(
      lines({ contained: [{ resourceType: 'Library' }] })[0] ?? '',
      /The Library it contains is not used/,
    )
    assert.match(
      lines({ extension: [{ url: 'http://example.org/f' }] })[0] ?? '',
      /^the form: .*example\.org\/f$/,
    )
    const include = [{ system: 'urn:x', filter: [{ property: 'a', op: '=', value: 'b' }] }]
    const contained = [{ resourceType: 'ValueSet', id: 'vs', compose: { include } }]
    assert.match(lines({ contained })[0] ?? '', /only the listed concepts are offered/)
    assert.deepEqual(lines({ extension: [expression('variable', '1', 'one')], subjectType: ['Patient'] }), [])
  })

  it('is named once for all the items that have it', () => {
    const extension = [{ url: 'http://example.org/magic', valueBoolean: true }]
    const items = Array.from({ length: 12 }, (_, index) => item(`i${index}`, 'string', { extension }))
    const lines = remarks(...items)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /^item i0; item i1; .*item i9; and 2 more: /)
  })

  it('keeps numbers, order and what Flora does not know as they came', () => {
    const read = form(
      [
        item('z', 'decimal', {
          initial: [{ valueDecimal: 1e-7 }],
          extension: [{ url: 'http://example.org/x', valueDecimal: 0.1 }],
        }),
        choice('a', { answerOption: [option('2'), option('10'), option('1')] }),
      ],
      { zeta: { b: [3, 2, 1], a: null }, contact: [{ name: 'Someone' }], date: '2026-11-22' },
    )
    const { questionnaire } = accepted(read)
    assert.deepEqual(questionnaire, read)
    assert.equal(JSON.stringify(questionnaire), JSON.stringify(read))
  })
})
