import { whenShort } from '../words.ts'
import type { ClientLine } from './store.ts'

/** "2 warning signs, 1 urgent" */
export function signsWords(signs: number, urgent: number): string {
  const words = `${signs} open ${signs === 1 ? 'warning sign' : 'warning signs'}`
  if (urgent === 0) return words
  return urgent === signs
    ? `${signs} urgent warning ${signs === 1 ? 'sign' : 'signs'}`
    : `${words}, ${urgent} urgent`
}

/** @param found one more than fits when another page follows; `page` counts from 0 */
export function clientsPage(
  found: ClientLine[],
  { page, withSigns }: { page: number; withSigns: boolean },
  { zone, size }: { zone: string; size: number },
) {
  const path = `/practice/clients?${withSigns ? 'show=signs&' : ''}page=`
  return {
    withSigns,
    clients: found.slice(0, size).map((line) => ({
      name: line.name,
      email: line.email,
      href: `/practice/clients/${line.id}`,
      isActive: line.isActive,
      next: line.nextAt === null ? null : whenShort(line.nextAt, zone),
      signs: line.signs === 0 ? null : signsWords(line.signs, line.urgent),
      isUrgent: line.urgent > 0,
    })),
    newer: page > 0 ? `${path}${page}` : null,
    older: found.length > size ? `${path}${page + 2}` : null,
  }
}
