import { type Request, type Response, Router } from 'express'
import { localDate } from '../availability/zones.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { type Settled, settle } from '../forms/settling.ts'
import { listOpenRequests } from '../requests/store.ts'
import { client, signedInClient } from '../web/access.ts'
import { isSlug, isUuid, postedForm, readPage } from '../web/form.ts'
import { adviceFor, signsOf, signsOfSection } from './advice.ts'
import { formHref, formPage, listPage, reviewPage } from './pages.ts'
import { sectionNumbered } from './sections/pages.ts'
import { decideSending } from './sending.ts'
import {
  begin,
  discardDraft,
  type Filling,
  findFilling,
  findSent,
  listDrafts,
  listSent,
  openAnswers,
  PAGE,
  sendResponse,
} from './store.ts'
import { readSending } from './wish.ts'

type Needs = Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log' | 'evaluator'>

const NOT_ASKED = {
  status: 404,
  title: 'This form isn’t asked of you',
  text: 'It may have been taken back, or the address is mistyped. What we ask of you stands on your page of forms.',
}
const ARCHIVED =
  'This form isn’t asked for any more, so it can’t be sent. What you wrote stays here for you to read.'
const CHANGED =
  'Your answers have changed since you opened this page, perhaps on another device. This is what they are now: please look them over once more before you send them.'
const INCOMPLETE = 'Some answers are still needed before this form can be sent.'
const BUSY =
  'We could not work out your form at this moment, so it is not sent yet. Nothing is lost: please send it once more.'

const refusals = {
  changed: { status: 409, words: CHANGED },
  incomplete: { status: 422, words: INCOMPLETE },
  busy: { status: 503, words: BUSY },
}

/** What a client is asked to fill in, and sends. */
export function formRoutes(deps: Needs): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/my/forms', client, async (req, res) => {
    const { clientId } = signedInClient(req)
    const page = readPage(req.query.page)
    const [asked, { drafts, zone }, sent] = await Promise.all([
      listOpenRequests(db, clientId),
      listDrafts(db, clientId),
      listSent(db, clientId, page),
    ])
    const list = listPage({ asked, drafts, sent }, { page, size: PAGE, zone }, clock.now())
    res.render('responses/list', { list })
  })

  async function find(req: Request, res: Response): Promise<Filling | undefined> {
    const { slug } = req.params
    if (!isSlug(slug)) return undefined
    const asking = { ...signedInClient(req), slug, practiceZone: res.locals.practice.zone }
    return findFilling(deps, asking, clock.now())
  }

  /** What was sent is led to; what was never asked is told so. */
  function turnAway(res: Response, filling: Filling | undefined) {
    const sentId = filling?.standing.lastSentId
    if (sentId) return res.redirect(303, `/my/forms/sent/${sentId}`)
    res.status(NOT_ASKED.status).render('errors/error', { ...NOT_ASKED, code: '' })
  }

  /** The draft or a fresh beginning, worked out; undefined when the draft can't be read. */
  async function settleDraft({ standing, version, ground, accountId }: Filling) {
    const { draft } = standing
    const response = draft ? openAnswers(deps, draft, accountId) : begin(version)
    const { definition, evaluate, evaluateAgain } = ground
    return response && settle(definition, response, draft ? evaluateAgain : evaluate)
  }

  router.get('/my/forms/:slug', client, async (req, res) => {
    const filling = await find(req, res)
    if (!filling?.isOpen) return turnAway(res, filling)
    const { standing, version } = filling
    const settled = await settleDraft(filling)
    const now = clock.now()
    const saved = sectionNumbered(version.definition, req.query.saved)
    const signs = settled && saved ? signsOfSection(settled, saved, localDate(now, standing.zone)) : []
    res.render('responses/form', { overview: formPage(filling, settled, now), advice: adviceFor(signs) })
  })

  router.post('/my/forms/:slug/discarding', client, postedForm, async (req, res) => {
    const filling = await find(req, res)
    if (!filling?.isOpen) return turnAway(res, filling)
    const { draft } = readSending(req.body ?? {})
    const { clientId } = filling
    if (isUuid(draft)) await discardDraft(db, { clientId, id: draft })
    res.redirect(303, '/my/forms')
  })

  function review(res: Response, filling: Filling, settled: Settled, notice: string | null = null) {
    const { zone } = filling.standing
    const page = reviewPage(filling, settled, clock.now())
    const advice = adviceFor(signsOf(settled, localDate(clock.now(), zone)))
    res.render('responses/review', { review: page, advice, notice })
  }

  router.get('/my/forms/:slug/review', client, async (req, res) => {
    const filling = await find(req, res)
    if (!filling?.isOpen) return turnAway(res, filling)
    const settled = await settleDraft(filling)
    if (!filling.standing.draft || !settled) return res.redirect(303, formHref(filling.standing))
    review(res, filling, settled, filling.standing.isArchived ? ARCHIVED : null)
  })

  router.post('/my/forms/:slug/response', client, postedForm, async (req, res) => {
    const filling = await find(req, res)
    const posted = readSending(req.body ?? {})
    const { clientId } = signedInClient(req)
    const before = isUuid(posted.draft) ? await findSent(db, { clientId, id: posted.draft }) : undefined
    if (before) return res.redirect(303, `/my/forms/sent/${before.id}`)
    if (!filling?.isOpen) return turnAway(res, filling)
    const { standing } = filling
    const settled = await settleDraft(filling)
    if (!standing.draft || !settled) return res.redirect(303, formHref(standing))
    if (standing.isArchived) return review(res.status(409), filling, settled, ARCHIVED)
    const answer = await send(filling, posted)
    if ('sentId' in answer) return res.redirect(303, `/my/forms/sent/${answer.sentId}?thanks=1`)
    if (answer.refused === 'gone') return res.redirect(303, formHref(standing))
    const { because, settled: now } = answer.refused
    const { status, words } = refusals[because]
    review(res.status(status), filling, now, words)
  })

  function send(
    { clientId, accountId, standing, version, ground }: Filling,
    posted: { draft: string; digest: string },
  ) {
    const now = clock.now()
    const today = localDate(now, standing.zone)
    return sendResponse<'gone' | Refusal>(
      db,
      deps,
      {
        clientId,
        formId: standing.formId,
        accountId,
        async finish(draft) {
          if (!draft || draft.versionId !== version.id) return { refused: 'gone' }
          const response = openAnswers(deps, draft, accountId)
          if (!response) return { refused: 'gone' }
          // Another draft than the one that was read has other marks, whatever it says.
          const digest = posted.draft === draft.id ? posted.digest : ''
          const about = { number: draft.number, today, authored: iso(now) }
          const decided = await decideSending(ground, { response, digest }, about)
          if (decided.because) return { refused: decided }
          if (decided.troubles > 0)
            deps.log.warn({ version: version.id, troubles: decided.troubles }, 'expressions of a form failed')
          return { finished: decided }
        },
      },
      now,
    )
  }

  return router
}

type Refusal = Extract<Awaited<ReturnType<typeof decideSending>>, { settled: Settled }>
