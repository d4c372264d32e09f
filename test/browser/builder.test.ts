import assert from 'node:assert/strict'
import { opened, sent } from '../responses/asked.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { at, become, button, link, reads } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { signedIn, signedInAsClient } from '../support/people.ts'
import { linesIn } from './filling.ts'

const scales: [question: string, answer: number][] = [
  ['Itch, at its worst in the last 24 hours', 7],
  ['Redness or flushing', 4],
  ['Breakouts', 2],
  ['Dryness or cracking', 8],
  ['Sleep lost to your skin', 3],
  ['How much your skin bothered you', 6],
]

describe('the builder in a browser', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await testApp()
    await reset()
  })

  it('makes the skin check-in with its score from nothing; a client fills it in, and the dietitian sees the score', async () => {
    const world = await make.world(app.db)
    const client = await make.client(app.db, { name: 'Ana Ruiz' })
    const [desk, phone] = [await browsers.onDesk(), await browsers.onPhone()]
    await become(app, desk, await signedIn(app, world.dietitian))
    await become(app, phone, await signedInAsClient(app, client))

    await desk.goto(`${app.baseUrl}/practice/forms`)
    await link(desk, 'New form').click()
    await at(desk, 'A new form')
    await desk.getByLabel('Title').fill('Skin diary')
    await desk.getByLabel('What it is for').fill('How your skin was. It takes a minute.')
    await button(desk, 'Go on to the questions').click()
    await at(desk, 'Skin diary')
    await link(desk, /^Add a question/).click()
    await link(desk, /^0 to 10 scale/).click()
    for (const [n, [question]] of scales.entries()) {
      await at(desk, 'A new question')
      await desk.getByLabel('Question', { exact: true }).fill(question)
      if (n === 0) await desk.getByLabel('10 means').fill('As bad as can be')
      const isLast = n === scales.length - 1
      await button(desk, isLast ? 'Add it and go back' : 'Add it and write the next').click()
      if (!isLast)
        await desk.getByRole('region', { name: 'In this section so far' }).getByText(question).waitFor()
    }
    await at(desk, 'Skin diary')
    await reads(desk, /6 questions/)
    await link(desk, 'Add a score').click()
    await at(desk, 'A new score')
    await desk.getByLabel('Name').fill('Skin score')
    await desk.getByLabel('The least number of answers').fill('5')
    await button(desk, 'Add the score').click()
    await at(desk, 'Skin diary')
    await reads(desk, /Skin score Score The mean times 10 of 6 questions/)
    await link(desk, 'Preview as a client').click()
    await at(desk, 'Skin diary')
    await desk.getByRole('radio').first().waitFor()
    await desk.goBack()
    await at(desk, 'Skin diary')
    await button(desk, 'Publish version 1').click()
    await desk.getByText('Version 1 in use').waitFor()
    await at(desk, 'Skin diary')

    await desk.goto(`${app.baseUrl}/practice/clients/${client.id}/forms`)
    await desk.getByLabel('Form', { exact: true }).selectOption({ label: 'Skin diary' })
    await desk.getByLabel('Due on').fill('2026-03-10')
    await button(desk, 'Ask for this form').click()
    await desk.getByRole('region', { name: 'Asked for' }).getByText('Skin diary').first().waitFor()

    await phone.goto(`${app.baseUrl}/my`)
    await link(phone, /Skin diary/).click()
    await at(phone, 'Skin diary')
    await link(phone, 'Start').click()
    for (const [question, answer] of scales)
      await phone
        .getByRole('group', { name: question })
        .getByRole('radio', { name: String(answer), exact: true })
        .check()
    await phone.getByRole('status').filter({ hasText: 'Saved' }).waitFor()
    await phone.getByText('Skin score').waitFor()
    await phone.waitForFunction(() => document.querySelector('output')?.value === '50')
    await button(phone, 'Save and look it over').click()
    await at(phone, 'Look over your answers')
    await button(phone, 'Send to your dietitian').click()
    await at(phone, 'Thank you, it is sent')
    await reads(phone, /Skin score 50/)

    await desk.reload()
    await reads(desk, /Scores Sent Skin score .* 50 /)
    await desk
      .getByRole('region', { name: 'Answers' })
      .getByRole('link', { name: /Skin diary/ })
      .click()
    await at(desk, 'Skin diary')
    await reads(desk, /Skin score 50/, /Itch, at its worst in the last 24 hours 7/)
    const [row] = await sent(app)
    assert.deepEqual(
      linesIn(opened(row)).map((line) => Number(line.split(': ')[1])),
      scales.map(([, answer]) => answer),
    )
    const [score] = await app.db('scores').select('label', 'value', 'client_id')
    assert.deepEqual(score, { label: 'Skin score', value: 50, client_id: client.id })
  })
})
