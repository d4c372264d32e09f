import type { OpenSign } from '../signs/store.ts'

export type Need = { icon: string; words: string; href: string; isUrgent?: boolean }

const MOST_CLIENTS = 8

const count = (signs: OpenSign[], one: string, many: string): string =>
  signs.length === 1 ? one : `${signs.length} ${many}`

/** What the signs of one client are, without saying which. */
function wordsFor(signs: OpenSign[]): string {
  const urgent = signs.filter(({ kind }) => kind === 'urgent')
  if (urgent.length > 0) return count(urgent, 'Urgent warning sign', 'urgent warning signs')
  const warning = signs.filter(({ kind }) => kind === 'sign')
  if (warning.length > 0) return count(warning, 'Warning sign', 'warning signs')
  return count(signs, 'Caution', 'cautions')
}

/**
 * Warning signs that nobody has acknowledged, a line for each client, the urgent ones first.
 * @param signs in that order; the first page of them
 */
export function signNeeds(signs: OpenSign[], open: number): Need[] {
  const clients = [...Map.groupBy(signs, ({ clientId }) => clientId)].slice(0, MOST_CLIENTS)
  const needs = clients.map(([clientId, own]): Need => {
    const isUrgent = own.some(({ kind }) => kind === 'urgent')
    return {
      icon: isUrgent ? 'triangle-alert' : 'flag',
      words: `${wordsFor(own)}: ${own[0]?.clientName}`,
      href: `/practice/clients/${clientId}`,
      isUrgent,
    }
  })
  const said = clients.reduce((sum, [, own]) => sum + own.length, 0)
  if (open <= said) return needs
  const words = `${open - said} more to acknowledge`
  return [...needs, { icon: 'flag', words, href: '/practice/clients?show=signs' }]
}
