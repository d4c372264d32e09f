import assert from 'node:assert/strict'
import type { Job } from '../../server/forms/expressions/evaluation.ts'
import { createEvaluator } from '../../server/forms/expressions/evaluator.ts'
import { extensionUrl } from '../../server/forms/extensions.ts'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import { expression, form, item, type Loose } from './imported.ts'

const calculated = (text: string): Loose =>
  item('s', 'decimal', { extension: [expression('calculatedExpression', text)] })
const questionnaireOf = (items: Loose[]) => form(items) as unknown as Questionnaire

let keys = 0
const jobOf = (items: Loose[], isTrusted = false): Job => {
  keys += 1
  const response = { resourceType: 'QuestionnaireResponse', status: 'in-progress' } as const
  return { questionnaire: questionnaireOf(items), key: `form ${keys}`, isTrusted, response }
}

const doubled = (text: string, times: number) => `${text}${".replace('x', 'xxxxxxxxxxxxxxxx')".repeat(times)}`
const backtracking = "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.matches('^(a+)+$')"
const digits = Array.from({ length: 60 }, (_, index) => index).join('|')

/** Expressions that are made to hurt, and what is said of them. */
const hostile: [string, string, RegExp][] = [
  ['a pattern that backtracks for ever', backtracking, /too long/],
  [
    'a replacement that backtracks for ever',
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.replaceMatches('(a|a)+$', 'x')",
    /too long/,
  ],
  [
    'ranges in ranges',
    `(${digits}).select($this | 0).where((${digits}).where((${digits}).where((${digits}).where((${digits}).where($this = 99).exists()).exists()).exists()).exists())`,
    /too long/,
  ],
  ['a repetition without end', "'1'.repeat($this & '1')", /too long|too much|call stack/],
  ['a text that grows and grows', `${doubled("'x'", 7)}.length()`, /too long|too much|Invalid string length/],
  ['a list that grows and grows', `${doubled("'x'", 7)}.toChars().count()`, /too long|too much|Invalid/],
  ['an endless sum', `1${' + 1'.repeat(9000)}`, /too long|too much|call stack|characters/],
  ['brackets in brackets', `${'('.repeat(9000)}1${')'.repeat(9000)}`, /too long|too much|call stack/],
  [
    'conditions in conditions',
    `${'iif(true, '.repeat(1300)}1${', 2)'.repeat(1300)}`,
    /too long|too much|call stack/,
  ],
  ['more text than an expression has', `1${' '.repeat(30_000)}`, /more than 20000 characters/],
  ['a function that there is not', 'launch()', /Not implemented: launch/],
  ['half an expression', '1 +', /line: 1/],
  ['a sum of words', "'a' - 1", /./],
  ['another server', "'http://127.0.0.1/Patient/1'.resolve()", /resolve/],
  ['another server’s codes', "'a'.memberOf('http://127.0.0.1/vs')", /memberOf/],
  ['terms of another server', "%terminologies.expand('http://127.0.0.1/vs')", /terminologies/],
]

describe('hostile expressions', () => {
  const evaluator = createEvaluator()
  after(() => evaluator.end())

  for (const [what, text, words] of hostile)
    it(`do no harm: ${what}`, async () => {
      const outcome = await evaluator.evaluate(jobOf([calculated(text)]))
      assert.equal(Object.values(outcome.calculated).flat().length, 0)
      assert.match(outcome.troubles.map(({ message }) => message).join(), words)
      const next = await evaluator.evaluate(jobOf([calculated('1 + 1')]))
      assert.deepEqual(next.calculated, { 'a:s': [{ valueDecimal: 2 }] })
    })

  it('see neither our environment nor our process', async () => {
    for (const text of ['%process', '%global', '%env', 'process.env', '%resource.constructor.constructor'])
      assert.deepEqual(
        Object.values((await evaluator.evaluate(jobOf([calculated(text)]))).calculated).flat(),
        [],
      )
  })

  it('in a pattern do no harm either', async () => {
    const zip = item('zip', 'string', { extension: [{ url: extensionUrl('regex'), valueString: '(a+)+' }] })
    const job = jobOf([zip])
    const answer = [{ valueString: `${'a'.repeat(60)}b` }]
    const outcome = await evaluator.evaluate({
      ...job,
      response: { ...job.response, item: [{ linkId: 'zip', answer }] },
    })
    assert.deepEqual(outcome.troubles, [
      { linkId: 'zip', message: 'The expressions of this form took too long.' },
    ])
  })

  it('never keep forms of ours waiting', async () => {
    const crowded = createEvaluator()
    const ours = jobOf([calculated('1 + 1')], true)
    let done = 0
    // A second or more each.
    const theirs = Array.from({ length: 60 }, async () => {
      await crowded.evaluate(jobOf([calculated(backtracking)]))
      done += 1
    })
    for (let run = 0; run < 5; run += 1)
      assert.deepEqual((await crowded.evaluate(ours)).calculated, { 'a:s': [{ valueDecimal: 2 }] })
    assert.ok(done < theirs.length)
    await crowded.end()
    await Promise.all(theirs)
  })

  it('have to pause when three times in a row they took too long', async () => {
    const job = jobOf([calculated(backtracking)])
    for (let run = 0; run < 3; run += 1) await evaluator.evaluate(job)
    // Said without a try: one that was made is called too long.
    assert.match((await evaluator.evaluate(job)).troubles[0]?.message ?? '', /too much memory or time/)
    assert.deepEqual((await evaluator.evaluate(jobOf([calculated('1')]))).troubles, [])
  })

  it('wait in a line that has an end', async () => {
    const job = jobOf([calculated('1')])
    const outcomes = await Promise.all(Array.from({ length: 120 }, () => evaluator.evaluate(job)))
    const busy = outcomes.filter(({ troubles }) => troubles[0]?.message.includes('Too many forms'))
    assert.equal(busy.length, 20)
    assert.ok(busy.every(({ troubles }) => troubles[0]?.isPassing))
    assert.equal(outcomes.filter(({ troubles }) => troubles.length === 0).length, 100)
  })

  it('give no more than can be kept', async () => {
    const many = item('s', 'string', {
      repeats: true,
      extension: [expression('calculatedExpression', `(${digits}).select($this).repeat($this + 60)`)],
    })
    assert.match((await evaluator.evaluate(jobOf([many]))).troubles[0]?.message ?? '', /too|gives more/)
    const long = item('s', 'string', {
      extension: [expression('calculatedExpression', doubled("'x'", 4))],
    })
    assert.match(
      (await evaluator.evaluate(jobOf([long]))).troubles[0]?.message ?? '',
      /no answer of type string/,
    )
  })

  it('get no answers that are too long', async () => {
    const job = jobOf([item('a', 'text'), calculated('%resource.item.answer.count()')])
    const answer = [{ valueString: 'x'.repeat(2_000_001) }]
    const outcome = await evaluator.evaluate({
      ...job,
      response: { ...job.response, item: [{ linkId: 'a', answer }] },
    })
    assert.match(outcome.troubles[0]?.message ?? '', /answers are too long/)
  })
})

describe('the process that evaluates', () => {
  it('knows a form again, also after it had to make room for others', async () => {
    const evaluator = createEvaluator()
    const first = jobOf([calculated('21 * 2')])
    const jobs = Array.from({ length: 55 }, (_, index) => jobOf([calculated(`${index}`)]))
    for (const job of [first, ...jobs, first, first])
      assert.deepEqual((await evaluator.evaluate(job)).troubles, [])
    assert.deepEqual((await evaluator.evaluate(first)).calculated, { 'a:s': [{ valueDecimal: 42 }] })
    await evaluator.end()
  })

  it('answers nothing any more when it was ended', async () => {
    const evaluator = createEvaluator()
    await evaluator.end()
    assert.equal((await evaluator.evaluate(jobOf([calculated('1')]))).troubles.length, 1)
    await evaluator.end()
  })

  it('tells whoever brings a form what of it does not work', async () => {
    const evaluator = createEvaluator()
    const check = async (items: Loose[], more: Loose = {}) =>
      (await evaluator.checkExpressions(form(items, more) as unknown as Questionnaire)).map(
        ({ where, message }) => `${where}: ${message}`,
      )
    assert.deepEqual(await check([calculated('1 + 1')]), [])
    assert.match(
      (await check([calculated('1 +')])).join(),
      /^item s: Its calculatedExpression can’t be read: line: 1/,
    )
    assert.match(
      (await check([calculated('nonsense()')])).join(),
      /^item s: On an empty form: Not implemented/,
    )
    assert.match(
      (await check([calculated("'a'.resolve()")])).join(),
      /asks another server, which Flora never does/,
    )
    assert.match(
      (await check([calculated(backtracking)])).join(),
      /^item s: The expressions of this form took too long/,
    )
    const extension = [expression('variable', '%missing', 'x')]
    assert.match(
      (await check([calculated('1')], { extension })).join(),
      /^the form: .*undefined environment variable/,
    )
    const zip = item('zip', 'string', { extension: [{ url: extensionUrl('regex'), valueString: '(' }] })
    assert.match(
      (await check([zip])).join(),
      /^item zip: Its regex can’t be read: Invalid regular expression/,
    )
    await evaluator.end()
  })
})
