import { z } from 'zod'
import { choice, line } from '../../web/form.ts'
import type { Show } from './search.ts'

const shows = [
  'all',
  'prospective',
  'active',
  'archived',
  'forms',
  'unplanned',
  'signs',
  'cautions',
] as const satisfies Show[]

/** In the address: what is looked for. A filter that is none is no filter. */
export const searchForm = z.object({
  q: line({ most: 100, label: 'What you search for' }),
  show: z.preprocess((show) => show ?? 'all', choice(shows, 'Please choose one of the lists.')),
})
