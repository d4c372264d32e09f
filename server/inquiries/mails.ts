import type { Instant } from '../clock.ts'
import { isolated, oneLine, type Written, writeLetter } from '../mail/letter.ts'
import { dayYearOf, timeOf, zoneWords } from '../words.ts'

export type Told = {
  name: string
  at: Instant
  practice: { name: string; zone: string }
  /** The dietitian's page of the message. */
  link: string
}

/** Tells the practice that a message came. The message itself stays in the portal: it may be about health. */
export function writeToPractice({ name, at, practice, link }: Told): Written {
  const { zone } = practice
  return writeLetter({
    subject: `A new message from ${oneLine(name)}`,
    greeting: 'Hello,',
    paragraphs: [
      `${isolated(name)} has written to you. The message may be personal, so it is not in this mail.`,
    ],
    facts: [
      { label: 'Received', value: `${dayYearOf(at, zone)} at ${timeOf(at, zone)}, ${zoneWords(zone, at)}` },
    ],
    link: { words: 'Read the message', address: link },
    closing: [],
    signature: [isolated(practice.name)],
  })
}
