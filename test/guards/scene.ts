import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import type { TestApp } from '../support/app.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import { book, signedIn } from '../support/people.ts'

export type Kind = 'public' | 'link' | 'desk'

export type Shown = {
  name: string
  view: string
  kind: Kind
  status?: number
  /** Whether something is stored or the clock runs on the way to it. */
  changes?: boolean
  open(scene: Scene): Promise<Page>
}

export type Scene = Awaited<ReturnType<typeof setScene>>

export const thursday = /Thursday, March 5/

const times = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work))

/** A practice on a full day, with names that need escaping. */
export async function setScene(app: TestApp) {
  const { db } = app
  const world = await make.world(db, { dietitian: { name: 'Robin "R" O’Vale & <Co>' } })
  const second = await make.dietitian(db, { position: 1 })
  await make.hours(db, second.id)
  await db('appointment_type_dietitians').insert({
    appointment_type_id: world.type.id,
    dietitian_id: second.id,
  })
  const follow = { slug: 'follow-up', name: 'Follow-up', minutes: 30, listed: false }
  await make.type(db, [world.dietitian.id], follow)
  const one = await make.type(db, [world.dietitian.id], { places: ['phone'], slug: 'call', price_cents: 0 })
  await db('practice').update({
    habits: JSON.stringify([{ title: 'Fiber & oats', text: 'Slowly <more>.', icon: 'wheat' }]),
    about: 'One.\n\nTwo.',
  })
  const sources = JSON.stringify([
    { text: 'A & B, 2019', url: 'https://example.org/?a=1&b=2' },
    { text: 'C', url: null },
  ])
  const body =
    '## One\n\nWords & <b>more</b>.\n\n## Two\n\n- a\n- b\n\n## Three\n\n> Said.\n\n## Three\n\nEnd.'
  const article = await make.article(db, {
    body_markdown: body,
    sources,
    author_id: world.dietitian.id,
    updated_at: iso(NOW),
  })
  await times(13, () => make.article(db))
  const inquiry = await make.inquiry(db, { message: 'A <question>\n\n& a line', answered_at: iso(NOW) })
  await times(26, () => make.inquiry(db, { phone: '+1 317 555 0101' }))
  const of = { dietitianId: world.dietitian.id, typeId: world.type.id }
  const past = await make.appointment(db, { ...of, startsAt: NOW - 2 * HOUR }, { booked_name: 'A <b> "C"' })
  await make.appointment(db, { ...of, startsAt: NOW - 50 * MINUTE })
  await make.appointment(db, { ...of, startsAt: NOW + 3 * HOUR }, { state: 'no_show' })
  const off = { starts_at: iso(NOW + 2 * DAY), ends_at: iso(NOW + 2 * DAY + 2 * HOUR) }
  await db('time_off').insert({ dietitian_id: world.dietitian.id, ...off })
  const desk = await signedIn(app, world.dietitian)
  const booked = await book(visit(app), world.type, thursday, '1:00 PM')
  await app.work()
  return { app, db, ...world, one, article, inquiry, past, desk, booked, visitor: visit(app) }
}

/** A page with an address of its own. */
export const at = (name: string, view: string, path: string, kind: Kind = 'public', status = 200): Shown => ({
  name,
  view,
  kind,
  status,
  open: ({ visitor, desk }) => (kind === 'desk' ? desk : visitor).open(path),
})
