import { HOUR } from '../../server/clock.ts'
import { NOW } from '../support/fixed.ts'
import { visit } from '../support/page.ts'
import { ana, book, hold } from '../support/people.ts'
import { at, type Kind, type Scene, type Shown, thursday } from './scene.ts'

const details = ({ visitor, type }: Scene) => hold(visitor, type, thursday, '3:00 PM')
const onMove = async ({ booked }: Scene) => (await booked.link('Move it')).link(thursday)

/** Every page for readers and clients, full, empty and refusing. */
export const publicPages: Shown[] = [
  at('the start', 'home/home', '/'),
  at('the list of articles', 'articles/list', '/articles'),
  at('more articles', 'articles/list', '/articles?page=2'),
  at('no more articles', 'articles/list', '/articles?page=99'),
  {
    name: 'an article',
    view: 'articles/article',
    kind: 'public',
    open: ({ visitor, article }) => visitor.open(`/articles/${article.slug}`),
  },
  at('get in touch', 'inquiries/new', '/get-in-touch'),
  {
    name: 'get in touch, refused',
    view: 'inquiries/new',
    kind: 'public',
    status: 422,
    open: ({ visitor }) =>
      visitor.post('/get-in-touch', { name: '"><b>', email: 'x', phone: 'y', message: '' }),
  },
  at('the thanks', 'inquiries/thanks', '/get-in-touch/thanks'),
  at('what can be booked', 'booking/types', '/book'),
  {
    name: 'the times',
    view: 'availability/times',
    kind: 'public',
    open: ({ visitor, type }) => visitor.open(`/book/${type.slug}?zone=Asia/Kathmandu`),
  },
  {
    name: 'the times, none free',
    view: 'availability/times',
    kind: 'public',
    open: ({ visitor, type }) => visitor.open(`/book/${type.slug}?from=2026-12-01`),
  },
  {
    name: 'the times, refused',
    view: 'availability/times',
    kind: 'public',
    status: 422,
    open: ({ visitor, type }) => visitor.post(`/book/${type.slug}/hold`, { slot: 'soon' }),
  },
  at('the time zone', 'availability/zone', '/zone?returnTo=/book'),
  {
    name: 'the time zone, refused',
    view: 'availability/zone',
    kind: 'public',
    status: 422,
    open: ({ visitor }) => visitor.post('/zone', { zone: 'Mars/Olympus' }),
  },
  { name: 'the details', view: 'holds/details', changes: true, kind: 'link', open: details },
  {
    name: 'the details, refused',
    view: 'holds/details',
    changes: true,
    kind: 'link',
    status: 422,
    open: async (scene) =>
      (await details(scene)).button('Book this appointment', {
        name: '<b>"',
        email: 'x',
        phone: '?',
        place: null,
      }),
  },
  {
    name: 'the details of a call',
    view: 'holds/details',
    changes: true,
    kind: 'link',
    open: ({ visitor, one }) => hold(visitor, one, thursday, '3:00 PM'),
  },
  {
    name: 'the details, too late',
    view: 'holds/details',
    changes: true,
    kind: 'link',
    async open(scene) {
      const page = await details(scene)
      scene.app.clock.set(NOW + HOUR)
      return scene.visitor.open(page.path)
    },
  },
  {
    name: 'the details, lost',
    view: 'holds/details',
    changes: true,
    kind: 'link',
    status: 409,
    async open(scene) {
      const page = await details(scene)
      scene.app.clock.set(NOW + HOUR)
      await book(visit(scene.app), scene.type, thursday, '3:00 PM')
      return page.button('Book this appointment', ana)
    },
  },
  {
    name: 'a booked appointment',
    view: 'appointments/appointment',
    kind: 'link',
    open: async ({ booked }) => booked,
  },
  {
    name: 'an appointment that is over',
    view: 'appointments/appointment',
    kind: 'link',
    open: ({ visitor, past }) => visitor.open(`/appointments/${past.token}`),
  },
  { name: 'the times to move to', view: 'availability/times', kind: 'link', open: onMove },
  {
    name: 'the move',
    view: 'appointments/move',
    kind: 'link',
    open: async (scene) => (await onMove(scene)).link(/^3:00 PM/),
  },
  {
    name: 'the cancellation',
    view: 'appointments/cancel',
    kind: 'link',
    open: ({ booked }) => booked.link('Cancel it'),
  },
  {
    name: 'a cancelled appointment',
    view: 'appointments/appointment',
    changes: true,
    kind: 'link',
    open: async ({ booked }) => (await booked.link('Cancel it')).button('Cancel this appointment'),
  },
]

/** The same pages of a practice that has only just begun. */
export const emptyPages: [path: string, kind: Kind][] = [
  ['/', 'public'],
  ['/articles', 'public'],
  ['/book', 'public'],
  ['/outbox', 'public'],
  ['/my', 'my'],
  ['/my/appointments', 'my'],
  ['/my/documents', 'my'],
  ['/my/forms', 'my'],
  ['/my/notes', 'my'],
  ['/my/account', 'my'],
  ['/practice', 'desk'],
  ['/practice/calendar', 'desk'],
  ['/practice/calendar/booking', 'desk'],
  ['/practice/appointment-types', 'desk'],
  ['/practice/appointment-types/new', 'desk'],
  ['/practice/availability', 'desk'],
  ['/practice/clients', 'desk'],
  ['/practice/forms', 'desk'],
  ['/practice/notes', 'desk'],
  ['/practice/notes/templates', 'desk'],
  ['/practice/forms/import', 'desk'],
  ['/practice/forms/new', 'desk'],
  ['/practice/inquiries', 'desk'],
  ['/practice/consents', 'desk'],
  ['/practice/account', 'desk'],
  ['/practice/settings', 'desk'],
  ['/practice/settings/people', 'desk'],
  ['/practice/settings/home', 'desk'],
  ['/practice/settings/policies', 'desk'],
  ['/practice/settings/profile', 'desk'],
]
