import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  createSealer,
  hashToken,
  isToken,
  makeSealingKey,
  makeToken,
  type Place,
} from '../../server/sealing/seal.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')
const place: Place = { table: 'inquiries', column: 'message_sealed', row: 'a' }

describe('sealing', () => {
  const sealer = createSealer(`k1:${key(1)}`)

  it('gives any text back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        assert.equal(sealer.open(place, sealer.seal(place, text)), text)
      }),
    )
  })

  it('never makes the same value twice, nor one that shows the text', () => {
    const [one, two] = [sealer.seal(place, 'eczema'), sealer.seal(place, 'eczema')]
    assert.notDeepEqual(one, two)
    assert.ok(!one.includes('eczema'))
  })

  it('opens only where it was sealed: another row, column or table fails', () => {
    const sealed = sealer.seal(place, 'eczema')
    for (const moved of [{ row: 'b' }, { column: 'brings_sealed' }, { table: 'appointments' }])
      assert.throws(() => sealer.open({ ...place, ...moved }, sealed))
  })

  it('does not open when a single bit was changed, anywhere, or the end is missing', () => {
    const sealed = sealer.seal(place, 'eczema')
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed)
      altered[at] = (altered[at] ?? 0) ^ 1
      assert.throws(() => sealer.open(place, altered), `byte ${at}`)
      assert.throws(() => sealer.open(place, sealed.subarray(0, at)), `cut at ${at}`)
    }
  })

  it('seals with the first key and opens with all of them, so that keys can change', () => {
    const old = sealer.seal(place, 'old')
    const changed = createSealer(`k2:${key(2)},k1:${key(1)}`)
    assert.equal(changed.open(place, old), 'old')
    const fresh = changed.seal(place, 'fresh')
    assert.equal(createSealer(`k2:${key(2)}`).open(place, fresh), 'fresh')
    assert.throws(() => sealer.open(place, fresh), /No sealing key with the id "k2"/)
  })

  it('does not open with another key of the same name', () => {
    assert.throws(() => createSealer(`k1:${key(9)}`).open(place, sealer.seal(place, 'x')))
  })

  it('makes keys that it takes, and secrets of 32 random bytes', () => {
    const made = createSealer(makeSealingKey())
    assert.equal(made.open(place, made.seal(place, 'x')), 'x')
    const tokens = new Set(Array.from({ length: 50 }, makeToken))
    assert.equal(tokens.size, 50)
    assert.ok([...tokens].every((token) => isToken(token) && Buffer.from(token, 'base64url').length === 32))
    assert.ok(!['', 'x', `${makeToken()}x`, ` ${makeToken().slice(1)}`, `${makeToken()}\n`].some(isToken))
    assert.equal(hashToken(makeToken()).length, 32)
  })
})
