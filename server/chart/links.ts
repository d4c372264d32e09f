import type { Instant } from '../clock.ts'
import { monthDayOf } from '../words.ts'

export const chartPath = (clientId: string): string => `/practice/clients/${clientId}`

export const responsePath = (clientId: string, id: string): string => `${chartPath(clientId)}/responses/${id}`

/** "Mar 3, 2026" */
export const dateOf = (at: Instant, zone: string): string =>
  `${monthDayOf(at, zone)}, ${new Intl.DateTimeFormat('en-US', { year: 'numeric', timeZone: zone }).format(at)}`
