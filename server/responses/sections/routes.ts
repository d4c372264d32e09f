import { randomUUID } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { localDate } from '../../availability/zones.ts'
import type { Deps } from '../../deps.ts'
import type { Section } from '../../forms/sections.ts'
import { type Settled, settle } from '../../forms/settling.ts'
import { client, signedInClient } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { isSlug, isUuid, postedAnswers } from '../../web/form.ts'
import { uploadsOf } from '../../web/upload.ts'
import { timeOf } from '../../words.ts'
import { adviceFor, signsOfSection } from '../advice.ts'
import { readFiles } from '../forms.ts'
import { placeOn, savedWords } from '../pages.ts'
import { type Judged, judgePost, stateOf } from '../saving.ts'
import { begin, type Filling, findFilling, findSent, openAnswers } from '../store.ts'
import { readWish, type Wish } from '../wish.ts'
import { type SectionPage, type SectionToShow, sectionNumbered, sectionPage } from './pages.ts'
import { type Post, saveSection } from './store.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'sealer' | 'log' | 'evaluator'>
type Found = { filling: Filling; section: Section }

const SENT =
  'This form was sent meanwhile, on another device or in another tab. What you typed here is not part of it; it stands below, so that nothing is lost.'

const DISCARDED =
  'These changes were discarded meanwhile, on another device or in another tab. What you typed here stands below, so that nothing is lost.'

/** A form is filled in a section a page. Looking changes nothing; each save keeps all that could be read. */
export function sectionRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()

  async function find(req: Request, res: Response): Promise<Found> {
    const { slug, number } = req.params
    const practiceZone = res.locals.practice.zone
    const asking = { ...signedInClient(req), slug: String(slug), practiceZone }
    const filling = isSlug(slug) ? await findFilling(deps, asking, clock.now()) : undefined
    const section = filling && sectionNumbered(filling.version.definition, number)
    if (!filling || !section) throw new NotFound()
    return { filling, section }
  }

  type Shown = Pick<SectionToShow, 'settled' | 'fromReview'> & Partial<SectionToShow>

  function show(res: Response, { filling, section }: Found, shown: Shown) {
    const { standing, version } = filling
    const now = clock.now()
    const { draft, zone } = standing
    const model: SectionPage = sectionPage({
      form: { title: version.title, href: pathOf(filling) },
      section,
      draft: draft?.id ?? '',
      page: randomUUID(),
      today: localDate(now, zone),
      saved: draft ? savedWords(draft.savedAt, zone, now) : '',
      ...shown,
    })
    res.render('responses/section', { shown: model })
  }

  function turnAway(res: Response, { standing: { lastSentId } }: Filling) {
    if (!lastSentId) throw new NotFound()
    res.redirect(303, `/my/forms/sent/${lastSentId}`)
  }

  router.get('/my/forms/:slug/sections/:number', client, async (req, res) => {
    const found = await find(req, res)
    const { filling, section } = found
    const { draft } = filling.standing
    const path = pathOf(filling)
    const response = draft ? openAnswers(deps, draft, filling.accountId) : begin(filling.version)
    if (!filling.isOpen) return turnAway(res, filling)
    if (!response) return res.redirect(303, path)
    const { definition, evaluate, evaluateAgain } = filling.ground
    const settled = await settle(definition, response, draft ? evaluateAgain : evaluate)
    const { isOnTheWay, next } = placeOn(settled, section)
    const fromReview = req.query.from === 'review'
    if (!isOnTheWay)
      return res.redirect(303, next && !fromReview ? `${path}/sections/${next.number}` : `${path}/review`)
    const saved = sectionNumbered(filling.version.definition, req.query.saved)
    show(res, found, { settled, fromReview, before: saved === section ? undefined : saved })
  })

  router.post('/my/forms/:slug/sections/:number', client, postedAnswers, async (req, res) => {
    const found = await find(req, res)
    const body: Record<string, unknown> = req.body ?? {}
    const files = await readFiles(uploadsOf(req), found.section, body)
    await keep({ req, res, found }, { body, wish: readWish(body), ...files, section: found.section })
  })

  async function keep(turn: Turn, post: Post): Promise<void> {
    const { req, res, found } = turn
    const { filling } = found
    const { draft, dueAt } = filling.standing
    if (!draft && dueAt === null) return tellClosed(turn, post)
    const saved = await saveSection(deps, filling, post, clock.now())
    if ('mine' in saved) return answer(turn, post.wish, saved)
    if (saved.kind === 'unreadable')
      return wantsJson(req)
        ? void res.status(409).json({ conflict: true })
        : res.redirect(303, pathOf(filling))
    if (saved.kind === 'gone' || (saved.kind === 'replaced' && (await findShown(filling, post))))
      return tellClosed(turn, post)
    // Discarded meanwhile, or begun in another version: as it is now.
    const again = await find(req, res)
    const wish = { ...post.wish, draft: again.filling.standing.draft?.id ?? '' }
    await keep({ ...turn, found: again }, { ...post, wish, section: again.section })
  }

  /** What became of the draft that the page showed, when it was sent. */
  const findShown = ({ clientId }: Filling, { wish: { draft } }: Post) =>
    isUuid(draft) ? findSent(db, { clientId, id: draft }) : undefined

  async function tellClosed({ req, res, found }: Turn, post: Post): Promise<void> {
    const { filling } = found
    const sent = await findShown(filling, post)
    const sentId = sent?.id ?? filling.standing.lastSentId
    if (!sentId) throw new NotFound()
    const href = `/my/forms/sent/${sentId}`
    if (wantsJson(req)) return void res.status(409).json({ conflict: true, sent: href })
    const { mine, typed } = await judgePost(filling.ground, begin(filling.version), { ...post, attached: [] })
    const words = sent || post.wish.draft === '' ? SENT : DISCARDED
    show(res.status(409), found, { settled: mine, typed, fromReview: false, closed: { words, href } })
  }

  async function answer(turn: Turn, wish: Wish, saved: Kept): Promise<void> {
    const { req, res, found } = turn
    if (wantsJson(req)) return tell(res, found, saved)
    const { kind, kept, mine, problems, typed, more, draftId } = saved
    const shown = { settled: mine, problems, typed, draft: draftId ?? '', fromReview: wish.fromReview }
    if (kind === 'conflict') return show(res.status(409), found, { ...shown, kept })
    const now = clock.now()
    const isLeft = problems.length > 0 || more.length > 0
    if (!isLeft) return res.redirect(303, nextPath(found, wish, mine))
    const savedAt = savedWords(now, found.filling.standing.zone, now)
    show(res.status(problems.length > 0 ? 422 : 200), found, { ...shown, more, saved: savedAt })
  }

  /** The answer to a save while typing: what the page needs to go on with, and no word of the answers themselves. */
  async function tell(res: Response, { filling, section }: Found, saved: Kept): Promise<void> {
    if (saved.kind === 'conflict') return void res.status(409).json({ conflict: true })
    const { zone } = filling.standing
    const now = clock.now()
    const words = timeOf(now, zone)
    const advice = adviceFor(signsOfSection(saved.mine, section, localDate(now, zone)))
    res.json({
      saved: saved.problems.length > 0 ? `${words}, but for what we can’t read yet` : words,
      ...stateOf(saved.mine, section),
      draft: saved.draftId,
      advice: await draw(res, 'forms/advice', { advice }),
    })
  }

  return router
}

type Turn = { req: Request; res: Response; found: Found }
type Kept = Judged & { draftId: string | null }

/** A part of a page, for the script that puts it there. */
const draw = (res: Response, part: string, locals: object): Promise<string> =>
  new Promise((done, fail) => {
    res.render(part, { ...locals, isPart: true }, (error, html) => (error ? fail(error) : done(html)))
  })

const pathOf = ({ standing }: Filling): string => `/my/forms/${standing.slug}`

const wantsJson = (req: Request): boolean => req.get('accept') === 'application/json'

function nextPath({ filling, section }: Found, wish: Wish, settled: Settled): string {
  const path = pathOf(filling)
  const from = wish.fromReview ? '?from=review' : ''
  if (wish.go === 'stay') return `${path}/sections/${section.number}${from}`
  if (wish.go === 'later') return `${path}?saved=${section.number}`
  const { next } = placeOn(settled, section)
  return next && !wish.fromReview
    ? `${path}/sections/${next.number}?saved=${section.number}`
    : `${path}/review`
}
