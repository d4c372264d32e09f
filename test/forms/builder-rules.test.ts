import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isRefusal, readCondition } from '../../server/forms/builder/condition.ts'
import {
  addItem,
  addSection,
  changeItem,
  findItem,
  flat,
  introText,
  moveItem,
  newQuestionnaire,
  removeItem,
  usesOf,
  writeSection,
} from '../../server/forms/builder/editing.ts'
import { type Kind, kindOf, kinds } from '../../server/forms/builder/kinds.ts'
import { linkIdFor } from '../../server/forms/builder/naming.ts'
import {
  answerOptionsOf,
  type Option,
  optionLines,
  optionOf,
  readOptionLines,
} from '../../server/forms/builder/options.ts'
import { type Question, questionOf, writeQuestion } from '../../server/forms/builder/question.ts'
import {
  canCount,
  type Score,
  scoreOf,
  settleScores,
  writeScore,
} from '../../server/forms/builder/scoring.ts'
import type { Item, Questionnaire } from '../../server/forms/fhir.ts'
import { readQuestionnaire } from '../../server/forms/reading.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))

const words = fc.stringMatching(/^[A-Za-zäé0-9?’][A-Za-z äé0-9?’]{0,30}[A-Za-z0-9?]$/)

const distinct = fc.uniqueArray(words, { minLength: 2, maxLength: 6, selector: (text) => text.toLowerCase() })

const options = distinct.chain((labels) =>
  fc
    .array(fc.option(fc.integer({ min: -5, max: 99 }).map((n) => n / 2)), {
      minLength: labels.length,
      maxLength: labels.length,
    })
    .map((scores) =>
      labels.map((label, at): Option => ({ label, score: scores[at] ?? null, isExclusive: false })),
    ),
)

const plain: Omit<Question, 'kind' | 'text'> = {
  help: '',
  isRequired: false,
  why: '',
  low: '',
  high: '',
  least: null,
  most: null,
  isWhole: false,
  options: [],
}

/** A question of any kind, with all that its kind has. */
const question = fc
  .record({
    kind: fc.constantFrom(...kinds),
    text: words,
    help: fc.option(words),
    why: fc.option(words),
    options,
  })
  .chain(({ kind, text, help, why, options: chosen }) =>
    fc.boolean().map((flag): Question => {
      const isAsked = kind !== 'note'
      return {
        ...plain,
        kind,
        text,
        help: isAsked ? (help ?? '') : '',
        why: isAsked ? (why ?? '') : '',
        isRequired: isAsked && flag,
        ...(kind === 'scale' ? { low: text, high: 'Much', isWhole: true } : {}),
        ...(kind === 'number' ? { least: flag ? 0 : null, most: 9, isWhole: flag } : {}),
        ...(kind === 'one-of' || kind === 'several-of' ? { options: chosen } : {}),
      }
    }),
  )

const blank = (linkId: string): Item => ({ linkId, type: 'string' })

const formOf = (...questions: Question[]): Questionnaire =>
  questions.reduce(
    (form, one, n) => addItem(form, 'diary', writeQuestion(blank(`q${n}`), one)),
    newQuestionnaire({ title: 'Diary', description: '' }, 'urn:example:diary'),
  )

describe(`a question of the builder (FLORA_SEED=${seed})`, () => {
  it('reads back as it was written, and makes a form that can be published', () => {
    fc.assert(
      fc.property(fc.array(question, { minLength: 1, maxLength: 8 }), (questions) => {
        const form = formOf(...questions)
        const items = findItem(form, 'diary')?.item ?? []
        assert.deepEqual(items.map(questionOf), questions)
        const read = readQuestionnaire(JSON.stringify(form))
        assert.deepEqual(read.ok ? read.unsupported : read.problems, [])
      }),
      { seed },
    )
  })

  it('written twice is as written once, and of another kind forgets the first', () => {
    fc.assert(
      fc.property(question, question, (one, other) => {
        const item = writeQuestion(blank('q'), one)
        assert.deepEqual(writeQuestion(item, one), item)
        assert.deepEqual(questionOf(writeQuestion(item, other)), other)
      }),
      { seed },
    )
  })

  it('keeps what the builder does not know of an item', () => {
    const code = [{ system: 'urn:flora:fact', code: 'itch' }]
    const extension = [{ url: 'http://example.org/strange', valueString: 'x' }]
    const item: Item = {
      linkId: 'q',
      type: 'boolean',
      text: 'Old?',
      code,
      prefix: '1.',
      extension,
      initial: [{ valueBoolean: true }],
    }
    const now = writeQuestion(item, { ...plain, kind: 'yes-no', text: 'New?', isRequired: true })
    assert.deepEqual(now, { ...item, text: 'New?', required: true })
  })

  it('of a kind that is not the builder’s is left alone', () => {
    const others: Item[] = [
      { linkId: 'a', type: 'quantity' },
      { linkId: 'a', type: 'open-choice', answerOption: [{ valueString: 'x' }] },
      { linkId: 'a', type: 'choice', answerValueSet: '#x' },
      { linkId: 'a', type: 'choice', answerOption: [{ valueInteger: 1 }] },
      { linkId: 'a', type: 'string', repeats: true },
      { linkId: 'a', type: 'string', item: [{ linkId: 'b', type: 'string' }] },
      { linkId: 'a', type: 'string', readOnly: true },
      { linkId: 'a', type: 'group' },
    ]
    for (const item of others) assert.equal(kindOf(item), undefined, JSON.stringify(item))
  })
})

describe(`answers to choose from (FLORA_SEED=${seed})`, () => {
  it('read back as they are typed, one a line, with their scores', () => {
    fc.assert(
      fc.property(options, (all) => assert.deepEqual(readOptionLines(optionLines(all)), all)),
      { seed },
    )
    assert.deepEqual(readOptionLines(' Never |0 \n\n Often | 2,5\n Yes | no | 3 '), [
      { label: 'Never', score: 0, isExclusive: false },
      { label: 'Often', score: 2.5, isExclusive: false },
      { label: 'Yes | no', score: 3, isExclusive: false },
    ])
  })

  const wrong: [string, string, RegExp][] = [
    ['none', '\n \n', /at least two/],
    ['one', 'Yes', /at least two/],
    ['101', Array.from({ length: 101 }, (_, n) => `Answer ${n}`).join('\n'), /at most 100/],
    ['the same twice', 'Yes\nyes ', /stands there twice/],
    ['a score that is no number', 'Yes | many\nNo', /Yes \|.*number/],
    ['a score without an answer', '| 3\nNo', /an answer before/],
    ['an answer that is too long', `${'x'.repeat(201)}\nNo`, /at most 200/],
  ]
  for (const [what, text, message] of wrong)
    it(`are refused with a sentence: ${what}`, () => assert.match(String(readOptionLines(text)), message))

  const option = (label: string, score: number | null = null): Option => ({
    label,
    score,
    isExclusive: false,
  })
  const codes = (all: ReturnType<typeof answerOptionsOf>) => all.map(({ valueCoding }) => valueCoding?.code)

  it('keep their codes when they are moved, scored anew or written better', () => {
    const before = answerOptionsOf([option('Never'), option('Often'), option('Always')], [])
    assert.deepEqual(codes(before), ['never', 'often', 'always'])
    const moved = answerOptionsOf([option('Always', 3), option('Never', 0)], before)
    assert.deepEqual(codes(moved), ['always', 'never'])
    assert.deepEqual(moved.map(optionOf), [option('Always', 3), option('Never', 0)])
    const renamed = answerOptionsOf([option('Never'), option('Quite often'), option('Always')], before)
    assert.deepEqual(codes(renamed), ['never', 'often', 'always'])
    const more = answerOptionsOf(
      [option('Never'), option('Sometimes'), option('Often'), option('Always')],
      before,
    )
    assert.deepEqual(codes(more), ['never', 'sometimes', 'often', 'always'])
  })

  it('never share a code', () => {
    fc.assert(
      fc.property(options, options, (one, other) => {
        const all = codes(answerOptionsOf(other, answerOptionsOf(one, [])))
        assert.equal(new Set(all).size, all.length)
      }),
      { seed },
    )
  })
})

describe(`names of questions (FLORA_SEED=${seed})`, () => {
  it('are made of their words and are never taken twice', () => {
    const none = new Set<string>()
    assert.equal(linkIdFor('Itch, at its worst!', none, 'q'), 'itch-at-its-worst')
    assert.equal(linkIdFor('Éclat', none, 'q'), 'eclat')
    assert.equal(linkIdFor('漢字', none, 'question'), 'question')
    assert.equal(linkIdFor('Itch', new Set(['itch', 'itch-2']), 'q'), 'itch-3')
    fc.assert(
      fc.property(fc.string(), (text) =>
        assert.match(linkIdFor(text, none, 'q'), /^[a-z0-9][a-z0-9-]{0,39}$/),
      ),
      { seed },
    )
  })
})

describe('a condition', () => {
  const asked: Record<string, Item> = {
    scale: writeQuestion(blank('s'), { ...plain, kind: 'scale', text: 'S', low: 'a', high: 'b' }),
    number: writeQuestion(blank('n'), { ...plain, kind: 'number', text: 'N' }),
    yes: writeQuestion(blank('y'), { ...plain, kind: 'yes-no', text: 'Y' }),
    one: writeQuestion(blank('o'), {
      ...plain,
      kind: 'one-of',
      text: 'O',
      options: ['Never', 'Often'].map((label) => ({ label, score: 1, isExclusive: false })),
    }),
    several: writeQuestion(blank('m'), {
      ...plain,
      kind: 'several-of',
      text: 'M',
      options: ['Heat', 'Cold'].map((label) => ({ label, score: null, isExclusive: false })),
    }),
  }
  const read = (which: string, operator: 'is' | 'is-not' | 'at-least' | 'at-most', value: string) => {
    const item = asked[which] as Item
    return readCondition(item, { question: item.linkId, operator, value })
  }

  it('is read by the kind of the question it depends on', () => {
    assert.deepEqual(read('scale', 'at-least', '4'), { question: 's', operator: '>=', answerInteger: 4 })
    assert.deepEqual(read('number', 'at-most', '2,5'), { question: 'n', operator: '<=', answerDecimal: 2.5 })
    assert.deepEqual(read('yes', 'is-not', 'YES'), { question: 'y', operator: '!=', answerBoolean: true })
    const coding = { system: 'urn:flora:answer', code: 'often', display: 'Often' }
    assert.deepEqual(read('one', 'is', 'often'), { question: 'o', operator: '=', answerCoding: coding })
  })

  it('that makes no sense is refused at the field it is about', () => {
    const refused: [string, 'is' | 'is-not' | 'at-least', string, string, RegExp][] = [
      ['scale', 'is', 'much', 'whenValue', /number/],
      ['scale', 'is', '2.5', 'whenValue', /number/],
      ['number', 'is', '', 'whenValue', /number/],
      ['yes', 'is', 'perhaps', 'whenValue', /Yes or No/],
      ['yes', 'at-least', 'Yes', 'whenOperator', /“is” or “is not”/],
      ['one', 'is', 'Rarely', 'whenValue', /“Never”, “Often”/],
      ['several', 'is-not', 'Heat', 'whenOperator', /several answers/],
    ]
    for (const [which, operator, value, field, words] of refused) {
      const found = read(which, operator, value)
      assert.ok(isRefusal(found), `${which} ${value}`)
      assert.equal(found.field, field)
      assert.match(found.message, words)
    }
  })
})

describe('a score', () => {
  const scale: Question = { ...plain, kind: 'scale', text: 'How bad?', low: 'a', high: 'b' }
  const scored: Question = {
    ...plain,
    kind: 'one-of',
    text: 'How often?',
    options: [0, 1].map((score) => ({ label: `L${score}`, score, isExclusive: false })),
  }
  const form = formOf(scale, scale, scored)

  it('reads back as it was written, whatever the questions are called', () => {
    const score: Score = { name: 'Sum', counts: ['q0', 'q1', 'q2'], by: 'sum', least: 2, isShown: false }
    for (const by of ['mean-times-10', 'sum', 'mean'] as const)
      for (const counts of [['q0'], ['q2'], ['q0', 'q1', 'q2']]) {
        const item = writeScore({ linkId: 'score' }, { ...score, by, counts }, form)
        assert.deepEqual(scoreOf(item), { ...score, by, counts })
        assert.equal(item.readOnly, true)
      }
    const odd = addItem(form, 'diary', writeQuestion(blank("it's a \\ , 'q'"), scale))
    const counts = ["it's a \\ , 'q'"]
    assert.deepEqual(scoreOf(writeScore({ linkId: 'score' }, { ...score, counts }, odd))?.counts, counts)
    assert.equal(canCount(writeQuestion(blank('a'), scale)), true)
    assert.equal(canCount(writeQuestion(blank('a|b'), scale)), false, 'the bar parts their names')
  })

  it('that somebody else wrote is not taken for one of ours', () => {
    const expression = "%resource.item.where(linkId in ('q0')).answer.value.sum() + 1"
    const url = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression'
    const item: Item = {
      linkId: 'score',
      type: 'decimal',
      readOnly: true,
      extension: [{ url, valueExpression: { language: 'text/fhirpath', expression } }],
    }
    assert.equal(scoreOf(item), undefined)
    assert.equal(kindOf(item), undefined)
  })

  it('follows a question that becomes another kind', () => {
    const score: Score = { name: 'S', counts: ['q0', 'q1'], by: 'mean', least: 1, isShown: true }
    const before = addItem(form, 'diary', writeScore({ linkId: 'score' }, score, form))
    const after = settleScores(changeItem(before, 'q1', (item) => writeQuestion(item, scored)))
    const item = findItem(after, 'score') as Item
    assert.deepEqual(scoreOf(item)?.counts, ['q0', 'q1'])
    assert.notDeepEqual(item, findItem(before, 'score'))
  })
})

describe(`editing (FLORA_SEED=${seed})`, () => {
  const kind: Kind = 'yes-no'
  const yes = (text: string): Question => ({ ...plain, kind, text })
  const order = (form: Questionnaire) =>
    (form.item ?? []).map((section) => (section.item ?? []).map(({ linkId }) => linkId).join(' '))
  const two = () => {
    const first = formOf(yes('a'), yes('b'))
    const { questionnaire, linkId } = addSection(first, { title: 'More', intro: 'Read this.' })
    return addItem(questionnaire, linkId, writeQuestion(blank('q2'), yes('c')))
  }

  it('moves a question among its neighbors, and over the edge of its section', () => {
    const form = two()
    assert.deepEqual(order(form), ['q0 q1', 'more.intro q2'])
    assert.deepEqual(order(moveItem(form, 'q1', 'up')), ['q1 q0', 'more.intro q2'])
    assert.deepEqual(order(moveItem(form, 'q1', 'down')), ['q0', 'more.intro q1 q2'])
    assert.deepEqual(order(moveItem(form, 'q2', 'up')), ['q0 q1 q2', 'more.intro'])
    assert.deepEqual(order(moveItem(form, 'more', 'up')), ['more.intro q2', 'q0 q1'])
    for (const [linkId, way] of [
      ['q0', 'up'],
      ['q2', 'down'],
      ['more.intro', 'up'],
      ['more.intro', 'down'],
      ['diary', 'up'],
      ['nothing', 'up'],
    ] as const)
      assert.deepEqual(moveItem(form, linkId, way), form, linkId)
  })

  it('never loses or doubles a question by moving', () => {
    const form = two()
    const all = flat(form.item).map(({ linkId }) => linkId)
    const steps = fc.array(fc.tuple(fc.constantFrom(...all), fc.constantFrom('up' as const, 'down' as const)))
    fc.assert(
      fc.property(steps, (moves) => {
        const moved = moves.reduce((now, [linkId, way]) => moveItem(now, linkId, way), form)
        assert.deepEqual(
          flat(moved.item)
            .map(({ linkId }) => linkId)
            .sort(),
          [...all].sort(),
        )
      }),
      { seed },
    )
  })

  it('writes what is read before a section, and takes it away', () => {
    const form = two()
    const section = findItem(form, 'more') as Item
    assert.equal(introText(section), 'Read this.')
    const without = writeSection(section, { title: 'Else', intro: '' })
    assert.deepEqual([without.text, without.item?.map(({ linkId }) => linkId)], ['Else', ['q2']])
  })

  it('knows what depends on a question or a section', () => {
    const score: Score = { name: 'My score', counts: ['s'], by: 'sum', least: 1, isShown: true }
    const scale: Question = { ...plain, kind: 'scale', text: 'S', low: 'a', high: 'b' }
    const base = addItem(two(), 'diary', writeQuestion(blank('s'), scale))
    const item = { ...writeScore({ linkId: 'score' }, score, base), text: 'My score' }
    const conditional = changeItem(addItem(base, 'more', item), 'q2', (one) => ({
      ...one,
      enableWhen: [{ question: 'q0', operator: '=', answerBoolean: true }],
    }))
    assert.deepEqual(usesOf(conditional, 'q0'), ['c'])
    assert.deepEqual(usesOf(conditional, 's'), ['My score'])
    assert.deepEqual(usesOf(conditional, 'diary'), ['c', 'My score'])
    assert.deepEqual(usesOf(conditional, 'more'), [])
    assert.deepEqual(order(removeItem(conditional, 'more')), ['q0 q1 s'])
  })
})
