import type { Instant } from '../clock.ts'
import { greeted, isolated, type Written, writeLetter } from '../mail/letter.ts'
import { dayYearOf, timeOf, zoneWords } from '../words.ts'

export type Told = {
  name: string
  inviter: string
  practice: { name: string; zone: string; email: string; phone: string }
  link: string
  expiresAt: Instant
}

/** Invites somebody to work in the practice. */
export function writeInvitation({ name, inviter, practice, link, expiresAt }: Told): Written {
  const { zone } = practice
  const until = `${dayYearOf(expiresAt, zone)} at ${timeOf(expiresAt, zone)}, ${zoneWords(zone, expiresAt)}`
  return writeLetter({
    subject: `${practice.name} invites you to its portal`,
    greeting: greeted(name) ? `Hello ${isolated(greeted(name))},` : 'Hello,',
    paragraphs: [
      `${isolated(inviter)} invites you to work as a dietitian in the portal of ${isolated(practice.name)}.`,
      'Behind this link you set your name and a password. After that you choose your own hours.',
    ],
    facts: [],
    link: { words: 'Look at the invitation', address: link },
    closing: [
      `The link works once, until ${until}.`,
      'If you don’t know what this is about, you can leave this mail alone: nothing happens without the link.',
    ],
    signature: [practice.name, practice.phone, practice.email].filter((line) => line !== '').map(isolated),
  })
}
