import { DAY, type Instant, iso } from '../../server/clock.ts'
import type { DeskWorld } from './desk-world.ts'

/** The pages of the desk, as they are addressed in a practice. */

type Address = (world: DeskWorld, desk: number) => string

const chart =
  (rest: string): Address =>
  ({ chart: { id } }) =>
    `/practice/clients/${id}${rest}`

const note =
  (rest: string): Address =>
  ({ chart: { noteId } }) =>
    `/practice/notes/${noteId}${rest}`

const search = (text: string, show = 'all'): Address => {
  const query = new URLSearchParams({ q: text, show })
  return () => `/practice/clients?${query}`
}

const shows = ['prospective', 'active', 'archived', 'forms', 'unplanned', 'signs', 'cautions']
const kinds = ['appointments', 'forms', 'check-ins', 'notes', 'mails', 'consents', 'files']

/** Page 100, or the last whole one where there are fewer. */
const FAR: Address = ({ clients }, desk) => {
  const seen = desk === 0 ? clients : clients / 4
  return `/practice/clients?page=${Math.min(100, Math.floor((seen * 0.9) / 25))}`
}

export type DeskPage = { name: string; address: Address }

export const deskPages = (now: Instant): DeskPage[] =>
  Object.entries<Address>({
    today: () => '/practice',
    calendar: () => '/practice/calendar',
    'calendar, next week': () => `/practice/calendar?week=${iso(now + 7 * DAY).slice(0, 10)}`,
    'book: whom': () => '/practice/calendar/booking',
    clients: () => '/practice/clients',
    ...Object.fromEntries(shows.map((show) => [`clients, ${show}`, () => `/practice/clients?show=${show}`])),
    'clients, page 100': FAR,
    'search: name': search('nunez bronte'),
    'search: first name': search('maya'),
    'search: slip': search('Agata Nunex'),
    'search: slip, many': search('Gutierez'),
    'search: slip, all': search('exampel'),
    'search: nobody': search('qqqwwwzzz'),
    'search: accents': search('Núñez'),
    'search: e-mail': search('agata.nunez@example.org'),
    'search: domain': search('example.com'),
    'search: phone': search('(317) 999-4321'),
    'search: area code': search('317'),
    'search: one letter': search('a'),
    'search: two letters': search('an'),
    'search: active': search('maya', 'active'),
    overview: chart(''),
    ...Object.fromEntries(kinds.map((kind) => [`overview, ${kind}`, chart(`?kind=${kind}`)])),
    forms: chart('/forms'),
    notes: chart('/notes'),
    appointments: chart('/appointments'),
    files: chart('/files'),
    details: chart('/details'),
    audit: chart('/audit'),
    summary: chart('/summary'),
    booking: chart('/booking'),
    'signed note': note(''),
    'note to print': note('/print'),
    'draft of a note': ({ chart: { draftIds } }, desk) => `/practice/notes/${draftIds[desk]}`,
    drafts: () => '/practice/notes',
    availability: () => '/practice/availability',
    types: () => '/practice/appointment-types',
    people: () => '/practice/settings/people',
  }).map(([name, address]) => ({ name, address }))
