import assert from 'node:assert/strict'
import { MINUTE } from '../../server/clock.ts'
import {
  formNeeds,
  hoursWords,
  inquiryNeeds,
  noteNeeds,
  type Raised,
  signNeeds,
  unmarkedNeeds,
} from '../../server/today/needs.ts'
import { nthWords } from '../../server/today/words.ts'
import { NOW } from '../support/fixed.ts'

const ZONE = 'America/Indiana/Indianapolis'

const raised = (clientId: string, signs: number, urgent: number, cautions: number): Raised => ({
  clientId,
  clientName: clientId.toUpperCase(),
  signs,
  urgent,
  cautions,
})

describe('warning signs that wait for the practice', () => {
  it('are a line for each client, without saying which, and cautions apart', () => {
    const needs = signNeeds([
      raised('a', 2, 1, 0),
      raised('b', 2, 2, 1),
      raised('c', 2, 0, 0),
      raised('d', 1, 0, 2),
      raised('e', 0, 0, 1),
    ])
    assert.deepEqual(
      needs.map(({ words, isUrgent, href }) => [words, isUrgent, href]),
      [
        ['2 warning signs, 1 urgent: A', true, '/practice/clients/a'],
        ['2 urgent warning signs and 1 caution: B', true, '/practice/clients/b'],
        ['2 warning signs: C', false, '/practice/clients/c'],
        ['1 warning sign and 2 cautions: D', false, '/practice/clients/d'],
        ['1 caution: E', false, '/practice/clients/e'],
      ],
    )
  })

  it('are not more than eight lines, and say that there are others', () => {
    const needs = signNeeds(Array.from({ length: 9 }, (_, n) => raised(`c${n}`, 1, 0, 0)))
    assert.equal(needs.length, 9)
    assert.deepEqual(needs[8], {
      icon: 'flag',
      words: 'More clients with signs',
      href: '/practice/clients?show=signs',
    })
    assert.deepEqual(signNeeds([]), [])
  })
})

describe('what else waits for the dietitian', () => {
  it('names whose forms are not sent, and for when', () => {
    const coming = { clientId: 'a', clientName: 'Ana', startsAt: NOW, isBooked: true, formsDue: 2 }
    const others = [
      { ...coming, formsDue: 0 },
      { ...coming, isBooked: false },
      { ...coming, startsAt: NOW - MINUTE },
    ]
    const [need, ...more] = formNeeds([...others, coming], { zone: ZONE, now: NOW - MINUTE })
    assert.equal(need?.words, '2 forms not sent: Ana, Tue, Mar 3, 9:00 AM')
    assert.equal(need?.href, '/practice/clients/a/forms')
    assert.deepEqual(more, [])
  })

  it('leads to each unsigned note, and to the next when there are many', () => {
    const draft = (id: string, what: 'note' | 'addendum' = 'note') => ({
      id,
      what,
      clientName: `Client ${id}`,
    })
    assert.deepEqual(
      noteNeeds([draft('1'), draft('2', 'addendum')]).map(({ words, href }) => [words, href]),
      [
        ['Unsigned note: Client 1', '/practice/notes/1'],
        ['Unsigned addendum: Client 2', '/practice/notes/2/addenda'],
      ],
    )
    const many = noteNeeds(['1', '2', '3', '4', '5', '6', '7'].map((id) => draft(id)))
    assert.equal(many.length, 6)
    assert.equal(many[5]?.words, '2 more unsigned notes, the next: Client 6')
  })

  it('counts inquiries and what is to be marked, and says nothing of none', () => {
    assert.deepEqual([...inquiryNeeds(0), ...unmarkedNeeds({ count: 0, href: '/' })], [])
    assert.equal(inquiryNeeds(1)[0]?.words, '1 inquiry to answer')
    assert.equal(
      unmarkedNeeds({ count: 2, href: '/' })[0]?.words,
      '2 appointments to mark as kept or no-show',
    )
  })

  it('says hours and which appointment it is as people say it', () => {
    assert.deepEqual([0, 45, 60, 150].map(hoursWords), ['None', '45 minutes', '1 hour', '2 hours 30 minutes'])
    assert.deepEqual([0, 1, 2, 3, 4, 11, 22, 113].map(nthWords), [
      '',
      'First appointment',
      '2nd appointment',
      '3rd appointment',
      '4th appointment',
      '11th appointment',
      '22nd appointment',
      '113th appointment',
    ])
  })
})
