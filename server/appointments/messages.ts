import { isolated, oneLine } from '../mail/letter.ts'

/** What happened to an appointment that its people get a mail about. */
export type What = 'booked' | 'moved' | 'cancelled' | 'restored'

export type ByRole = 'client' | 'dietitian' | 'system'

/** Characters. */
export const MOST_IN_MESSAGE = 2000

type Names = { dietitian: string; practice: string }

/** How a mail to the client begins, unless the practice writes something else. */
export function openingWords(what: What, byRole: ByRole, { dietitian, practice }: Names): string {
  const isOwn = byRole === 'client'
  const words: Record<What, string> = {
    booked: `Your appointment with ${dietitian} is booked. We look forward to meeting you.`,
    moved: `${isOwn ? 'You moved your appointment' : 'We moved your appointment'} with ${dietitian}. This is the new time.`,
    cancelled: isOwn
      ? 'You cancelled this appointment. There is nothing else you need to do.'
      : `${practice} had to cancel this appointment. We are sorry about that.`,
    restored: `Your appointment with ${dietitian} takes place after all, at the same time as before. Please excuse the confusion.`,
  }
  return words[what]
}

/** The words that the practice finds in the field for its message. */
export const suggestedMessage = (what: What, { dietitian, practice }: Names): string =>
  openingWords(what, 'dietitian', { dietitian: oneLine(dietitian), practice: oneLine(practice) })

/** A typed message as paragraphs of a letter, one for each of its lines. */
export const messageParagraphs = (message: string): string[] =>
  message
    .split('\n')
    .filter((line) => oneLine(line) !== '')
    .map(isolated)
