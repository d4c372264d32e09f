import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { hashToken } from '../../server/sealing/seal.ts'
import type { TestApp } from '../support/app.ts'
import { audit } from '../support/audit.ts'
import { DESK, PHONE, useBrowsers } from '../support/browser.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'
import { arrive, become, button, sampleApp } from '../support/journey.ts'
import { make } from '../support/make.ts'
import { smallTargets, weigh } from '../support/measure.ts'
import { visit } from '../support/page.ts'
import { ana, book, hold } from '../support/people.ts'
import {
  isAtDesk,
  makeOwn,
  makeSignInLinks,
  type Own,
  ownPages,
  type Person,
  pressedPages,
} from './own-pages.ts'

const KB = 1000
const thursday = /Thursday, March 5/
const consultation = { slug: 'initial-consultation' }

/** What the pages below are about. */
type Links = Awaited<ReturnType<typeof makeLinks>>

type Listed = [words: string, address: (links: Links) => string, heading: string | RegExp]

const publicPages: Listed[] = [
  ['the start', () => '/', /Your gut and your skin/],
  ['the list of articles', () => '/articles', 'Articles'],
  ['an article', () => '/articles/how-gut-health-shows-on-your-skin', /How gut health shows/],
  ['the types to book', () => '/book', 'Book an appointment'],
  ['the times of a hello call', () => '/book/hello-call', 'Hello call'],
  [
    'the times in another zone',
    () => '/book/initial-consultation?zone=Asia/Kathmandu',
    'Initial consultation',
  ],
  ['a week without times', () => '/book/hello-call?from=2026-12-20', 'Hello call'],
  ['the choice of a time zone', () => '/zone', 'Your time zone'],
  ['the form for a question', () => '/get-in-touch', 'Get in touch'],
  ['the thanks for a question', () => '/get-in-touch/thanks', 'Thank you'],
  ['the way to sign in', () => '/sign-in', 'Sign in'],
  ['the link that was sent', () => '/sign-in/link-sent', 'Please look into your mail'],
  ['a link to sign in', ({ signIn }) => `/sign-in/links/${signIn}`, 'Sign in'],
  ['a link that was used', ({ used }) => `/sign-in/links/${used}`, 'This link was used already'],
  ['an unknown link', ({ unknown }) => `/sign-in/links/${unknown}`, 'We don’t know this link'],
  ['a new address, asked at the old one', ({ oldAddress }) => oldAddress, 'Change the e-mail address?'],
  ['a new address, asked at the new one', ({ newAddress }) => newAddress, 'Change the e-mail address?'],
  [
    'a change that is over',
    ({ unknown }) => `/sign-in/email-changes/${unknown}`,
    'This link leads nowhere any more',
  ],
  ['an address that leads nowhere', () => '/nowhere', 'There is nothing here'],
  ['an address with a wrong part', () => '/book/hello-call?zone=Nowhere', 'We could not read that'],
  ['the details to book', ({ held }) => `/book/holds/${held}`, 'Almost there'],
  ['the details after the hold has ended', ({ ended }) => `/book/holds/${ended}`, 'Almost there'],
  ['a booked appointment', ({ booked }) => `/appointments/${booked}`, 'Your appointment is booked'],
  ['the times to move it to', ({ booked }) => `/appointments/${booked}/reschedule`, 'Move your appointment'],
  [
    'the question before it is moved',
    ({ booked }) => `/appointments/${booked}/reschedule?slot=2026-03-06T14:00:00Z`,
    'Move your appointment',
  ],
  ['the question before it is cancelled', ({ booked }) => `/appointments/${booked}/cancellation`, /^Cancel/],
  ['an appointment after the deadline', ({ late }) => `/appointments/${late}`, 'Your appointment is booked'],
  ['an appointment that begins', ({ soon }) => `/appointments/${soon}`, 'Your appointment is booked'],
  ['a cancelled appointment', ({ cancelled }) => `/appointments/${cancelled}`, /is cancelled/],
]

const practicePages: Listed[] = [
  ['today', () => '/practice', 'Tuesday, March 3'],
  ['the week', () => '/practice/calendar', /Mar 2 – /],
  ['a week without appointments', () => '/practice/calendar?week=2026-06-01', /Jun 1 – /],
  ['an appointment', ({ appointment }) => `/practice/appointments/${appointment}`, 'Priya Inventada'],
  ['an appointment that is over', ({ kept }) => `/practice/appointments/${kept}`, 'Jonah Placeholder'],
  ['the forms', () => '/practice/forms', 'Forms'],
  ['importing a form', () => '/practice/forms/import', 'Import a form'],
  ['a new form', () => '/practice/forms/new', 'A new form'],
  ['the inquiries', () => '/practice/inquiries', 'Inquiries'],
  ['an inquiry', ({ inquiry }) => `/practice/inquiries/${inquiry}`, 'Lena Imaginary'],
  ['an address that leads nowhere', () => '/practice/nowhere', 'There is nothing here'],
  ['the outbox', () => '/outbox', 'Outbox'],
  ['a mail', ({ mail }) => `/outbox/${mail}`, /is booked$/],
]

async function makeLinks(app: TestApp) {
  const { db } = app
  const visitor = visit(app)
  const path = (page: { path: string }) => page.path.split('/').at(-1) as string
  const booked = path(await book(visitor, consultation, thursday, '9:00 AM'))
  await app.work()
  const held = path(await hold(visitor, consultation, thursday, '10:30 AM'))
  const ended = path(await hold(visitor, consultation, thursday, '1:30 PM'))
  await db('appointments')
    .where({ hold_hash: hashToken(ended) })
    .update({ held_until: iso(NOW - MINUTE) })

  const type = await db('appointment_types').where(consultation).first<{ id: string }>('id')
  const second = await make.dietitian(db, { video_url: 'https://video.example/dana' })
  const made = (startsAt: number, given = {}) =>
    make.appointment(db, { dietitianId: second.id, typeId: type?.id ?? '', startsAt }, given)
  const late = await made(NOW + 20 * HOUR)
  const soon = await made(NOW + 5 * MINUTE)
  const cancelled = await made(NOW + 3 * DAY, { state: 'cancelled', cancelled_at: iso(NOW) })
  const idOf = async (table: string, where: Record<string, unknown>) =>
    (await db(table).where(where).first<{ id: string }>('id'))?.id
  return {
    ...(await makeSignInLinks(app)),
    booked,
    held,
    ended,
    late: late.token,
    soon: soon.token,
    cancelled: cancelled.token,
    appointment: await idOf('appointments', { booked_name: 'Priya Inventada' }),
    kept: await idOf('appointments', { booked_name: 'Jonah Placeholder', state: 'kept' }),
    inquiry: await idOf('inquiries', { name: 'Lena Imaginary' }),
    mail: (await db('outbox_mails').whereLike('to_address', `%${ana.email}%`).first<{ id: string }>('id'))
      ?.id,
  }
}

describe('every page', () => {
  const browsers = useBrowsers()
  let app: TestApp
  let links: Links
  let own: Own

  before(async () => {
    app = await sampleApp()
    links = await makeLinks(app)
    own = await makeOwn(app)
  })

  beforeEach(() => app.clock.set(NOW))

  const screens = Object.entries({ phone: PHONE, desk: DESK })

  /** The same page on a phone, and as wide as on a desk: nothing but its width tells them apart. */
  async function onEachScreen(page: Page, look: (screen: string) => Promise<void>) {
    for (const [screen, size] of screens) {
      await page.setViewportSize(size)
      await look(screen)
    }
  }

  const pages = new Map<Person, Promise<Page>>()

  /** The page of somebody who has signed in, the same one for all tests. */
  function pageOf(person: Person): Promise<Page> {
    const known = pages.get(person) ?? open(person)
    pages.set(person, known)
    return known
  }

  async function open(person: Person): Promise<Page> {
    const page = await browsers.onPhone({ isKept: true })
    await become(app, page, own.people[person])
    return page
  }

  for (const [words, address, heading] of publicPages) {
    it(`has room, contrast, size and weight as it should: ${words}`, async () => {
      const page = await browsers.onPhone()
      const { all, fonts } = await weigh(page, app.baseUrl + address(links))
      assert.ok(fonts > 30 * KB && all <= 120 * KB, `${all} bytes, ${fonts} of them fonts`)
      assert.ok(all - fonts <= 60 * KB, `${all - fonts} bytes with fonts cached`)
      await onEachScreen(page, async (screen) => {
        await arrive(page, heading)
        assert.deepEqual(await smallTargets(page), [], `on a ${screen}`)
      })
    })
  }

  for (const [words, address, heading] of practicePages) {
    it(`has room and contrast as it should, of the practice’s: ${words}`, async () => {
      const page = await pageOf('dietitian')
      await page.goto(app.baseUrl + address(links))
      await onEachScreen(page, () => arrive(page, heading))
    })
  }

  for (const person of Object.keys(ownPages) as Person[]) {
    for (const [words, address, heading] of ownPages[person]) {
      it(`has room, contrast and size as it should, of one’s own, ${person}: ${words}`, async () => {
        const page = await pageOf(person)
        await page.goto(app.baseUrl + address(own.ids))
        await onEachScreen(page, async (screen) => {
          await arrive(page, heading)
          if (!isAtDesk(person)) assert.deepEqual(await smallTargets(page), [], `on a ${screen}`)
        })
      })
    }
    for (const [words, address, heading, name, said] of pressedPages[person] ?? []) {
      it(`has room and contrast as it should, when a button was pressed, ${person}: ${words}`, async () => {
        const page = await pageOf(person)
        await page.goto(app.baseUrl + address(own.ids))
        await button(page.getByRole('main'), name).click()
        await page.getByRole('main').getByText(said).waitFor()
        await onEachScreen(page, () => arrive(page, heading))
      })
    }
  }

  it('has room and contrast as it should, when both addresses have said yes', async () => {
    const [phone, desk] = [await browsers.onPhone(), await browsers.onDesk()]
    for (const [page, path, heading] of [
      [phone, links.oldAddress, 'Thank you, one more to go'],
      [phone, links.oldAddress, 'Waiting for the other address'],
      [desk, links.newAddress, 'The address is changed'],
    ] as const) {
      await page.goto(app.baseUrl + path)
      if (!heading.startsWith('Waiting')) await button(page, 'Yes, change it').click()
      await arrive(page, heading)
    }
  })

  it('has contrast as it should, of the mails', async () => {
    const page = await browsers.onPhone()
    for (const { html } of await app.mails()) {
      await page.setContent(html)
      await audit(page)
    }
  })

  it('says that nothing is open yet, when there is no practice', async () => {
    await reset()
    const page = await browsers.onPhone()
    await page.goto(app.baseUrl)
    await onEachScreen(page, () => arrive(page, 'Nothing is open here yet'))
  })
})
