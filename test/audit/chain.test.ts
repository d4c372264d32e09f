import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { canonical, chainOn, macOf, START } from '../../server/audit/chain.ts'
import { startWalk } from '../../server/audit/verifying/walk.ts'
import { headWords, readHead } from '../../server/audit/verifying/words.ts'

const keyOf = (byte: number) => createSecretKey(Buffer.alloc(32, byte))
const key = keyOf(3)
const one = {
  at: 1_772_546_400_000_000,
  accountId: 'a',
  role: 'dietitian',
  action: 'chart.read',
  clientId: null,
  subjectId: 's',
}

describe('the chain of the audit', () => {
  it('hashes the same bytes for ever', () => {
    const entry = { ...one, position: 1 }
    assert.equal(
      canonical(entry),
      '["flora audit 1",1,1772546400000000,"a","dietitian","chart.read",null,"s"]',
    )
    assert.equal(
      macOf(key, START.mac, entry).toString('hex'),
      '31dbb80566ab4541082d1a59aecce1051ac088eecba5f68704f6cef54a1ef426',
    )
  })

  it('is another one with another key, another order, or anything else in an entry', () => {
    const macs = [
      chainOn(key, START, [one]),
      chainOn(key, START, [one, { ...one, action: 'x' }]),
      chainOn(key, START, [{ ...one, action: 'x' }, one]),
      chainOn(keyOf(4), START, [one, { ...one, action: 'x' }]),
      ...Object.keys(one).map((field) =>
        chainOn(key, START, [{ ...one, [field]: null } as unknown as typeof one]),
      ),
    ].map((linked) => linked.at(-1)?.mac.toString('hex'))
    assert.equal(new Set(macs).size, macs.length - 1) // clientId is null already: that one is the chain of `one`
  })

  it('names every fault, and stops at twenty', () => {
    const entries = chainOn(
      key,
      START,
      Array.from({ length: 40 }, () => one),
    )
    const end = { position: 40, mac: entries[39]?.mac as Buffer }
    const walk = startWalk(key, undefined)
    walk.take(
      entries
        .filter(({ position }) => position !== 7)
        .map((entry) => (entry.position % 9 === 0 ? { ...entry, action: 'y' } : entry)),
    )
    assert.deepEqual(walk.end(end).faults, [
      { because: 'missing', from: 7, to: 7 },
      ...[9, 18, 27, 36].map((position) => ({ because: 'changed', position })),
    ])
    const wrong = startWalk(keyOf(4), undefined)
    wrong.take(entries)
    assert.equal(wrong.end(end).faults.length, 20)
  })

  it('writes a head in words and reads it again', () => {
    const head = { position: 12, mac: Buffer.alloc(32, 9) }
    assert.deepEqual(readHead(headWords(head)), head)
    for (const text of ['', '12', '12:zz', `12:${'0'.repeat(63)}`, `-1:${'0'.repeat(64)}`])
      assert.equal(readHead(text), undefined, text)
  })
})
