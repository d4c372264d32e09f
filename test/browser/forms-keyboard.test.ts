import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { asked, drafts, opened } from '../responses/asked.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { arrive, at, become, button } from '../support/journey.ts'
import { pressKey, tabTo, typeInto } from '../support/keyboard.ts'
import { make } from '../support/make.ts'
import { announcedIn, heard, hearUntil } from '../support/screen-reader.ts'
import { linesIn } from './filling.ts'

const COUNTRY = 'In which country will you be during our appointments?'
const LAST_WEEK = 'in “Over the last 7 days, how bad was each of these at its worst?”'
const OF_BIRTH = 'We need this one: some of our advice depends on your age.'

const aboutYou = [
  'textbox “What name do you go by?”',
  'radio “she/her”, in “Your pronouns, if you would like us to know them”',
  `Date “Your date of birth needed”: ${OF_BIRTH}`,
  `radio “United States”, in “${COUNTRY} needed”`,
  'textbox “What fills your days? Work, study, caring for someone…”',
  'radio “No”, in “Do you work shifts or at night?”',
  'textbox “Their name”, in “Someone else we may call in an emergency (optional)”',
  'textbox “Who they are to you”, in “Someone else we may call in an emergency (optional)”',
  'textbox “Their phone number”, in “Someone else we may call in an emergency (optional)”',
  'textbox “Does anything make talking or reading easier for you?”: For example larger print, an interpreter, captions, or a break halfway.',
  'button “Save and continue”',
]

describe('a form by keyboard and ear', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let page: Page

  beforeEach(async () => {
    app = await testApp()
    const db = await reset()
    await make.world(db)
    await make.ownForms(db)
    const { ana } = await asked(app, await db('forms').where({ slug: 'intake' }).first('id'))
    page = await browsers.onDesk()
    await become(app, page, ana)
  })

  async function open(section: number, heading: string) {
    await page.goto(`${app.baseUrl}/my/forms/intake/sections/${section}`)
    await at(page, heading)
    await hearUntil(page, /^link “New client intake”/)
  }

  const kept = async () => linesIn(opened((await drafts(app))[0]))
  const next = () => pressKey(page, button(page, /^Save and continue/), 'Enter')

  /** From the first of its radios, as many to the right. */
  async function pick(group: string, steps: number) {
    await tabTo(page, page.getByRole('group', { name: group, exact: true }).getByRole('radio').first())
    for (let step = 0; step < steps; step += 1) await page.keyboard.press('ArrowRight')
    if (steps === 0) await page.keyboard.press('Space')
  }

  it('has names and an order; what is missing is said first, leads to its field, and is said there again', async () => {
    await open(1, 'About you')
    assert.deepEqual(await hearUntil(page, /^button “Save and continue”/), aboutYou)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: '2 things need another look' }).waitFor()
    await arrive(page, 'About you')
    assert.match(await page.title(), /^Error: About you/)
    assert.equal(await heard(page), 'alert')
    assert.equal(
      await page.getByRole('alert').first().ariaSnapshot(),
      [
        '- alert:',
        '  - heading "2 things need another look" [level=2]',
        '  - list:',
        '    - listitem:',
        '      - link "Please answer “Your date of birth”.":',
        '        - /url: "#a-date-of-birth"',
        '    - listitem:',
        `      - link "Please choose an answer to “${COUNTRY}”.":`,
        '        - /url: "#a-country"',
      ].join('\n'),
    )
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    assert.equal(
      await heard(page),
      `Date “Your date of birth needed”, invalid: ${OF_BIRTH} Error: Please answer “Your date of birth”.`,
    )
    await page.keyboard.type('05171991')
    const [country] = (await hearUntil(page, /^radio/)).slice(-1)
    assert.match(country ?? '', /^radio “United States”, invalid, in “In which country .* needed”/)
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    assert.equal(
      await heard(page),
      'combobox “In which state? needed”: We need this one too, for the same reason.',
    )
    await page.keyboard.type('Indiana')
    await next()
    await at(page, 'What brings you')
    assert.deepEqual(await kept(), ['date-of-birth: 1991-05-17', 'country: us', 'state: IN'])
  })

  it('has scales, stool forms and a body map that are filled in with Tab, arrows and the space bar', async () => {
    await open(4, 'Your gut now')
    await page.keyboard.press('Tab')
    assert.equal(await heard(page), `radio “0 , Not at all”, in “Pain or cramps in the belly”, ${LAST_WEEK}`)
    for (let step = 0; step < 7; step += 1) await page.keyboard.press('ArrowRight')
    assert.equal(await heard(page), `radio “7”, checked, in “Pain or cramps in the belly”, ${LAST_WEEK}`)
    for (const [n, name] of [
      'Bloating',
      'Gas',
      'Urgent or loose stools',
      'Straining or hard stools',
    ].entries())
      await pick(name, n)
    await pick('Heartburn or reflux', 10)
    assert.match(await heard(page), /^radio “10 , As bad as you can imagine”, checked/)
    await pick('What do your stools look like most of the time?', 4)
    assert.equal(
      await heard(page),
      'radio “Soft pieces with clear edges”, checked, in “What do your stools look like most of the time?”',
    )
    await page.getByRole('status').filter({ hasText: 'Saved 8:00 AM' }).waitFor()
    assert.equal(await announcedIn(page, '[data-saved]'), 'polite')
    await next()
    await at(page, 'Signs we always ask about')
    const scales = [
      'belly-pain: 7',
      'bloating: 0',
      'gas: 1',
      'loose-stools: 2',
      'hard-stools: 3',
      'heartburn: 10',
    ]
    assert.deepEqual(await kept(), [...scales, 'stool-form: 5'])

    await open(6, 'Your skin now')
    const where = page.getByRole('group', { name: 'Where is it?' })
    await pressKey(page, where.getByRole('checkbox', { name: 'Cheeks' }), 'Space')
    assert.equal(await heard(page), 'checkbox “Cheeks”, checked, in “Where is it?”')
    await page.keyboard.press('Tab')
    assert.equal(await heard(page), 'checkbox “Chin and jaw”, in “Where is it?”')
    await pressKey(page, where.getByRole('checkbox', { name: 'Skin folds' }), 'Space')
    await page.keyboard.press('Tab')
    assert.equal(await heard(page), 'radio “Less than 3 months”, in “Since when?”')
    await next()
    await at(page, 'Food and drink')
    assert.deepEqual((await kept()).at(-1), 'skin-where: cheeks, skin-folds')
  })

  it('says what to do about a warning sign, and what was added, without moving the focus', async () => {
    await open(5, 'Signs we always ask about')
    await pick('Have you seen blood in your stool, or has your stool been black?', 0)
    const advice = page.locator('[data-advice]').getByText('Please talk to your physician', { exact: true })
    await advice.waitFor()
    assert.equal(await announcedIn(page, '[data-advice]'), 'polite')
    assert.match(await heard(page), /^radio “Yes”, checked, in “Have you seen blood/)
    await pick('Have your stools become looser or more frequent than they used to be?', 0)
    const [clear] = await hearUntil(page, /^textbox/)
    assert.match(clear ?? '', /^button “Clear: Have your stools become looser/)
    assert.match(
      await heard(page),
      /^textbox “For about how many weeks\?”: A year is about 52 weeks\. weeks$/,
    )
    await page.keyboard.type('8')

    await open(3, 'Health history')
    const medicines = page.getByRole('group', { name: 'Medicines you take now', exact: true })
    await typeInto(page, medicines.getByLabel('Which medicine?'), 'Cetirizine')
    await pressKey(page, medicines.getByRole('button', { name: 'Add another: Medicine' }), 'Enter')
    await medicines.getByRole('group', { name: 'Medicine 2' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.matches('.entry'))
    assert.match(
      await heard(page),
      /^textbox “Which medicine\?”, in “Medicine 2”, in “Medicines you take now”/,
    )
    await page.keyboard.type('Iron')
    await next()
    await at(page, 'Your gut now')
    const lines = [
      'medicine: Cetirizine',
      'medicine: Iron',
      'blood-in-stool: yes',
      'looser-stools: yes',
      'looser-weeks: 8',
    ]
    assert.deepEqual(await kept(), lines)
  })
})
