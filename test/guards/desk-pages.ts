import type { Page, Visitor } from '../support/page.ts'
import { at, type Shown } from './scene.ts'

async function tooMany(visitor: Visitor): Promise<Page> {
  const fields = { email: 'nobody@example.com', password: 'x' }
  for (let n = 0; n < 5; n += 1) await visitor.post('/sign-in', fields)
  return visitor.post('/sign-in', fields)
}

/** Every page of the practice, and every page that says what went wrong. */
export const deskPages: Shown[] = [
  at('signing in', 'accounts/sign-in', '/sign-in', 'desk'),
  {
    name: 'signing in, refused',
    view: 'accounts/sign-in',
    changes: true,
    kind: 'desk',
    status: 422,
    open: ({ visitor }) =>
      visitor.post('/sign-in', { email: 'a@b.example', password: 'x', returnTo: '/practice' }),
  },
  at('today', 'today/today', '/practice', 'desk'),
  at('the week', 'calendar/week', '/practice/calendar', 'desk'),
  at('an empty week', 'calendar/week', '/practice/calendar?week=2027-01-01', 'desk'),
  {
    name: 'an appointment at the desk',
    view: 'calendar/appointment',
    kind: 'desk',
    open: ({ desk, past }) => desk.open(`/practice/appointments/${past.id}`),
  },
  {
    name: 'an appointment at the desk, refused',
    view: 'calendar/appointment',
    kind: 'desk',
    status: 422,
    open: ({ desk, past }) => desk.post(`/practice/appointments/${past.id}/attendance`, { outcome: 'x' }),
  },
  at('the inquiries', 'inquiries/list', '/practice/inquiries', 'desk'),
  at('more inquiries', 'inquiries/list', '/practice/inquiries?page=2', 'desk'),
  {
    name: 'an inquiry',
    view: 'inquiries/inquiry',
    kind: 'desk',
    open: ({ desk, inquiry }) => desk.open(`/practice/inquiries/${inquiry.id}`),
  },
  at('the outbox', 'mail/outbox', '/outbox'),
  {
    name: 'a mail in the outbox',
    view: 'mail/mail',
    kind: 'public',
    open: async ({ visitor }) => {
      const outbox = await visitor.open('/outbox')
      return visitor.open(outbox.links.find(({ href }) => /^\/outbox\/\d+$/.test(href))?.href ?? '')
    },
  },
  at('nothing there', 'errors/error', '/nothing', 'public', 404),
  at('an address we can’t read', 'errors/error', '/articles?page=x', 'public', 400),
  {
    name: 'a form of another site',
    view: 'errors/error',
    kind: 'public',
    status: 403,
    open: ({ visitor }) => visitor.post('/zone', {}, { 'sec-fetch-site': 'cross-site' }),
  },
  {
    name: 'a body that is no form',
    view: 'errors/error',
    kind: 'public',
    status: 415,
    open: ({ visitor }) => visitor.post('/zone', { a: 'b' }, { 'content-type': 'application/json' }),
  },
  {
    name: 'too long a body',
    view: 'errors/error',
    kind: 'public',
    status: 413,
    open: ({ visitor }) => visitor.post('/zone', { a: 'b'.repeat(200_000) }),
  },
  {
    name: 'too many tries',
    view: 'errors/error',
    changes: true,
    kind: 'desk',
    status: 429,
    open: ({ visitor }) => tooMany(visitor),
  },
  {
    name: 'a bug',
    view: 'errors/error',
    changes: true,
    kind: 'public',
    status: 500,
    async open({ desk, db, inquiry }) {
      await db('inquiries')
        .where({ id: inquiry.id })
        .update({ message_sealed: Buffer.from('not sealed') })
      return desk.open(`/practice/inquiries/${inquiry.id}`)
    },
  },
  {
    name: 'a portal without a practice',
    view: 'errors/error',
    changes: true,
    kind: 'public',
    status: 503,
    async open({ visitor, db }) {
      await db('practice').del()
      return visitor.open('/')
    },
  },
]
