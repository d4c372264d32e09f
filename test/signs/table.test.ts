import assert from 'node:assert/strict'
import { factsOf } from '../../server/forms/facts.ts'
import { type Answers, answered } from '../../server/sample/answering.ts'
import { allSigns, reviewBeforeElimination, type Sign, signNamed, signsIn } from '../../server/signs/table.ts'
import { ownForm } from '../forms/own-forms.ts'
import { cases, TODAY } from './cases.ts'

const intake = ownForm('intake')

/** As the intake is answered: an option or a question that it does not have makes the test fail. */
function signsOf(answers: Answers, today = TODAY): Sign[] {
  const response = answered(intake, answers)
  const told = JSON.stringify(response)
  for (const linkId of Object.keys(answers)) assert.ok(told.includes(`"${linkId}"`), `${linkId} is not asked`)
  return signsIn(factsOf(intake, response), { today })
}

const namesOf = (answers: Answers) => signsOf(answers).map(({ sign }) => sign)
const REVIEWED = ['eating-disorder-signs', 'pregnancy', 'under-18', 'food-insecurity']

describe('the table of warning signs', () => {
  it('has a case for each of its rows, and each row once', () => {
    const names = allSigns.map(({ sign }) => sign)
    assert.deepEqual(names, Object.keys(cases))
    assert.equal(new Set(names).size, names.length)
  })

  for (const [sign, { yes, no, edge, client, dietitian }] of Object.entries(cases)) {
    describe(sign, () => {
      it('is raised by what raises it', () => {
        for (const answers of yes) assert.ok(namesOf(answers).includes(sign), JSON.stringify(answers))
      })

      it('is not raised by what does not', () => {
        for (const answers of no) assert.ok(!namesOf(answers).includes(sign), JSON.stringify(answers))
      })

      for (const { because, answers, isRaised } of edge)
        it(`is ${isRaised ? '' : 'not '}raised: ${because}`, () => {
          assert.equal(namesOf(answers).includes(sign), isRaised)
        })

      it('says to the client and to the dietitian what it should', () => {
        const [first = {}] = yes
        const found = signsOf(first).find((row) => row.sign === sign)
        assert.ok(found)
        if (client === null) assert.equal(found.client, null)
        else assert.match(`${found.client?.heading}: ${found.client?.text}`, client)
        assert.match(found.dietitian, dietitian)
        assert.notEqual(found.source, '')
        assert.notEqual(found.name, '')
      })
    })
  }

  it('raises nothing when nothing was said', () => {
    assert.deepEqual(signsOf({}), [])
  })

  it('puts what is most urgent first', () => {
    const answers = { pregnant: 'pregnant', anemia: 'yes', 'right-now': ['severe-belly-pain', 'breathing'] }
    assert.deepEqual(
      signsOf(answers).map(({ kind, sign }) => `${kind} ${sign}`),
      ['urgent swelling-or-breathing', 'urgent severe-belly-pain', 'sign anemia', 'caution pregnancy'],
    )
  })

  it('counts the age on the day of answering', () => {
    const answers = { 'date-of-birth': '2008-06-01' }
    assert.deepEqual(
      signsOf(answers, '2026-05-31').map(({ sign }) => sign),
      ['under-18'],
    )
    assert.deepEqual(signsOf(answers, '2026-06-01'), [])
  })

  it('counts a birthday on February 29 from March 1 on in other years', () => {
    const answers = { 'date-of-birth': '2008-02-29' }
    assert.equal(signsOf(answers, '2026-02-28').length, 1)
    assert.equal(signsOf(answers, '2026-03-01').length, 0)
  })

  it('asks for a review before an elimination plan for four cautions and nothing else', () => {
    for (const { sign } of allSigns)
      assert.equal(reviewBeforeElimination([{ sign }]), REVIEWED.includes(sign), sign)
    assert.equal(reviewBeforeElimination([]), false)
    assert.equal(reviewBeforeElimination([{ sign: 'anemia' }, { sign: 'pregnancy' }]), true)
    assert.equal(reviewBeforeElimination([{ sign: 'one of an older table' }]), false)
  })

  it('finds a sign again by the name that is kept', () => {
    assert.equal(signNamed('anemia')?.kind, 'sign')
    assert.equal(signNamed('gone'), undefined)
  })

  it('names no diagnosis to the client that they did not name, and does not shout', () => {
    for (const { client } of allSigns) {
      const words = `${client?.heading ?? ''} ${client?.text ?? ''}`
      assert.doesNotMatch(
        words,
        /you (may|might|could|probably) have|danger|serious|warning|alarm|!|sepsis|likely/i,
      )
    }
  })
})
