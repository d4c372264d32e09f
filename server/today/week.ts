import type { DiaryEntry } from '../calendar/store.ts'
import { counted } from '../words.ts'
import { hoursWords } from './needs.ts'

export type Figure = { words: string; label: string }

/** Minutes of opening hours that are still free: of what is left of this week, and of the next one. */
export type Free = { left: number; next: number }

/** A quiet look at the week. @param entries of this week; `isWeekend`: of the dietitian's day */
export function weekFigures(entries: DiaryEntry[], free: Free, isWeekend: boolean): Figure[] {
  const count = (...states: string[]) => entries.filter(({ state }) => states.includes(state)).length
  const isNew = ({ state, nth }: DiaryEntry) => nth === 1 && ['booked', 'kept'].includes(state)
  const newClients = new Set(entries.filter(isNew).map(({ clientId }) => clientId)).size
  const noShows = count('no_show')
  return [
    { words: String(count('booked', 'kept', 'no_show')), label: 'booked' },
    { words: String(count('kept')), label: 'kept' },
    { words: String(noShows), label: noShows === 1 ? 'no-show' : 'no-shows' },
    { words: String(newClients), label: counted(newClients, 'new client').replace(/^\d+ /, '') },
    freeFigure(free, isWeekend),
  ]
}

/** At the weekend, with nothing left of this week, the next one is what is looked forward to. */
function freeFigure({ left, next }: Free, isWeekend: boolean): Figure {
  if (left > 0 || !isWeekend)
    return { words: left > 0 ? hoursWords(left) : 'Nothing more', label: 'still free' }
  return { words: hoursWords(next), label: 'free next week' }
}
