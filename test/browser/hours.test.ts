import assert from 'node:assert/strict'
import type { TestApp } from '../support/app.ts'
import { useBrowsers } from '../support/browser.ts'
import { anew, at, button, link, reads, sampleApp, signIn } from '../support/journey.ts'
import { byKeys, byPointer, type Hand } from './hands.ts'

const MOST = 25
const TABLET = { width: 820, height: 1180 }

const [NINE, NOON, ONE, FIVE, SEVEN] = [9, 12, 13, 17, 19].map((hour) => hour * 60) as [
  number,
  number,
  number,
  number,
  number,
]
const video = ['video']
const day = (weekday: number, end = FIVE, places = video) => [
  { weekday, from_minute: NINE, to_minute: NOON, places },
  { weekday, from_minute: ONE, to_minute: end, places },
]

/** By video but for Tuesday, a break at noon, late on Thursday, closed on Saturday and Sunday. */
const week = [...day(1), ...day(2, FIVE, ['in_person']), ...day(3), ...day(4, SEVEN), ...day(5)]

describe('a week of hours, from nothing', () => {
  const browsers = useBrowsers()
  let app: TestApp

  beforeEach(async () => {
    app = await sampleApp()
    await app.db('weekly_hours').del()
  })

  const kept = () =>
    app
      .db('weekly_hours')
      .orderBy(['weekday', 'from_minute'])
      .select('weekday', 'from_minute', 'to_minute', 'places')

  const hours = ({ page }: Hand, weekday: string, n: number, what: 'from' | 'to' | 'where') =>
    page.getByLabel(`${weekday}, hours ${n}: ${what}`, { exact: true })

  async function save({ page, press }: Hand) {
    await anew(page, () => press(button(page, 'Save these hours')))
    await page.getByRole('status').filter({ hasText: 'saved' }).waitFor()
  }

  /** With JavaScript a usual end comes with each beginning, and the second hours when they are asked for. */
  async function setUp(hand: Hand, hasScript: boolean) {
    const { page, press, tick, choose } = hand
    await signIn(app, page)
    await press(link(page, 'Practice'))
    await at(page, 'Availability')
    await choose(hours(hand, 'Monday', 1, 'from'), '9:00 AM')
    if (!hasScript) await choose(hours(hand, 'Monday', 1, 'to'), '12:00 PM')
    await choose(hours(hand, 'Monday', 1, 'where'), 'By video')
    if (hasScript) await press(button(page, 'Add hours on Monday'))
    await choose(hours(hand, 'Monday', 2, 'from'), '1:00 PM')
    if (!hasScript) await choose(hours(hand, 'Monday', 2, 'to'), '5:00 PM')
    await choose(hours(hand, 'Monday', 2, 'where'), 'By video')
    const monday = page.getByRole('group', { name: 'Monday', exact: true })
    await press(monday.locator('summary'))
    for (const other of ['Tuesday', 'Wednesday', 'Thursday', 'Friday'])
      await tick(monday.getByLabel(other, { exact: true }))
    await save(hand)
    for (const n of [1, 2]) await choose(hours(hand, 'Tuesday', n, 'where'), 'In person')
    await choose(hours(hand, 'Thursday', 2, 'to'), '7:00 PM')
    await save(hand)
    await at(page, 'Availability')
    assert.deepEqual(await kept(), week)
  }

  it(`is set up with at most ${MOST} clicks, choices and fields; the clients find it at once`, async () => {
    const hand = byPointer(await browsers.onDesk())
    await setUp(hand, true)
    console.log(hand.count())
    assert.ok(hand.count() <= MOST, `${hand.count()} interactions`)
    await reads(hand.page, /37 hours a week/)
    await hand.page.goto(`${app.baseUrl}/book/initial-consultation?from=2026-03-10`)
    await at(hand.page, 'Initial consultation')
    await reads(hand.page, /Tuesday, March 10.*9:00 AM In person/)
  })

  it('can be set up by keyboard alone', async () => {
    await setUp(byKeys(await browsers.onDesk()), true)
  })

  it('can be set up without JavaScript, on a tablet', async () => {
    const page = await browsers.onDesk({ javaScript: false })
    await page.setViewportSize(TABLET)
    await setUp(byPointer(page), false)
  })
})
