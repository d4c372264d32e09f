import { counted, whenShort } from '../../words.ts'
import { signsWords } from '../pages.ts'
import type { Show, Wanted } from './search.ts'
import type { ClientLine } from './store.ts'

const lists: [Show, string][] = [
  ['all', 'All'],
  ['active', 'Active'],
  ['prospective', 'Prospective'],
  ['unplanned', 'No next appointment'],
  ['forms', 'Forms due'],
  ['signs', 'Warning signs'],
  ['cautions', 'Cautions'],
  ['archived', 'Archived'],
]

const empty: Record<Show, string> = {
  all: '',
  active: 'Whoever has kept an appointment stands here.',
  prospective: 'Whoever has not kept an appointment yet stands here.',
  unplanned: 'Everybody who came before has a next appointment.',
  forms: 'No form is open: everything that was asked for has been sent, or was taken back.',
  signs: 'No warning sign waits for you.',
  cautions: 'No caution waits for you.',
  archived: 'Nobody is in the archive.',
}

const addressOf = ({ text, show }: Wanted, more: Record<string, string> = {}, path = '/practice/clients') => {
  const query = new URLSearchParams({
    ...(text ? { q: text } : {}),
    ...(show === 'all' ? {} : { show }),
    ...more,
  })
  return query.size > 0 ? `${path}?${query}` : path
}

function linePage(line: ClientLine, zone: string) {
  const { id, name, email, phone, isArchived, isActive, nextAt, signs, urgent, cautions, forms } = line
  return {
    name,
    email,
    phone,
    href: `/practice/clients/${id}`,
    standing: isArchived ? 'archived' : isActive ? 'kept' : 'new',
    standingWords: isArchived ? 'Archived' : isActive ? 'Active' : 'Prospective',
    next: nextAt === null ? null : whenShort(nextAt, zone),
    signs: signs === 0 ? null : { words: signsWords(signs, urgent), isUrgent: urgent > 0 },
    cautions: cautions === 0 ? null : counted(cautions, 'caution'),
    forms: forms === 0 ? null : `${counted(forms, 'form')} due`,
  }
}

export type Found = {
  /** One more than fits when another page follows. */
  lines: ClientLine[]
  /** Nothing was written so: these are nearly. */
  isAlike: boolean
}

/** @param at.page counts from 0 */
export function listPage(
  { lines, isAlike }: Found,
  wanted: Wanted,
  at: { page: number; size: number; zone: string },
) {
  const { page, size, zone } = at
  const { text, show } = wanted
  const clients = lines.slice(0, size).map((line) => linePage(line, zone))
  return {
    text,
    show,
    title: show === 'all' ? 'Clients' : `Clients: ${lists.find(([one]) => one === show)?.[1]}`,
    lists: lists.map(([one, words]) => ({
      words,
      href: addressOf({ text, show: one }),
      isHere: one === show,
    })),
    clients,
    isAlike,
    emptyWords: text === '' ? empty[show] : '',
    said: saidOf(clients.length, { text, isAlike, isMore: lines.length > size || page > 0 }),
    all: text !== '' && show !== 'all' ? addressOf({ text, show: 'all' }) : null,
    download: addressOf(wanted, {}, '/practice/clients/list.csv'),
    newer: page > 0 ? addressOf(wanted, page > 1 ? { page: String(page) } : {}) : null,
    older: lines.length > size && !isAlike ? addressOf(wanted, { page: String(page + 2) }) : null,
  }
}

/** What a screen reader hears of a search. */
function saidOf(count: number, of: { text: string; isAlike: boolean; isMore: boolean }): string {
  if (of.text === '') return ''
  if (count === 0) return 'Nobody was found.'
  if (of.isAlike) return `Nobody is written exactly so. ${counted(count, 'client is', 'clients are')} nearly.`
  return of.isMore
    ? `${count} clients on this page, and there are more.`
    : `${counted(count, 'client')} found.`
}
