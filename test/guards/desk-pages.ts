import type { Page, Visitor } from '../support/page.ts'
import { bookingPages } from './booking-pages.ts'
import { chartPages } from './chart-pages.ts'
import { erasurePages } from './erasure-pages.ts'
import { formPages } from './library-pages.ts'
import { notePages } from './note-pages.ts'
import { at, type Shown } from './scene.ts'
import { schedulePages } from './schedule-pages.ts'
import { settingsPages } from './settings-pages.ts'
import { typePages } from './type-pages.ts'

async function tooMany(visitor: Visitor): Promise<Page> {
  const fields = { email: 'nobody@example.com', password: 'x' }
  for (let n = 0; n < 5; n += 1) await visitor.post('/sign-in', fields)
  return visitor.post('/sign-in', fields)
}

const consents = '/practice/consents'

/** The practice writes what is to be signed, and sees who has signed. */
const consentPages: Shown[] = [
  at('the consents', 'consents/list', consents, 'desk'),
  at('a new consent', 'consents/new', `${consents}/new`, 'desk'),
  {
    name: 'a new consent, refused',
    view: 'consents/new',
    kind: 'desk',
    status: 422,
    open: ({ desk }) => desk.post(consents, { title: '', body: '' }),
  },
  ...(['terms', 'notice', 'unsigned', 'retired', 'draft'] as const).flatMap((which): Shown[] => [
    {
      name: `a consent, the ${which}`,
      view: 'consents/consent',
      kind: 'desk',
      open: (scene) => scene.desk.open(`${consents}/${scene[which].id}`),
    },
    {
      name: `the preview of a consent, the ${which}`,
      view: 'consents/preview',
      kind: 'desk',
      open: (scene) => scene.desk.open(`${consents}/${scene[which].id}/preview`),
    },
    {
      name: `who has signed, of the ${which}`,
      view: 'signatures/list',
      kind: 'desk',
      open: (scene) => scene.desk.open(`${consents}/${scene[which].id}/signatures`),
    },
  ]),
  {
    name: 'the draft of a consent, refused',
    view: 'consents/consent',
    kind: 'desk',
    status: 422,
    open: ({ desk, terms }) => desk.post(`${consents}/${terms.id}/draft`, { title: '', body: '<b>"' }),
  },
  {
    name: 'who is asked for a consent, refused',
    view: 'consents/consent',
    kind: 'desk',
    status: 422,
    open: ({ desk, terms }) => desk.post(`${consents}/${terms.id}/asked`, { types: 'x' }),
  },
  {
    name: 'the preview of a draft that has changed since',
    view: 'consents/preview',
    kind: 'desk',
    status: 409,
    open: ({ desk, draft }) => desk.post(`${consents}/${draft.id}/versions`, { mark: 'x' }),
  },
  {
    name: 'a version of a consent',
    view: 'consents/version',
    kind: 'desk',
    open: ({ desk, notice }) => desk.open(`${consents}/versions/${notice.versionId}`),
  },
  {
    name: 'more who have signed',
    view: 'signatures/list',
    kind: 'desk',
    open: ({ desk, terms }) => desk.open(`${consents}/${terms.id}/signatures?page=2`),
  },
  {
    name: 'a signature at the desk',
    view: 'signatures/signature',
    kind: 'desk',
    open: ({ desk, signature }) => desk.open(`${consents}/signatures/${signature.id}`),
  },
]

/** Every page of the practice, and every page that says what went wrong. */
export const deskPages: Shown[] = [
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
  ...bookingPages,
  ...chartPages,
  at('the inquiries', 'inquiries/list', '/practice/inquiries', 'desk'),
  at('more inquiries', 'inquiries/list', '/practice/inquiries?page=2', 'desk'),
  {
    name: 'an inquiry',
    view: 'inquiries/inquiry',
    kind: 'desk',
    open: ({ desk, inquiry }) => desk.open(`/practice/inquiries/${inquiry.id}`),
  },
  ...formPages,
  ...consentPages,
  ...notePages,
  ...erasurePages,
  ...schedulePages,
  ...settingsPages,
  ...typePages,
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
    async open({ visitor, db }) {
      await db.schema.renameTable('articles', 'articles_away')
      return visitor.open('/articles').finally(() => db.schema.renameTable('articles_away', 'articles'))
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
