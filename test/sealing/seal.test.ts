import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { createSealer, KeyRefusal, keyIdOf, makeSealingKey, Unreadable } from '../../server/sealing/seal.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))

const place = { table: 'appointments', column: 'brings_sealed', row: '7c1d' }
const k1 = makeSealingKey('k1')
const k2 = makeSealingKey('k2')
const sealer = createSealer(k1)

const texts: Record<string, string> = {
  'the empty text': '',
  'one letter': 'a',
  emoji: '🌿👩‍👩‍👧🇳🇵',
  'right to left': 'שלום مرحبا',
  '10,000 characters': 'gut and skin '.repeat(770).slice(0, 10_000),
  'a NUL and line ends': 'a\u0000b\r\nc',
}

describe('a sealed text', () => {
  for (const [name, text] of Object.entries(texts))
    it(`opens again as it was: ${name}`, () => {
      assert.equal(sealer.open(place, sealer.seal(place, text)), text)
    })

  it(`opens again whatever it is, and nowhere else (FLORA_SEED=${seed})`, () => {
    const word = fc.string({ unit: 'binary', maxLength: 300 })
    const where = fc.record({ table: word, column: word, row: word })
    fc.assert(
      fc.property(word, where, where, (text, own, other) => {
        const sealed = sealer.seal(own, text)
        assert.equal(sealer.open(own, sealed), text)
        if (JSON.stringify(own) !== JSON.stringify(other))
          assert.throws(() => sealer.open(other, sealed), Unreadable)
      }),
      { seed, numRuns: 100 },
    )
  })

  it('is another one each time, and holds nothing of the text', () => {
    const [one, two] = [sealer.seal(place, texts['10,000 characters'] ?? ''), sealer.seal(place, 'gut')]
    assert.notDeepEqual(sealer.seal(place, 'gut'), two)
    assert.ok(!one.includes('gut') && !one.toString('latin1').includes('skin'))
  })

  it('does not open in another row, column or table', () => {
    const sealed = sealer.seal(place, 'my gut')
    const moved = [{ row: '7c1e' }, { column: 'link_sealed' }, { table: 'inquiries' }]
    for (const other of moved) assert.throws(() => sealer.open({ ...place, ...other }, sealed), Unreadable)
    // The parts of the place can't be shifted into each other.
    const shifted = { table: 'appointmentsb', column: 'rings_sealed', row: '7c1d' }
    assert.throws(() => sealer.open(shifted, sealed), Unreadable)
  })

  it('does not open with any of its bits changed, or cut anywhere, or longer', () => {
    const sealed = sealer.seal(place, 'my gut')
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed)
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7))
      assert.throws(() => sealer.open(place, altered), Unreadable, `bit ${bit}`)
    }
    for (let length = 0; length < sealed.length; length += 1)
      assert.throws(() => sealer.open(place, sealed.subarray(0, length)), Unreadable, `${length} bytes`)
    assert.throws(() => sealer.open(place, Buffer.concat([sealed, Buffer.alloc(1)])), Unreadable)
  })

  it('is refused when it is no sealed text at all', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('my gut'), randomBytes(200), Buffer.alloc(60)])
      assert.throws(() => sealer.open(place, bytes), Unreadable)
  })

  it('names the key that it needs when that is not here, and nothing else', () => {
    const sealed = sealer.seal(place, 'my gut')
    const stranger = createSealer(k2)
    assert.throws(() => stranger.open(place, sealed), { name: 'Unreadable', message: /the id "k1"$/ })
    const other = createSealer(makeSealingKey('k1'))
    assert.throws(() => other.open(place, sealed), { name: 'Unreadable', message: /altered or moved$/ })
  })
})

describe('several keys', () => {
  it('the first one seals, all of them open', () => {
    const old = sealer.seal(place, 'old')
    const both = createSealer(`${k2},${k1}`)
    assert.deepEqual(both.keyIds, ['k2', 'k1'])
    assert.equal(both.open(place, old), 'old')
    const fresh = both.seal(place, 'fresh')
    assert.equal(keyIdOf(fresh), 'k2')
    const order = createSealer(`${k1},${k2}`)
    assert.equal(order.open(place, fresh), 'fresh')
    assert.equal(keyIdOf(order.seal(place, 'x')), 'k1')
  })

  it('have fingerprints that tell them apart and are not the key', () => {
    const key = Buffer.from(k1.slice(3), 'base64')
    assert.deepEqual(createSealer(`${k2},${k1}`).fingerprint('k1'), sealer.fingerprint('k1'))
    assert.notDeepEqual(createSealer(makeSealingKey('k1')).fingerprint('k1'), sealer.fingerprint('k1'))
    assert.equal(sealer.fingerprint('k1').length, 32)
    assert.notDeepEqual(sealer.fingerprint('k1'), key)
  })

  it('are refused in words: twice the same id, no id, too long an id, not 32 bytes', () => {
    assert.throws(() => createSealer(`${k1},${k2},${makeSealingKey('k1')}`), {
      name: 'KeyRefusal',
      message: /names the key k1 twice/,
    })
    const wrong = ['', 'k1', 'k1:', k1.slice(2), `${k1},`, k1.slice(0, 30), makeSealingKey('k'.repeat(41))]
    for (const setting of wrong) assert.throws(() => createSealer(setting), KeyRefusal, setting)
  })
})
