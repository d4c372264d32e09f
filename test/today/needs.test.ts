import assert from 'node:assert/strict'
import type { OpenSign, SignKind } from '../../server/signs/store.ts'
import { signNeeds } from '../../server/today/needs.ts'
import { NOW } from '../support/fixed.ts'

const sign = (clientId: string, kind: SignKind): OpenSign => ({
  id: `${clientId} ${kind}`,
  clientId,
  clientName: clientId.toUpperCase(),
  kind,
  raisedAt: NOW,
})

describe('warning signs that wait for the practice', () => {
  it('are a line for each client, without saying which', () => {
    const signs = [
      sign('a', 'urgent'),
      sign('b', 'urgent'),
      sign('b', 'urgent'),
      sign('a', 'sign'),
      sign('c', 'sign'),
      sign('c', 'sign'),
      sign('d', 'caution'),
    ]
    assert.deepEqual(
      signNeeds(signs, 7).map(({ words, isUrgent, href }) => [words, isUrgent, href]),
      [
        ['Urgent warning sign: A', true, '/practice/clients/a'],
        ['2 urgent warning signs: B', true, '/practice/clients/b'],
        ['2 warning signs: C', false, '/practice/clients/c'],
        ['Caution: D', false, '/practice/clients/d'],
      ],
    )
  })

  it('are not more than eight lines, and say how many there are besides', () => {
    const signs = Array.from({ length: 12 }, (_, n) => sign(`c${n}`, 'sign'))
    const needs = signNeeds(signs, 40)
    assert.equal(needs.length, 9)
    assert.deepEqual(needs[8], {
      icon: 'flag',
      words: '32 more to acknowledge',
      href: '/practice/clients?show=signs',
    })
    assert.deepEqual(signNeeds([], 0), [])
  })
})
