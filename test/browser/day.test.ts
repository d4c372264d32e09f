import assert from 'node:assert/strict'
import { answered, someAnswers } from '../chart/sent.ts'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { anew, at, button, link, reads, sampleApp, signIn } from '../support/journey.ts'
import { byKeys, byPointer, type Hand } from './hands.ts'

const MOST = 40
const TABLET = { width: 820, height: 1180 }
const PASSWORD = 'blue-tree-sample'
const JONAH = 'Jonah Placeholder'

describe('a day of the dietitian', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let client: { id: string }

  beforeEach(async () => {
    app = await sampleApp()
    client = await app.db('clients').where({ name: JONAH }).first('id')
    const signs = [{ sign: 'severe-belly-pain', kind: 'sign' as const }]
    await answered(app.db, { clientId: client.id, item: someAnswers, signs })
  })

  const field = ({ page }: Hand, name: string) => page.getByRole('textbox', { name, exact: true }).first()
  const main = ({ page }: Hand) => page.getByRole('main')

  /** From the calendar, where yesterday ended. */
  async function seeWhoNeedsWhat(hand: Hand) {
    const { page, press, type } = hand
    await press(link(page, 'Today'))
    await at(page, 'Tuesday, March 3')
    await press(link(page, /1 warning sign.*: Jonah Placeholder/))
    await at(page, JONAH)
    await press(main(hand).locator('summary', { hasText: 'Acknowledge' }).first())
    await type(field(hand, 'What you did, or will do, about it'), 'Called: sees a physician today.')
    await anew(page, () => press(button(page, 'Acknowledge this sign')))
    await reads(page, /1 acknowledged sign/)
    await press(link(page, 'Intake summary'))
    await at(page, 'Intake summary')
    await reads(page, /they\/them/)
    await press(link(page, JONAH))
    await at(page, JONAH)
  }

  async function writeAndSign(hand: Hand) {
    const { page, press, type } = hand
    await press(button(page, 'Write a note'))
    await at(page, 'Note')
    await type(field(hand, 'Assessment'), 'Bloated after most meals since spring.')
    await type(field(hand, 'Problem'), 'Low fiber intake')
    await type(field(hand, 'Related to'), 'few whole grains')
    await type(field(hand, 'As shown by'), '9 g a day')
    await type(field(hand, 'Intervention'), 'Oats at breakfast.')
    await type(field(hand, 'Monitoring and evaluation'), 'Fiber in grams, in two weeks.')
    await press(button(page, 'Look it over and sign'))
    await at(page, `Note: ${JONAH}`)
    await type(page.getByLabel('Your password'), PASSWORD)
    await press(button(page, 'Sign this note'))
    await at(page, 'Note of Mar 3, 2026')
    await reads(page, /Oats at breakfast\./, /Signed by Dana Whitfield/)
  }

  async function correct(hand: Hand) {
    const { page, press, type } = hand
    await press(link(page, 'Add an addendum'))
    await at(page, 'Addendum 1')
    await type(field(hand, 'Reason'), 'A slip of the pen')
    await type(field(hand, 'Addendum'), 'It was 19 g a day.')
    await press(button(page, 'Look it over and sign'))
    await page.getByLabel('Your password').waitFor()
    await type(page.getByLabel('Your password'), PASSWORD)
    await press(button(page, 'Sign this addendum'))
    await at(page, 'Note of Mar 3, 2026')
    await reads(page, /Addendum 1.*It was 19 g a day\./)
  }

  async function askAndBook(hand: Hand) {
    const { page, press, choose } = hand
    await press(link(page, JONAH))
    await at(page, JONAH)
    await press(link(page, 'Ask for a form'))
    await page.getByRole('heading', { level: 2, name: 'Ask for a form' }).waitFor()
    await at(page, JONAH)
    await choose(page.getByLabel('Form', { exact: true }), 'Weekly check-in')
    await anew(page, () => press(button(page, 'Ask for this form')))
    await reads(page, /Asked for Weekly check-in/)
    await press(link(page, 'Book'))
    await at(page, 'Book an appointment')
    await press(link(page, /^Follow-up/))
    await page.locator('.desk-types [aria-current=true]', { hasText: 'Follow-up' }).waitFor()
    await press(link(page, 'Later'))
    await press(link(page, /Monday, March 16/))
    await page.getByRole('heading', { name: 'Monday, March 16' }).waitFor()
    await press(link(page, /^9:00 AM/))
    await page.getByRole('heading', { name: 'The appointment' }).waitFor()
    await at(page, 'Book an appointment')
    await press(button(page, 'Book this appointment'))
    await page.getByText('Booked by the practice').waitFor()
    await at(page, JONAH)
  }

  async function work(hand: Hand) {
    await signIn(app, hand.page)
    await hand.page.goto(`${app.baseUrl}/practice/calendar`)
    await seeWhoNeedsWhat(hand)
    await writeAndSign(hand)
    await correct(hand)
    await askAndBook(hand)
  }

  /** What is there in the evening. */
  async function isDone() {
    const { db } = app
    const of = { client_id: client.id }
    const note = await db('notes').where(of).whereNotNull('signed_at').first('id')
    assert.ok(await db('note_addenda').where({ note_id: note?.id }).whereNotNull('signed_at').first())
    assert.ok(
      await db('raised_signs')
        .where({ ...of, kind: 'sign' })
        .whereNotNull('acknowledged_at')
        .first(),
    )
    const form = await db('forms').where({ slug: 'check-in' }).first('id')
    assert.ok(
      await db('form_requests')
        .where({ ...of, form_id: form.id })
        .first(),
    )
    const [booked] = await db('appointments').where(of).orderBy('starts_at', 'desc').limit(1)
    assert.equal(booked.starts_at, Date.parse('2026-03-16T13:00:00Z'))
    assert.equal(booked.type_name, 'Follow-up')
  }

  it(`takes at most ${MOST} clicks, choices and fields`, async () => {
    const hand = byPointer(await browsers.onDesk())
    await work(hand)
    await isDone()
    console.log(hand.count())
    assert.ok(hand.count() <= MOST, `${hand.count()} interactions`)
  })

  it('can be worked by keyboard alone', async () => {
    await work(byKeys(await browsers.onDesk()))
    await isDone()
  })

  it('can be worked without JavaScript, on a tablet', async () => {
    const page = await browsers.onDesk({ javaScript: false })
    await page.setViewportSize(TABLET)
    await work(byPointer(page))
    await isDone()
  })
})
