import type { Instant } from '../clock.ts'
import { isolated, oneLine, type Written, writeLetter } from '../mail/letter.ts'
import { dayYearOf, timeOf, zoneWords } from '../words.ts'

export type Told = {
  clientName: string
  /** Whether it changes what was sent before. */
  isAmendment: boolean
  sentAt: Instant
  /** Name of the dietitian; null: the practice reads it. */
  reader: string | null
  practice: { name: string; zone: string }
  /** The dietitian's page of what was sent. */
  link: string
}

/** Tells the dietitian that a form came in. Neither the answers nor the name of the form are in it: both may tell of health. */
export function writeToDietitian({ clientName, isAmendment, sentAt, reader, practice, link }: Told): Written {
  const { zone } = practice
  return writeLetter({
    subject: `${isAmendment ? 'Changed answers' : 'A form came in'} from ${oneLine(clientName)}`,
    greeting: reader === null ? 'Hello,' : `Hello ${isolated(reader)},`,
    paragraphs: [
      isAmendment
        ? `${isolated(clientName)} has changed the answers of a form they sent before. Both versions stay in the portal.`
        : `${isolated(clientName)} has filled in a form. The answers are personal, so they are not in this mail.`,
    ],
    facts: [
      {
        label: 'Sent',
        value: `${dayYearOf(sentAt, zone)} at ${timeOf(sentAt, zone)}, ${zoneWords(zone, sentAt)}`,
      },
    ],
    link: { words: 'Read the answers', address: link },
    closing: [],
    signature: [isolated(practice.name)],
  })
}
