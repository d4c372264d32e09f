import { counted } from '../words.ts'

/** Open signs of a client by what they ask for; `signs` are warning signs, the urgent ones among them. */
export type SignCounts = { signs: number; urgent: number; cautions: number }

/** "2 warning signs, 1 urgent"; null when there is none. */
export function warningWords({ signs, urgent }: SignCounts): string | null {
  if (signs === 0) return null
  if (urgent === 0) return counted(signs, 'warning sign')
  if (urgent === signs) return counted(signs, 'urgent warning sign')
  return `${counted(signs, 'warning sign')}, ${urgent} urgent`
}

/** Cautions, which are said apart; null when there is none. */
export const cautionWords = ({ cautions }: SignCounts): string | null =>
  cautions === 0 ? null : counted(cautions, 'caution')

const ORDINALS: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
const ordinals = new Intl.PluralRules('en-US', { type: 'ordinal' })

/** "First appointment", "2nd appointment"; of a hold nothing. */
export function nthWords(nth: number): string {
  if (nth === 0) return ''
  return nth === 1 ? 'First appointment' : `${nth}${ORDINALS[ordinals.select(nth)]} appointment`
}
