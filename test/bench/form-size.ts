import { randomUUID } from 'node:crypto'
import path from 'node:path'
import express, { type Express } from 'express'
import { createEvaluator, type Evaluator } from '../../server/forms/expressions/evaluator.ts'
import type { Questionnaire, QuestionnaireResponse } from '../../server/forms/fhir.ts'
import { scoresOf } from '../../server/forms/finishing.ts'
import { sectionsOf } from '../../server/forms/sections.ts'
import { type Evaluate, type Settled, settle } from '../../server/forms/settling.ts'
import { showSection } from '../../server/forms/showing.ts'
import { useViews } from '../../server/web/engine.ts'
import { builtForm, countItems, largeForm, largeResponse } from './large.ts'
import { median } from './machine.ts'

const TIMES = 50
const RENDER_GOAL = 50
const SCORE_GOAL = 20

const views = path.join(import.meta.dirname, '../../views')
const whole = path.join(import.meta.dirname, 'whole.ejs')

/** A form of 500 items: how long it takes to render all of it, and to work out its score, after the first time. */
export async function measureLargeForm(): Promise<void> {
  const evaluator = createEvaluator()
  try {
    const app = express()
    useViews(app, views, (file) => `/${file}`)
    const render = stopwatch()
    let bytes = 0
    const { watch, settled } = await measureScore(evaluator, largeForm)
    for (const one of settled) bytes = Buffer.byteLength(await render.take(() => rendered(app, one)))
    const items = `${countItems(largeForm.item)} items`
    console.log(`a form of ${items} rendered whole: ${render.words(RENDER_GOAL)}; ${bytes} bytes`)
    console.log(`its score over 100 scales: ${watch.words(SCORE_GOAL)}`)
    const built = await measureScore(evaluator, builtForm).catch((error: Error) => error)
    const words = built instanceof Error ? `MISSED: ${built.message}` : built.watch.words(SCORE_GOAL)
    console.log(`its score as the builder writes it: ${words}`)
  } finally {
    await evaluator.end()
  }
}

/** Other answers each time, so that nothing can be remembered of the time before. */
async function measureScore(evaluator: Evaluator, form: Questionnaire) {
  const key = randomUUID()
  const evaluate: Evaluate = (response) =>
    evaluator.evaluate({ questionnaire: form, key, isTrusted: true, response })
  const watch = stopwatch()
  const settled: Settled[] = []
  for (let n = 0; n <= TIMES; n += 1)
    settled.push(await watch.take(() => scored(form, largeResponse(n), evaluate)))
  return { watch, settled }
}

async function scored(
  form: Questionnaire,
  response: QuestionnaireResponse,
  evaluate: Evaluate,
): Promise<Settled> {
  const settled = await settle(form, response, evaluate)
  const [trouble] = settled.troubles
  if (trouble) throw new Error(`${trouble.linkId}: ${trouble.message}`)
  if (scoresOf(settled).length !== 1) throw new Error('The form has no score')
  return settled
}

const rendered = (app: Express, settled: Settled): Promise<string> =>
  new Promise((resolve, reject) => {
    const sections = sectionsOf(settled.questionnaire).map((section) => showSection(settled, section))
    app.render(whole, { sections }, (error, html) => (error ? reject(error) : resolve(html)))
  })

/** In ms. The first time is apart. */
function stopwatch() {
  const times: number[] = []
  return {
    async take<T>(act: () => Promise<T>): Promise<T> {
      const began = performance.now()
      const done = await act()
      times.push(performance.now() - began)
      return done
    },
    words(goal: number): string {
      const [first = Number.NaN, ...others] = times
      const [middle, most] = [median(others), Math.max(...others)]
      return (
        `${middle.toFixed(1)} ms (slowest of ${others.length}: ${most.toFixed(1)}, the first: ${first.toFixed(1)}), ` +
        `goal ${goal}: ${middle < goal ? 'reached' : 'MISSED'}`
      )
    },
  }
}
