import { greeted, isolated, type Letter, type Written, writeLetter } from '../../mail/letter.ts'
import { lengthWords } from '../../words.ts'

export type Shared = {
  name: string
  practice: { name: string; email: string; phone: string }
  /** Signs the client in, once, and leads to the page; null for who can't sign in by a link. */
  link: { address: string; hours: number } | null
  /** The same place for later. */
  page: string
  /** The practice's own words. */
  own?: Letter['own']
}

/** There is something to read. Not what, nor about what: a mail is not private. */
export function writeShared({ name, practice, link, page, own }: Shared): Written {
  const once =
    link && `The link above is yours alone. It signs you in once, within ${lengthWords(link.hours * 60)}.`
  return writeLetter({
    subject: `There is something new for you at ${practice.name}`,
    greeting: greeted(name) ? `Hello ${isolated(greeted(name))},` : 'Hello,',
    paragraphs: [`There is something new for you to read, on your own page at ${isolated(practice.name)}.`],
    facts: [],
    link: { words: 'Read it', address: link?.address ?? page },
    closing: once ? [once, { words: 'For later, this is the address of the page:', address: page }] : [],
    signature: [practice.name, practice.phone, practice.email].filter((line) => line !== '').map(isolated),
    own,
  })
}
