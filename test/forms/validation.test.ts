import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Fhir } from 'fhir'
import { createEvaluator } from '../../server/forms/expressions/evaluator.ts'
import { finish } from '../../server/forms/finishing.ts'
import { readQuestionnaire } from '../../server/forms/reading.ts'
import { settle } from '../../server/forms/settling.ts'
import { ownForm, ownSlugs, sampleResponses } from './own-forms.ts'

const fhir = new Fhir()
const wrongWith = (resource: object) => fhir.validate(resource, { errorOnUnexpected: true }).messages
const own = path.join(import.meta.dirname, '../../server/forms/own')

describe('the forms that come with Flora, read as if they came from elsewhere', () => {
  const evaluator = createEvaluator()
  after(() => evaluator.end())

  for (const slug of ownSlugs) {
    it(`are taken, and nothing of them is unsupported: ${slug}`, async () => {
      const text = readFileSync(path.join(own, `${slug}.json`), 'utf8')
      const read = readQuestionnaire(text)
      assert.ok(read.ok)
      assert.deepEqual(read.unsupported, [])
      assert.deepEqual(read.questionnaire, JSON.parse(text))
      assert.deepEqual(await evaluator.checkExpressions(read.questionnaire), [])
      assert.deepEqual(wrongWith(read.questionnaire), [])
    })
  }

  it('calculate what is in the responses to them, however it was scored there', async () => {
    const samples = sampleResponses()
    assert.equal(samples.length, 20)
    for (const { name, questionnaire, response } of samples) {
      assert.deepEqual(wrongWith(response), [], name)
      const settled = await settle(questionnaire, response, (answers) =>
        evaluator.evaluate({
          questionnaire,
          key: questionnaire.url ?? '',
          isTrusted: true,
          response: answers,
        }),
      )
      assert.deepEqual(settled.troubles, [], name)
      const { item: _, ...head } = response
      const again = finish(settled, head)
      assert.deepEqual(again.item, response.item, name)
      assert.deepEqual(wrongWith(again), [], name)
    }
  })

  it('are told from forms with mistakes by the validator that checks them', () => {
    const form = ownForm(ownSlugs[0] ?? '')
    assert.notDeepEqual(wrongWith({ ...form, status: 'ready' }), [])
    assert.notDeepEqual(wrongWith({ ...form, surprise: true }), [])
  })
})
