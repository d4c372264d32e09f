import assert from 'node:assert/strict'
import { createRoom } from '../../server/web/room.ts'

describe('the room for files that come in', () => {
  it('is shared by all, and given back by each, once', () => {
    const enter = createRoom(100)
    const [one, other] = [enter(), enter()]
    assert.deepEqual([one.take(60), other.take(60), other.take(40), one.take(1)], [true, false, true, false])
    one.giveBack()
    one.giveBack()
    assert.deepEqual([other.take(60), other.take(1)], [true, false])
    other.giveBack()
    assert.equal(enter().take(100), true)
  })

  it('has nothing for a request that is over, so that nothing is lost for ever', () => {
    const enter = createRoom(100)
    const one = enter()
    one.giveBack()
    assert.equal(one.take(1), false)
    assert.equal(enter().take(100), true)
  })
})
