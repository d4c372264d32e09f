import type { Facts } from '../forms/facts.ts'
import { cautions } from './cautions.ts'
import { physician } from './physician.ts'
import type { About, Rule } from './rules.ts'
import type { SignKind } from './store.ts'
import { urgent } from './urgent.ts'

/** An answer that calls for a physician, or for care in planning; never a diagnosis. */
export type Sign = {
  /** Its name, kept with a response: never changed once it was used. */
  sign: string
  kind: SignKind
  /** A few words, for lists. */
  name: string
  /** Shown at once, as advice; null: said to the dietitian alone. */
  client: { heading: string; text: string } | null
  dietitian: string
  source: string
  /** To be looked at before any elimination plan. */
  asksReview: boolean
}

/** What a row says beside its rule; whether it asks for a review follows from where it stands. */
export type Row = Omit<Sign, 'kind' | 'asksReview'> & { rule: Rule; asksReview?: boolean }

const of =
  (kind: SignKind) =>
  ({ asksReview = false, ...row }: Row) => ({ ...row, kind, asksReview })

/** All signs, the most urgent first. Single signs predict modestly: the words are calm. */
const table: (Sign & { rule: Rule })[] = [
  ...urgent.map(of('urgent')),
  ...physician.map(of('sign')),
  ...cautions.map(of('caution')),
]

const told = ({ rule: _, ...sign }: Sign & { rule: Rule }): Sign => sign

export const allSigns: readonly Sign[] = table.map(told)

/**
 * The signs in the answers, the most urgent first.
 * @param about.today the day of answering, YYYY-MM-DD, from which the age counts
 */
export const signsIn = (facts: Facts, about: About): Sign[] =>
  table.filter(({ rule }) => rule(facts, about)).map(told)

/** Of one that was kept; undefined when the table does not have it any more. */
export const signNamed = (sign: string): Sign | undefined => allSigns.find((row) => row.sign === sign)

/** Whether any of these asks the dietitian to look before an elimination plan (AGA 2022). */
export const reviewBeforeElimination = (signs: readonly { sign: string }[]): boolean =>
  signs.some(({ sign }) => signNamed(sign)?.asksReview)
