import assert from 'node:assert/strict'
import qrcode from 'qrcode-generator'
import { drawQr } from '../../server/accounts/factors/qr.ts'
import { hashCode, makeCodes } from '../../server/accounts/factors/recovery.ts'
import {
  addressOf,
  codeAt,
  makeSecret,
  spaced,
  stepAt,
  stepOfCode,
} from '../../server/accounts/factors/totp.ts'

/** "12345678901234567890" in base32. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('the codes of an authenticator app', () => {
  // RFC 6238, appendix B: seconds, and the code of eight digits with HMAC-SHA-1.
  const vectors: [number, string][] = [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ]
  for (const [seconds, code] of vectors)
    it(`are those of RFC 6238 at ${seconds} s`, () => {
      assert.equal(codeAt(RFC_SECRET, stepAt(seconds * 1000), 8), code)
      assert.equal(codeAt(RFC_SECRET, stepAt(seconds * 1000)), code.slice(2))
    })

  it('fit a step early and a step late, and no more', () => {
    const now = 1234567890_000
    const step = stepAt(now)
    for (const by of [-1, 0, 1])
      assert.equal(stepOfCode(RFC_SECRET, codeAt(RFC_SECRET, step + by), now), step + by)
    for (const by of [-3, -2, 2, 3])
      assert.equal(stepOfCode(RFC_SECRET, codeAt(RFC_SECRET, step + by), now), undefined)
    for (const odd of ['', '1', '0000000', 'abcdef', '１２３４５６', ' '])
      assert.equal(stepOfCode(RFC_SECRET, odd, now), undefined, odd)
  })

  it('come of a secret of 160 bits that no two have', () => {
    assert.match(makeSecret(), /^[A-Z2-7]{32}$/)
    assert.notEqual(makeSecret(), makeSecret())
    assert.match(spaced(makeSecret()), /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
  })

  it('are told to the app as an address of its own kind', () => {
    const address = addressOf(RFC_SECRET, 'Maple & Co: Nutrition', 'dana@maple.example')
    assert.match(address, /^otpauth:\/\/totp\/Maple%20%26%20Co%3A%20Nutrition:dana%40maple\.example\?/)
    assert.match(address, new RegExp(`secret=${RFC_SECRET}`))
    assert.match(address, /algorithm=SHA1&digits=6&period=30/)
  })
})

describe('a QR code', () => {
  it('has every dark module of its matrix and no other, inside a quiet zone of four', () => {
    const text = 'otpauth://totp/Maple:dana%40maple.example?secret=GEZDGNBVGY3TQOJQ'
    const { size, path } = drawQr(text)
    const code = qrcode(0, 'M')
    code.addData(text)
    code.make()
    const count = code.getModuleCount()
    assert.equal(size, count + 8)
    const drawn = new Set<string>()
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
      for (let at = 0; at < Number(width); at += 1) drawn.add(`${Number(x) + at},${y}`)
    for (let row = 0; row < size; row += 1)
      for (let column = 0; column < size; column += 1) {
        const isInside = [row, column].every((at) => at >= 4 && at < count + 4)
        const isDark = isInside && code.isDark(row - 4, column - 4)
        assert.equal(drawn.has(`${column},${row}`), isDark, `${column},${row}`)
      }
  })
})

describe('recovery codes', () => {
  it('are ten of 24 letters that don’t look alike, and are the same however they are typed', () => {
    const codes = makeCodes()
    assert.equal(new Set(codes).size, 10)
    for (const code of codes) assert.match(code, /^([a-hjkmnp-z2-9]{4}-){5}[a-hjkmnp-z2-9]{4}$/)
    const [code = ''] = codes
    assert.deepEqual(hashCode(` ${code.toUpperCase().replaceAll('-', ' ')} `), hashCode(code))
    assert.notDeepEqual(hashCode(codes[1] ?? ''), hashCode(code))
  })
})
