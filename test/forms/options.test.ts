import assert from 'node:assert/strict'
import type { Item, Questionnaire, ValueSet } from '../../server/forms/fhir.ts'
import { optionsOf } from '../../server/forms/options.ts'
import { coded, extension, form, question } from './filled.ts'

const offered = (given: Partial<Item>, more: Partial<Questionnaire> = {}) => {
  const item = question('q', 'choice', given)
  return optionsOf(item, { ...form(item), ...more })
}
const set = (given: Partial<ValueSet>): ValueSet => ({ resourceType: 'ValueSet', id: 'answers', ...given })

describe('the options of a question', () => {
  it('post their codes where these are plain and differ, else their position', () => {
    const keys = (answerOption: Item['answerOption']) => offered({ answerOption }).map(({ key }) => key)
    assert.deepEqual(keys(coded('yes', 'no-way', '3_a')), ['yes', 'no-way', '3_a'])
    assert.deepEqual(keys(coded('yes', 'no way')), ['o0', 'o1'])
    assert.deepEqual(keys(coded('yes', 'yes')), ['o0', 'o1'])
    assert.deepEqual(keys([{ valueCoding: { display: 'No code' } }]), ['o0'])
    assert.deepEqual(keys([{ valueString: 'oats' }, { valueString: 'rye' }]), ['o0', 'o1'])
  })

  it('are shown in words, of every type', () => {
    const options = offered({
      answerOption: [
        { valueCoding: { code: 'a', display: 'Words' } },
        { valueCoding: { code: 'b' } },
        { valueString: 'oats' },
        { valueInteger: 3 },
        { valueDate: '2026-03-15' },
        { valueTime: '21:30:00' },
      ],
    })
    assert.deepEqual(
      options.map(({ label }) => label),
      ['Words', 'b', 'oats', '3', 'March 15, 2026', '9:30 PM'],
    )
  })

  it('carry their weights onto the answer, wherever these stand, and nothing else', () => {
    const score = extension('ordinalValue', { valueDecimal: 3 })
    const weight = extension('itemWeight', { valueDecimal: 2 })
    const other = { url: 'https://example.org/color', valueString: 'red' }
    const [onOption, onCoding] = offered({
      answerOption: [
        { valueCoding: { code: 'a' }, extension: [score, other] },
        { valueCoding: { code: 'b', extension: [weight, other] } },
      ],
    })
    assert.deepEqual(onOption?.answer, { valueCoding: { code: 'a', extension: [score] } })
    assert.deepEqual(onCoding?.answer, { valueCoding: { code: 'b', extension: [weight] } })
    assert.deepEqual([onOption?.score, onCoding?.score], [3, 2])
  })

  it('say which rules out all others, which is chosen at first, and what stands before it', () => {
    const [option] = offered({
      answerOption: [
        {
          valueCoding: { code: 'none' },
          initialSelected: true,
          extension: [
            extension('optionExclusive', { valueBoolean: true }),
            extension('optionPrefix', { valueString: 'A.' }),
          ],
        },
      ],
    })
    assert.deepEqual([option?.isExclusive, option?.isInitial, option?.prefix], [true, true, 'A.'])
  })

  it('come from a contained value set: its expansion, nested and without what is abstract', () => {
    const contained = [
      set({
        expansion: {
          contains: [
            { code: 'a', display: 'A' },
            { code: 'kind', abstract: true, contains: [{ code: 'b', contains: [{ code: 'c' }] }] },
          ],
        },
      }),
    ]
    const options = offered({ answerValueSet: '#answers' }, { contained })
    assert.deepEqual(
      options.map(({ key }) => key),
      ['a', 'b', 'c'],
    )
  })

  it('come from the listed concepts of a value set that is not expanded, named by its id or its address', () => {
    const score = extension('ordinalValue', { valueDecimal: 1 })
    const compose = {
      include: [{ system: 'urn:s', concept: [{ code: 'a', display: 'A', extension: [score] }] }],
    }
    const contained = [set({ url: 'https://example.org/vs', compose })]
    const expected = { valueCoding: { system: 'urn:s', code: 'a', display: 'A', extension: [score] } }
    for (const answerValueSet of ['#answers', 'https://example.org/vs', 'https://example.org/vs|2'])
      assert.deepEqual(offered({ answerValueSet }, { contained })[0]?.answer, expected)
    assert.deepEqual(offered({ answerValueSet: '#unknown' }, { contained }), [])
  })
})
