import assert from 'node:assert/strict'
import {
  type Content,
  changesBetween,
  emptyContent,
  isSame,
  missingIn,
  problemWords,
  sectionsOf,
} from '../../server/notes/content.ts'
import { decideSave } from '../../server/notes/drafts.ts'
import { whole } from './written.ts'

const names = (content: Content) => missingIn(content).map(({ name }) => name)
const blank = { problem: '', relatedTo: '', shownBy: '' }

describe('what is missing before a note can be signed', () => {
  it('is nothing when every section is written', () => {
    assert.deepEqual(names(whole), [])
    assert.deepEqual(names({ ...whole, problems: [], noProblem: true }), [])
  })

  it('is every section of an empty note, in the order of the page', () => {
    assert.deepEqual(names(emptyContent), ['assessment', 'problem1', 'intervention', 'monitoring'])
    assert.deepEqual(names({ ...emptyContent, problems: [blank, blank] }), names(emptyContent))
  })

  it('is each part of a problem that was begun', () => {
    const problems = [
      { ...blank, relatedTo: 'x' },
      { problem: 'y', relatedTo: '', shownBy: 'z' },
    ]
    assert.deepEqual(names({ ...whole, problems }), ['problem1', 'shown1', 'related2'])
  })

  it('is a choice, when a problem is written and none is ticked', () => {
    assert.deepEqual(names({ ...whole, noProblem: true }), ['none'])
  })
})

describe('a note for reading', () => {
  it('says a problem as one sentence, and that there is none', () => {
    const [problem] = whole.problems
    assert.equal(
      problem && problemWords(problem),
      'Low fiber intake, related to few whole grains, as shown by 9 g a day',
    )
    const [, told] = sectionsOf({ ...emptyContent, noProblem: true })
    assert.deepEqual(told?.texts, ['No nutrition problem at this time'])
  })

  it('tells who comes second which sections differ, and how they stand', () => {
    const theirs = { ...whole, assessment: 'Theirs', noProblem: true }
    assert.deepEqual(
      changesBetween(theirs, whole).map(({ heading, saved }) => [heading, saved.split('\n')[0]]),
      [
        ['Assessment', 'Theirs'],
        ['Nutrition problem', 'Low fiber intake, related to few whole grains, as shown by 9 g a day'],
      ],
    )
    assert.ok(isSame(whole, { ...whole, problems: [...whole.problems, blank] }))
    assert.ok(!isSame(whole, theirs))
  })
})

describe('a save of a draft', () => {
  const page = 'a'
  const kept = { revision: 5, page, turn: 3 }
  const cases: [string, Parameters<typeof decideSave>[1], ReturnType<typeof decideSave>][] = [
    ['of the page that saved last', { base: 5, page, turn: 4, isQuiet: true }, 'save'],
    ['of another page that was opened since', { base: 5, page: 'b', turn: 1, isQuiet: false }, 'save'],
    ['whose answer before it was lost', { base: 4, page, turn: 4, isQuiet: true }, 'save'],
    ['that comes after a later one of the same page', { base: 4, page, turn: 2, isQuiet: true }, 'overtaken'],
    ['of a page gone back to, pressed', { base: 4, page, turn: 0, isQuiet: false }, 'changed'],
    ['of another tab', { base: 4, page: 'b', turn: 9, isQuiet: true }, 'changed'],
    ['without a page', { base: 4, page: null, turn: 9, isQuiet: false }, 'changed'],
  ]
  for (const [name, posted, expected] of cases)
    it(`${name}: ${expected}`, () => {
      assert.equal(decideSave(kept, posted, false), expected)
      assert.equal(decideSave(kept, posted, true), 'same')
    })

  it('of nobody’s page is never taken for one’s own', () => {
    assert.equal(
      decideSave({ ...kept, page: null }, { base: 1, page: null, turn: 9, isQuiet: true }, false),
      'changed',
    )
  })
})
