import assert from 'node:assert/strict'
import fc from 'fast-check'
import { domId, fieldName, parseFieldName } from '../../server/forms/names.ts'

const seed = Number(process.env.FLORA_SEED ?? Math.floor(Math.random() * 2 ** 31))
const parts = fc.tuple(
  fc.constantFrom('a', 'other', 'unit', 'file', 'on'),
  fc.array(fc.nat(999), { maxLength: 3 }),
  fc.string({ minLength: 1 }),
)

describe(`field names (FLORA_SEED=${seed})`, () => {
  it('are written with the rows an item stands in', () => {
    assert.equal(fieldName('a', [], 'pain'), 'a:pain')
    assert.equal(fieldName('a', [0, 2], 'dose'), 'a0.2:dose')
    assert.equal(fieldName('other', [], 'diagnoses'), 'other:diagnoses')
  })

  it('are read back as they were written, whatever the linkId', () => {
    fc.assert(
      fc.property(parts, ([kind, indices, linkId]) => {
        assert.deepEqual(parseFieldName(fieldName(kind, indices, linkId)), { kind, indices, linkId })
      }),
      { seed },
    )
  })

  it('are nothing but what we write', () => {
    for (const text of [
      '',
      'a',
      'a:',
      'b:pain',
      'a-1:x',
      'a01:x',
      'a0.:x',
      'a9999999:x',
      'on',
      7,
      null,
      undefined,
      ['a:x'],
    ])
      assert.equal(parseFieldName(text), undefined, String(text))
  })

  it('make ids that are safe in an attribute and a selector, and differ when the names do', () => {
    const name = parts.map(([kind, indices, linkId]) => fieldName(kind, indices, linkId))
    fc.assert(
      fc.property(name, name, (one, other) => {
        assert.match(domId(one), /^[a-z][A-Za-z0-9_-]*$/)
        assert.equal(domId(one) === domId(other), one === other)
      }),
      {
        seed,
        numRuns: 500,
        examples: [
          ['a:1.1', 'a:11'],
          ['a1:1', 'a:1-1'],
          ['a0.1:x', 'a0:1_x'],
        ],
      },
    )
  })
})
