import { randomUUID } from 'node:crypto'
import { type Request, type RequestHandler, Router } from 'express'
import { recordReading } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { openOrSay } from '../sealing/reading.ts'
import { anyone, dietitian, signedInDietitian } from '../web/access.ts'
import type { Addresses } from '../web/addresses.ts'
import { inMinutes, NotFound } from '../web/errors.ts'
import { emptyForm, isUuid, postedForm, readForm, readPage, refusedForm } from '../web/form.ts'
import { whenShort } from '../words.ts'
import { inquiryForm } from './forms.ts'
import { countOpenInquiries, findInquiry, insertInquiry, listInquiries, markAnswered, PAGE } from './store.ts'

const tooManyMessages = (seconds: number): string =>
  `Many messages came from your connection. Please send it again ${inMinutes(seconds)}, or reach us by phone or e-mail.`

/** Asking a question without booking. */
export function getInTouchRoutes(
  deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer'> & { addresses: Addresses },
): Router {
  const { db, clock, jobs, sealer, addresses } = deps
  const router = Router()

  router.get('/get-in-touch', anyone, (_req, res) => {
    res.render('inquiries/new', { form: emptyForm() })
  })

  router.post('/get-in-touch', anyone, postedForm, async (req, res) => {
    const read = readForm(inquiryForm, req.body)
    if (!read.ok) return res.status(422).render('inquiries/new', { form: read.form })
    const wait = await addresses.count('inquiry', req)
    if (wait > 0) {
      const form = refusedForm(req.body, 'message', tooManyMessages(wait))
      return res.status(429).set('Retry-After', String(wait)).render('inquiries/new', { form })
    }
    const { website, message, ...rest } = read.value
    if (website === '') {
      const id = randomUUID()
      const messageSealed = sealer.seal({ table: 'inquiries', column: 'message_sealed', row: id }, message)
      await insertInquiry(db, jobs, { id, ...rest, messageSealed }, clock.now())
    }
    res.redirect(303, '/get-in-touch/thanks')
  })

  router.get('/get-in-touch/thanks', anyone, (_req, res) => {
    res.render('inquiries/thanks')
  })

  return router
}

/** How many inquiries wait, for the bar of every page of the practice. */
export const countInquiries =
  (db: Deps['db']): RequestHandler =>
  async (req, res, next) => {
    if (req.user?.role === 'dietitian') res.locals.openInquiries = await countOpenInquiries(db)
    next()
  }

/** The practice's own side: what came in, and what is still to be answered. */
export function inquiryRoutes(deps: Pick<Deps, 'db' | 'clock' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  router.get('/practice/inquiries', dietitian, async (req, res) => {
    const page = readPage(req.query.page)
    const { zone } = res.locals.practice
    const [found, open] = await Promise.all([listInquiries(db, page), countOpenInquiries(db)])
    const inquiries = found.slice(0, PAGE).map((inquiry) => ({
      ...inquiry,
      when: whenShort(inquiry.createdAt, zone),
      href: `/practice/inquiries/${inquiry.id}`,
    }))
    const newer = page > 0 ? `/practice/inquiries?page=${page}` : null
    const older = found.length > PAGE ? `/practice/inquiries?page=${page + 2}` : null
    res.render('inquiries/list', { inquiries, newer, older, open })
  })

  async function find(req: Request) {
    const inquiry = isUuid(req.params.id) ? await findInquiry(db, req.params.id) : undefined
    if (!inquiry) throw new NotFound()
    return inquiry
  }

  router.get('/practice/inquiries/:id', dietitian, async (req, res) => {
    const { messageSealed, ...inquiry } = await find(req)
    const { accountId } = signedInDietitian(req)
    const entry = { accountId, action: 'inquiry.read', clientId: null, subjectId: inquiry.id } as const
    await recordReading(deps, entry, clock.now())
    const place = { table: 'inquiries', column: 'message_sealed', row: inquiry.id }
    const message = openOrSay(deps, { place, sealed: messageSealed, accountId })
    res.render('inquiries/inquiry', {
      inquiry: {
        ...inquiry,
        message,
        when: whenShort(inquiry.createdAt, res.locals.practice.zone),
        isAnswered: inquiry.answeredAt !== null,
        answerAction: `/practice/inquiries/${inquiry.id}/answer`,
      },
    })
  })

  router.post('/practice/inquiries/:id/answer', dietitian, postedForm, async (req, res) => {
    const { id } = await find(req)
    const { accountId } = signedInDietitian(req)
    await markAnswered(deps, { id, accountId }, clock.now())
    res.redirect(303, '/practice/inquiries')
  })

  return router
}
