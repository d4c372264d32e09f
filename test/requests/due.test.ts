import assert from 'node:assert/strict'
import { DAY, HOUR, MINUTE } from '../../server/clock.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { aboutWords, dueWords, isInTime, remindersFor } from '../../server/requests/due.ts'
import { minutesFor } from '../../server/requests/length.ts'
import { NOW } from '../support/fixed.ts'

const START = NOW + 10 * DAY

describe('when a form is due', () => {
  it('is reminded of 3 days and 1 day before, where that is still ahead', () => {
    const days = (changedAt: number) =>
      remindersFor({ startsAt: START, changedAt }).map(({ at }) => START - at)
    assert.deepEqual(days(NOW), [3 * DAY, DAY])
    assert.deepEqual(days(START - 3 * DAY - 1), [3 * DAY, DAY])
    assert.deepEqual(days(START - 3 * DAY), [DAY])
    assert.deepEqual(days(START - DAY), [])
    assert.deepEqual(days(START + DAY), [])
  })

  it('leaves out a reminder as soon as the next one is due, or the appointment begins', () => {
    const inTime = (daysBefore: number, now: number) => isInTime({ startsAt: START, daysBefore }, now)
    assert.equal(inTime(3, START - DAY - 1), true)
    assert.equal(inTime(3, START - DAY), false)
    assert.equal(inTime(1, START - 1), true)
    assert.equal(inTime(1, START), false)
  })

  it('is said in the words and on the calendar of the client', () => {
    const due = {
      dueAt: Date.parse('2026-03-06T20:00:00Z'),
      zone: 'America/Chicago',
      isForAppointment: false,
    }
    const nepal = { ...due, zone: 'Asia/Kathmandu' }
    assert.equal(dueWords(due, NOW), 'By Friday, March 6')
    assert.equal(dueWords(nepal, NOW), 'By Saturday, March 7')
    assert.equal(dueWords(due, due.dueAt - 12 * HOUR), 'Today')
    assert.equal(dueWords(due, due.dueAt + HOUR), 'Today')
    assert.equal(dueWords(due, due.dueAt + DAY), 'Was due on Friday, March 6')
    const before = { ...due, isForAppointment: true }
    assert.equal(dueWords(before, NOW), 'Before your appointment on Friday, March 6')
    assert.equal(dueWords(before, due.dueAt + MINUTE), 'For your appointment on Friday, March 6')
  })
})

describe('how long a form takes', () => {
  const times = (count: number, item: Partial<Item> & Pick<Item, 'type'>): Item[] =>
    Array.from({ length: count }, (_, n) => ({ linkId: `q${n}`, text: 'Q', ...item }))
  const minutes = (item: Item[]) => minutesFor({ resourceType: 'Questionnaire', status: 'active', item })

  it('is at least a minute, and grows with what there is to answer', () => {
    assert.equal(minutes([]), 1)
    assert.equal(aboutWords(minutes([])), 'about 1 minute')
    assert.equal(minutes(times(60, { type: 'choice' })), 4)
    assert.equal(minutes(times(12, { type: 'text' })), 5)
  })

  it('counts neither what is only shown nor what is calculated, and questions that depend on others a little', () => {
    const calculated = {
      url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression',
      valueExpression: { language: 'text/fhirpath', expression: '1' },
    }
    const sixty = times(60, { type: 'choice' })
    const unasked = [
      ...times(99, { type: 'display' }),
      ...times(99, { type: 'integer', readOnly: true }),
      ...times(99, { type: 'decimal', extension: [calculated] }),
    ]
    assert.equal(minutes([{ linkId: 'g', type: 'group', item: [...sixty, ...unasked] }]), 4)
    const enableWhen = [{ question: 'x', operator: 'exists' as const, answerBoolean: true }]
    assert.equal(minutes(times(60, { type: 'choice', enableWhen })), 1)
  })
})
