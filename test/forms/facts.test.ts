import assert from 'node:assert/strict'
import { FACT_SYSTEM, factsOf } from '../../server/forms/facts.ts'
import type { Item, Questionnaire, ResponseItem } from '../../server/forms/fhir.ts'

const asking = (linkId: string, fact: string, more: Partial<Item> = {}): Item => ({
  linkId,
  type: 'string',
  code: [{ system: FACT_SYSTEM, code: fact }],
  ...more,
})

function facts(items: Item[], answers: ResponseItem[]): Record<string, unknown> {
  const questionnaire: Questionnaire = { resourceType: 'Questionnaire', status: 'active', item: items }
  return Object.fromEntries(
    factsOf(questionnaire, { resourceType: 'QuestionnaireResponse', status: 'completed', item: answers }),
  )
}

describe('facts', () => {
  it('are the plain values of the answers', () => {
    const items = ['b', 'i', 'd', 'day', 's', 'c', 'q', 'bare'].map((linkId) =>
      asking(linkId, `fact-${linkId}`),
    )
    const told = facts(items, [
      { linkId: 'b', answer: [{ valueBoolean: false }] },
      { linkId: 'i', answer: [{ valueInteger: 0 }] },
      { linkId: 'd', answer: [{ valueDecimal: 1.5 }] },
      { linkId: 'day', answer: [{ valueDate: '1990-02-01' }] },
      { linkId: 's', answer: [{ valueString: 'Words' }] },
      { linkId: 'c', answer: [{ valueCoding: { code: 'yes', display: 'Yes' } }] },
      { linkId: 'q', answer: [{ valueQuantity: { value: 3, unit: 'cups' } }] },
      { linkId: 'bare', answer: [{ valueCoding: { display: 'Only words' } }] },
    ])
    assert.deepEqual(told, {
      'fact-b': [false],
      'fact-i': [0],
      'fact-d': [1.5],
      'fact-day': ['1990-02-01'],
      'fact-s': ['Words'],
      'fact-c': ['yes'],
      'fact-q': [3],
      'fact-bare': ['Only words'],
    })
  })

  it('gather what is repeated, nested in groups and under answers, in its order', () => {
    const items: Item[] = [
      { linkId: 'row', type: 'group', repeats: true, item: [asking('food', 'allergies')] },
      { linkId: 'more', type: 'boolean', item: [asking('other', 'allergies')] },
    ]
    const told = facts(items, [
      { linkId: 'row', item: [{ linkId: 'food', answer: [{ valueString: 'Kiwi' }] }] },
      {
        linkId: 'row',
        item: [{ linkId: 'food', answer: [{ valueString: 'Egg' }, { valueString: 'Nuts' }] }],
      },
      {
        linkId: 'more',
        answer: [{ valueBoolean: true, item: [{ linkId: 'other', answer: [{ valueString: 'Latex' }] }] }],
      },
    ])
    assert.deepEqual(told, { allergies: ['Kiwi', 'Egg', 'Nuts', 'Latex'] })
  })

  it('leave out what has no answer, no fact or no value', () => {
    const other = { ...asking('other', 'x'), code: [{ system: 'http://loinc.org', code: '1234-5' }] }
    const items = [
      asking('none', 'a'),
      asking('empty', 'b'),
      asking('photo', 'c', { type: 'attachment' }),
      other,
    ]
    const told = facts(items, [
      { linkId: 'empty', answer: [] },
      { linkId: 'photo', answer: [{ valueAttachment: { url: 'x' } }] },
      { linkId: 'other', answer: [{ valueString: 'x' }] },
      { linkId: 'not of this form', answer: [{ valueString: 'x' }] },
    ])
    assert.deepEqual(told, {})
  })
})
