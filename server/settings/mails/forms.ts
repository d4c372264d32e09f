import { z } from 'zod'
import { type MailKind, mailKinds, unknownPlaceholders } from '../../mail/kinds.ts'
import { line, lines } from '../../web/form.ts'

const known = (kind: MailKind) => {
  const names = mailKinds[kind].placeholders.map((name) => `{${name}}`)
  return `This mail knows only ${names.slice(0, -1).join(', ')} and ${names.at(-1)}. Please check what stands in braces.`
}

/** Empty fields leave the words that come with Flora. */
export const mailForm = (kind: MailKind) => {
  const isKnown = (text: string) => unknownPlaceholders(text, kind).length === 0
  return z.object({
    greeting: line({ most: 200, label: 'The greeting' }).refine(isKnown, known(kind)),
    closing: lines({ most: 1000, label: 'The closing' }).refine(isKnown, known(kind)),
    base: line({ most: 64, label: 'The page' }),
  })
}
