import assert from 'node:assert/strict'
import type { QuestionnaireResponse } from '../../server/forms/fhir.ts'
import { isNextTurn, isOvertaken, marksOf, withMarks, withoutMarks } from '../../server/responses/marks.ts'

const bare: QuestionnaireResponse = { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: [] }
const page = '5e0d3c1e-0000-4000-8000-000000000000'

describe('what a draft remembers beside its answers', () => {
  it('is read back as it was kept, and leaves nothing behind', () => {
    const marks = { resumeAt: 3, pages: new Map([[2, { page, turn: 7 }]]), isUnsettled: true }
    assert.deepEqual(marksOf(withMarks(bare, marks)), marks)
    assert.deepEqual(withoutMarks(withMarks(bare, marks)), bare)
    assert.deepEqual(marksOf(bare), { resumeAt: null, pages: new Map(), isUnsettled: false })
    const none = { resumeAt: null, pages: new Map(), isUnsettled: false }
    assert.deepEqual(marksOf(withMarks(withMarks(bare, marks), none)), none)
  })

  it('tells a later save of the same page from an earlier one, and from another page', () => {
    const last = { page, turn: 5 }
    const cases: [string, number, boolean, boolean][] = [
      [page, 6, true, false],
      [page, 5, false, false],
      [page, 4, false, true],
      ['another', 6, false, false],
      ['another', 4, false, false],
      ['', 6, false, false],
    ]
    for (const [other, turn, next, overtaken] of cases) {
      assert.equal(isNextTurn(last, { page: other, turn }), next, `${other} ${turn}`)
      assert.equal(isOvertaken(last, { page: other, turn }), overtaken, `${other} ${turn}`)
    }
    assert.equal(isNextTurn(undefined, { page, turn: 1 }), false)
    assert.equal(isOvertaken({ page: '', turn: 2 }, { page: '', turn: 1 }), false)
  })
})
