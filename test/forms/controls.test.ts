import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { HOUR } from '../../server/clock.ts'
import type { ItemShown } from '../../server/forms/shown.ts'
import { audit } from '../support/audit.ts'
import { useBrowsers } from '../support/browser.ts'
import { NOW } from '../support/fixed.ts'
import { anew } from '../support/journey.ts'
import { type FormPage, openFormPage } from './form-page.ts'
import { item, option, section } from './shown-items.ts'

/** So long, in ms, that somebody who types has paused. */
const PAUSE = 1000

const yesNo = () => [option('true', 'Yes'), option('false', 'No')]
const onlyIf = (field: string, value: string) => ({
  isEnabled: false,
  when: { any: false, conditions: [{ field: `a:${field}`, operator: '=', value }] },
})

const questions = (): ItemShown[] => [
  item({ linkId: 'tested', label: 'Tested before?', control: 'radio', options: yesNo() }),
  item({ linkId: 'how', label: 'How?', ...onlyIf('tested', 'true'), control: 'radio', options: yesNo() }),
  item({ linkId: 'why', label: 'Tell us more', ...onlyIf('how', 'true') }),
  item({
    linkId: 'told',
    label: 'What were you told?',
    control: 'checks',
    options: [
      option('ibs', 'IBS'),
      option('sibo', 'SIBO'),
      option('none', 'None of these', { isExclusive: true }),
    ],
  }),
  item({
    linkId: 'way',
    label: 'How do you eat?',
    control: 'radio',
    options: [option('vegan', 'Vegan'), option('all', 'Everything'), option('+other', 'Something else')],
    other: { name: 'other:way', label: 'In your words', value: '' },
  }),
  item({ linkId: 'name', label: 'Name you go by' }),
  item({ linkId: 'cups', label: 'Cups of water', control: 'slider', min: '0', max: '20', step: '1' }),
  item({
    linkId: 'where',
    label: 'Where is it?',
    control: 'body-map',
    options: [option('forehead', 'Forehead'), option('arms', 'Arms')],
  }),
  item({ linkId: 'score', label: 'Your score', control: 'shown', isShownOnly: true, answer: '10' }),
]

describe('a section in the browser', () => {
  const browsers = useBrowsers()
  let form: FormPage

  beforeEach(async () => {
    form = await openFormPage(section(questions()))
  })
  afterEach(() => form.close())

  async function open(wanted = {}): Promise<Page> {
    const page = await browsers.onPhone(wanted)
    await page.goto(form.url)
    return page
  }
  const saved = (page: Page, count: number) =>
    page.getByText(`Saved 2:0${count} PM`, { exact: true }).waitFor()
  const answer = (page: Page, question: string, label: string) =>
    page.getByRole('group', { name: question }).getByLabel(label, { exact: true })

  it('asks what follows from an answer at once, and saves it', async () => {
    const page = await open()
    assert.ok(!(await page.getByText('How?').isVisible()))
    await answer(page, 'Tested before?', 'Yes').check()
    await answer(page, 'How?', 'Yes').check()
    await page.getByLabel('Tell us more').fill('By a breath test')
    await page.getByText(/^Saved/).waitFor()
    await audit(page)
    await answer(page, 'Tested before?', 'No').check()
    assert.ok(!(await page.getByLabel('Tell us more').isVisible()), 'what depends on it goes too')
    await anew(page, () => page.getByRole('button', { name: 'Save and finish later' }).click())
    const [last] = form.sent
    assert.deepEqual(last?.on, ['a:tested', 'a:told', 'a:way', 'a:name', 'a:cups', 'a:where'])
    assert.equal(last?.['a:why'], undefined)
    assert.equal(last?.go, 'later')
  })

  it('takes an answer back', async () => {
    const page = await open()
    await answer(page, 'Tested before?', 'Yes').check()
    await saved(page, 1)
    await page.getByRole('button', { name: 'Clear: Tested before?' }).click()
    await saved(page, 2)
    assert.equal(form.saves[1]?.['a:tested'], undefined)
    assert.ok(form.saves[1]?.on?.includes('a:tested'))
    assert.ok(!(await page.getByText('How?').isVisible()))
  })

  it('saves what is typed when the typing pauses, each time from where the last save left it', async () => {
    const page = await open()
    await page.clock.pauseAt(NOW + HOUR)
    await page.getByLabel('Name you go by').pressSequentially('Ana')
    await page.clock.runFor(PAUSE)
    await saved(page, 1)
    await page.clock.resume()
    await answer(page, 'Where is it?', 'Arms').check()
    await saved(page, 2)
    assert.deepEqual(
      form.saves.map((save) => [save['a:name'], save.base, save.turn, save.go]),
      [
        ['Ana', 'base0', '1', 'stay'],
        ['Ana', 'base1', '2', 'stay'],
      ],
    )
  })

  it('never saves twice at once: what changed meanwhile goes with the next', async () => {
    const page = await open()
    let release = () => {}
    form.answerWith((res, count) => {
      const done = () => void res.json({ saved: `2:0${count} PM`, base: `base${count}` })
      if (count === 1) release = done
      else done()
    })
    await answer(page, 'What were you told?', 'IBS').check()
    await page.getByText('Saving…').waitFor()
    await answer(page, 'What were you told?', 'SIBO').check()
    await answer(page, 'Where is it?', 'Arms').check()
    assert.equal(form.saves.length, 1)
    release()
    await saved(page, 2)
    assert.deepEqual(form.saves[1]?.['a:told'], ['ibs', 'sibo'])
    assert.equal(form.saves[1]?.['a:where'], 'arms')
    assert.equal(form.saves.length, 2)
  })

  it('says that it could not save, and goes on trying', async () => {
    const page = await open()
    await page.route(form.url, (route) => route.abort('aborted'))
    await answer(page, 'Tested before?', 'No').check()
    await page.getByText('Not saved yet. We keep trying.').waitFor()
    await page.unroute(form.url)
    await saved(page, 1)
    assert.equal(form.saves[0]?.['a:tested'], 'false')
  })

  it('says that one is signed out, keeps what was typed, and saves it when one comes back', async () => {
    const page = await open()
    form.answerWith((res) => res.redirect(303, '/sign-in'))
    await page.getByLabel('Name you go by').fill('Ana')
    await page.getByRole('link', { name: 'Sign in again in a new tab' }).waitFor()
    await audit(page)
    form.answerWith((res) => void res.json({ saved: '2:09 PM', base: 'base' }))
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    await saved(page, 9)
    assert.equal(form.saves.at(-1)?.['a:name'], 'Ana')
    assert.ok(!(await page.getByText('You are signed out').isVisible()))
  })

  it('sends the last words when the page is left', async () => {
    const page = await open()
    await page.clock.pauseAt(NOW + HOUR)
    await page.getByLabel('Name you go by').fill('Ana')
    const save = form.nextSave()
    await page.goto('about:blank')
    await save
    assert.equal(form.saves[0]?.['a:name'], 'Ana')
  })

  it('shows advice beside the answer that brought it, and what was calculated', async () => {
    const page = await open()
    const advice = '<div class="advice"><p>Please talk to your physician.</p></div>'
    form.answerWith(
      (res) => void res.json({ saved: '2:01 PM', base: 'b', calculated: { 'a:score': '20' }, advice }),
    )
    await answer(page, 'What were you told?', 'IBS').check()
    await page.getByText('Please talk to your physician.').waitFor()
    const before = await page
      .locator('[data-advice]')
      .evaluate((place) => place.previousElementSibling?.getAttribute('data-item'))
    assert.equal(before, 'a:told')
    assert.equal(await page.locator('output').innerText(), '20')
  })

  it('keeps in step what belongs together', async () => {
    const page = await open()
    await answer(page, 'What were you told?', 'IBS').check()
    await answer(page, 'What were you told?', 'None of these').check()
    assert.ok(!(await answer(page, 'What were you told?', 'IBS').isChecked()))

    const words = page.getByLabel('In your words')
    assert.ok(!(await words.isVisible()))
    await answer(page, 'How do you eat?', 'Something else').check()
    await words.fill('Low carb')
    await answer(page, 'How do you eat?', 'Vegan').check()
    assert.ok(await words.isDisabled(), 'own words do not count beside another answer')

    const slider = page.getByRole('slider', { name: 'Cups of water, slider' })
    await slider.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    const field = page.getByRole('textbox', { name: 'Cups of water' })
    assert.equal(await field.inputValue(), '2')
    await field.fill('12')
    assert.equal(await slider.inputValue(), '12')
  })

  it('takes a press on the figure for a tick, also without JavaScript', async () => {
    const page = await open({ javaScript: false })
    await page.locator('.is-face .spot-forehead').click()
    assert.ok(await answer(page, 'Where is it?', 'Forehead').isChecked())
    assert.ok(await page.getByLabel('In your words').isVisible())
    assert.ok(!(await page.getByRole('slider').isVisible()))
    await page.getByRole('textbox', { name: 'Cups of water' }).fill('8')
    await anew(page, () => page.getByRole('button', { name: 'Save and look it over' }).click())
    assert.equal(form.sent[0]?.['a:where'], 'forehead')
    assert.equal(form.sent[0]?.['a:cups'], '8')
    assert.equal(form.saves.length, 0)
  })

  it('fits a phone: nothing runs over, and every target is 44 pixels or more', async () => {
    const page = await open()
    await answer(page, 'Tested before?', 'Yes').check()
    const small = await page.evaluate(() => {
      const controls = document.querySelectorAll(
        '.sheet :is(input:not([type=hidden]), select, textarea, button, summary)',
      )
      return [...controls].flatMap((control) => {
        const { width, height } = (control.closest('.choice') ?? control).getBoundingClientRect()
        return width && (width < 44 || height < 44) ? `${control.outerHTML} ${width} × ${height}` : []
      })
    })
    assert.deepEqual(small, [])
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(over <= 0)
  })
})
