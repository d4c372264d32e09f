import assert from 'node:assert/strict'
import { Fhir } from 'fhir'
import { factsOf } from '../../server/forms/facts.ts'
import { reviewBeforeElimination, signsIn } from '../../server/signs/table.ts'
import { misfits } from './fits.ts'
import { sampleResponses } from './own-forms.ts'

const fhir = new Fhir()

describe('responses to the forms that come with Flora', () => {
  const responses = sampleResponses()

  it('are twenty, to all four', () => {
    assert.equal(responses.length, 20)
    assert.deepEqual([...new Set(responses.map(({ questionnaire }) => questionnaire.url))].length, 4)
  })

  for (const { name, questionnaire, response } of responses)
    it(`fit their form and are valid FHIR R4: ${name}`, () => {
      assert.equal(response.status, 'completed')
      assert.equal(response.questionnaire, `${questionnaire.url}|${questionnaire.version}`)
      assert.deepEqual(fhir.validate(response, { errorOnUnexpected: true }).messages, [])
      assert.deepEqual(misfits(questionnaire, response), [])
    })

  it('would be found out if they did not fit', () => {
    const found = responses.find(({ name }) => name === 'check-in-best')
    assert.ok(found)
    const changed = (from: string, to: string) =>
      misfits(found.questionnaire, JSON.parse(JSON.stringify(found.response).replace(from, to))).length
    assert.equal(changed('', ''), 0)
    for (const [from, to] of [
      ['"valueInteger":0', '"valueInteger":11'],
      ['"valueInteger":0', '"valueString":"0"'],
      ['"linkId":"bloating"', '"linkId":"weight"'],
      ['"linkId":"bloating"', '"linkId":"belly-pain"'],
      ['"code":"every-day"', '"code":"now-and-then"'],
      ['"text":"Bloating"', '"text":"Gas"'],
    ] as const)
      assert.notEqual(changed(from, to), 0, to)
  })

  const expected: Record<string, string[]> = {
    'intake-abroad': [],
    'intake-jonah': ['eating-disorder-signs'],
    'intake-maya': ['blood-in-stool', 'skin'],
    'intake-over-60': ['looser-stools-over-60', 'began-at-50-or-later'],
    'intake-pregnant': ['family-ibd-celiac', 'pregnancy', 'suggest-celiac-test'],
    'intake-shortest': [],
    'intake-teenager': [
      ...[
        'past-food-reaction',
        'eating-disorder-signs',
        'under-18',
        'food-insecurity',
        'gluten-free-before-test',
      ],
    ],
    'intake-urgent': [
      ...['bloody-stools-with-fever', 'severe-belly-pain', 'blood-in-stool', 'weight-loss'],
      ...['wakes-from-sleep', 'fever-night-sweats'],
    ],
  }
  for (const { name, questionnaire, response } of responses)
    it(`raise the signs that are in them: ${name}`, () => {
      const facts = factsOf(questionnaire, response)
      const today = response.authored?.slice(0, 10) ?? ''
      assert.deepEqual(
        signsIn(facts, { today }).map(({ sign }) => sign),
        expected[name] ?? [],
      )
    })

  it('ask for a review before elimination where that is called for', () => {
    const asks = responses.filter(({ questionnaire, response }) =>
      reviewBeforeElimination(signsIn(factsOf(questionnaire, response), { today: '2026-03-03' })),
    )
    assert.deepEqual(
      asks.map(({ name }) => name),
      ['intake-jonah', 'intake-pregnant', 'intake-teenager'],
    )
  })
})
