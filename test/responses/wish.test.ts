import assert from 'node:assert/strict'
import { readWish } from '../../server/responses/wish.ts'

const empty = {
  go: 'next',
  add: '',
  remove: '',
  detach: '',
  base: '',
  draft: '',
  fromReview: false,
  mark: { page: '', turn: 0 },
}

describe('what a posted section wishes', () => {
  it('is to go on, unless it says otherwise', () => {
    assert.deepEqual(readWish({}), empty)
    const goes: [Record<string, unknown>, string][] = [
      [{ go: 'next' }, 'next'],
      [{ go: 'later' }, 'later'],
      [{ go: 'stay' }, 'stay'],
      [{ go: 'review' }, 'next'],
      [{ go: 'nonsense' }, 'next'],
      [{ go: 'next', add: 'a:rows' }, 'stay'],
      [{ go: 'later', remove: 'a0:rows' }, 'stay'],
      [{ detach: 'x' }, 'stay'],
      [{ go: ['next', 'later'] }, 'later'],
    ]
    for (const [body, go] of goes) assert.equal(readWish(body).go, go, JSON.stringify(body))
    assert.equal(readWish({ from: 'review' }).fromReview, true)
    assert.equal(readWish({ go: 'review' }).fromReview, true)
  })

  it('is nothing that can’t be one', () => {
    const odd = { base: 'x'.repeat(1001), draft: { a: 1 }, page: '<b>', turn: '-1', add: 7 }
    assert.deepEqual(readWish(odd), empty)
    assert.deepEqual(readWish({ page: 'p-1', turn: '12' }).mark, { page: 'p-1', turn: 12 })
    assert.deepEqual(readWish(Object.create({ base: 'inherited' })), empty)
  })
})
