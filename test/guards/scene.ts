import type { Knex } from 'knex'
import { DAY, HOUR, iso, MINUTE } from '../../server/clock.ts'
import { answered, someAnswers } from '../chart/sent.ts'
import { makeDraft } from '../forms/drafts.ts'
import { makeForm } from '../requests/asking.ts'
import type { TestApp } from '../support/app.ts'
import { NOW } from '../support/fixed.ts'
import { make } from '../support/make.ts'
import { type Page, visit } from '../support/page.ts'
import { book, signedIn, signedInAsClient } from '../support/people.ts'

export type Kind = 'public' | 'link' | 'my' | 'desk'

export type Shown = {
  name: string
  view: string
  kind: Kind
  status?: number
  /** Whether on the way to it something is stored that others show, or the clock runs. */
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
  const own = await setOwn(app, { ...world, second })
  const papers = await setPapers(db, { ...world, client: own.client })
  const chart = await setChart(app, own.client.id)
  const built = await makeDraft(db, 'How "itchy" & <b>where</b>?')
  const desk = await signedIn(app, world.dietitian)
  const booked = await book(visit(app), world.type, thursday, '1:00 PM')
  await app.work()
  const found = { one, article, inquiry, past, desk, booked }
  return { app, db, ...world, ...own, ...papers, chart, built, ...found, visitor: visit(app) }
}

type World = Awaited<ReturnType<typeof make.world>>

/** A client who is in an appointment, has others before them and many behind them; and one who has only begun. */
async function setOwn(app: TestApp, { second, type }: World & { second: World['dietitian'] }) {
  const { db } = app
  const client = await make.clientAccount(db, { name: 'Maya "M" <O’Neil> & Co', zone: 'Asia/Kathmandu' })
  const visits = [...Array.from({ length: 21 }, (_, n) => -n - 1), 0, 4, 5].map((days) => ({
    of: { dietitianId: second.id, typeId: type.id, startsAt: NOW + days * DAY - MINUTE },
    given: { state: days < 0 ? 'kept' : 'booked', ...(days < -1 ? {} : { booked_name: 'Her <sister>' }) },
  }))
  await Promise.all(
    visits.map(({ of, given }) => make.appointment(db, of, { ...given, client_id: client.id })),
  )
  await db('dietitians').where({ id: second.id }).update({ video_url: 'https://video.example/?a=1&b=2' })
  const form = await makeForm(db, { title: 'Gut "&" <skin>' })
  const asked = { client_id: client.id, form_id: form.id, due_at: iso(NOW + DAY), asked_at: iso(NOW) }
  await db('form_requests').insert(asked)
  const my = await signedInAsClient(app, client)
  const newcomer = await signedInAsClient(app, await make.clientAccount(db, { name: 'New & here' }))
  return { client, my, newcomer }
}

/** What the client sent: amended, with signs of every kind, scores over many weeks, and one that can’t be opened. */
async function setChart({ db }: TestApp, clientId: string) {
  await make.ownForms(db)
  const kinds = { 'swelling-or-breathing': 'urgent', anemia: 'sign', pregnancy: 'caution' } as const
  const signs = Object.entries(kinds).map(([sign, kind]) => ({ sign, kind }))
  const first = await answered(db, { clientId, item: someAnswers, signs, at: NOW - 70 * DAY })
  const item = someAnswers.slice(0, 1)
  const amended = await answered(db, { clientId, item, amends: first, at: NOW - 69 * DAY })
  const scores = { 'gut-score': 50, 'skin-score': 40, 'habits-score': 60 }
  for (let n = 1; n <= 16; n += 1)
    await answered(db, {
      clientId,
      slug: 'check-in',
      at: NOW - n * DAY,
      scores: { ...scores, 'gut-score': n },
    })
  const broken = await answered(db, { clientId, slug: 'skin-check-in', at: NOW - 50 * DAY, signs })
  await answered(db, { clientId, slug: 'gut-check-in', isDraft: true })
  await db.raw('alter table responses disable trigger responses_immutable')
  await db('responses')
    .where({ id: broken.id })
    .update({ answers_sealed: Buffer.from([1, 120, ...Buffer.alloc(60)]) })
  await db.raw('alter table responses enable trigger responses_immutable')
  const sign = await db('raised_signs').where({ response_id: first.id, kind: 'sign' }).first('id')
  return { first, amended, broken, sign: sign.id as string }
}

/** Documents in all their states: signed by many, signed and new again, changed since, not asked any more, a draft. */
async function setPapers(db: Knex, of: World & { client: { id: string } }) {
  const accountId = of.dietitian.account_id
  const [title, body] = ['Terms "A" & <b>money</b>', '## One\n\nWords & <b>more</b>.\n\n- a\n- **b**']
  const asking = { accountId, typeIds: [of.type.id] }
  const terms = await make.consent(db, asking, { title, body })
  await times(26, async () => make.signature(db, terms.versionId, (await make.client(db)).id))
  const signature = await make.signature(db, terms.versionId, of.client.id, { typed_name: 'M. "M" <O’Neil>' })
  const notice = await make.consent(db, { accountId }, { title, body })
  await make.signature(db, notice.versionId, of.client.id)
  const { id: versionId } = await make.version(db, notice.id, accountId, { title, body: `${body} Anew.` })
  const unsigned = await make.consent(db, asking, { title, body })
  await db('consents').where({ id: unsigned.id }).update({ draft_title: 'Changed & <more>' })
  const retired = await make.consent(db, { accountId }, { retired_at: iso(NOW) })
  const draft = await make.consent(db, { accountId, isDraft: true }, { title, body })
  return { terms, signature, notice: { ...notice, versionId }, unsigned, retired, draft }
}

/** A page with an address of its own. */
export const at = (name: string, view: string, path: string, kind: Kind = 'public', status = 200): Shown => ({
  name,
  view,
  kind,
  status,
  open: ({ visitor, desk, my }) => (kind === 'desk' ? desk : kind === 'my' ? my : visitor).open(path),
})
