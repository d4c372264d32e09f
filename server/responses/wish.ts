import type { PageMark } from './marks.ts'

/** What a section's form posts beside the answers. */
export type Wish = {
  go: 'next' | 'stay' | 'later'
  /** Names of a group that is to have one more row, of a row that is to go; the address of a file that is to go. */
  add: string
  remove: string
  detach: string
  /** Of the section's answers as the page showed them. */
  base: string
  /** Of the draft that the page showed; '' before the first save. */
  draft: string
  fromReview: boolean
  mark: PageMark
}

type Body = Record<string, unknown>

const LONGEST = 1000

function text(body: Body, name: string): string {
  const value = Object.hasOwn(body, name) ? body[name] : ''
  const last = Array.isArray(value) ? value.at(-1) : value
  return typeof last === 'string' && last.length <= LONGEST ? last : ''
}

const PAGE = /^[\w-]{1,40}$/
const TURN = /^\d{1,6}$/

export function readWish(body: Body): Wish {
  const [add, remove, detach] = [text(body, 'add'), text(body, 'remove'), text(body, 'detach')]
  const go = text(body, 'go')
  const [page, turn] = [text(body, 'page'), text(body, 'turn')]
  const stays = add !== '' || remove !== '' || detach !== '' || go === 'stay'
  return {
    go: stays ? 'stay' : go === 'later' ? 'later' : 'next',
    add,
    remove,
    detach,
    base: text(body, 'base'),
    draft: text(body, 'draft'),
    fromReview: text(body, 'from') === 'review' || go === 'review',
    mark: { page: PAGE.test(page) ? page : '', turn: TURN.test(turn) ? Number(turn) : 0 },
  }
}

/** What sending posts: which draft, and the mark of the answers that were read before. */
export const readSending = (body: Body): { draft: string; digest: string } => ({
  draft: text(body, 'draft'),
  digest: text(body, 'digest'),
})
