import { greeted, isolated, type Letter, oneLine } from './letter.ts'

/** The mails to clients whose greeting and closing a practice may write itself. */
export type MailKind =
  | 'booked'
  | 'moved'
  | 'cancelled'
  | 'restored'
  | 'reminder'
  | 'forms'
  | 'forms-reminder'
  | 'shared'
  | 'sign-in'

/** What stands for something in the practice's own words: "{name}". */
export type Placeholder = 'name' | 'practice' | 'dietitian'

type About = { label: string; when: string; placeholders: readonly Placeholder[] }

const everywhere = ['name', 'practice'] as const
const ofAppointments = ['name', 'practice', 'dietitian'] as const

export const mailKinds: Record<MailKind, About> = {
  booked: { label: 'Booked', when: 'When an appointment is booked.', placeholders: ofAppointments },
  moved: { label: 'Moved', when: 'When an appointment gets another time.', placeholders: ofAppointments },
  cancelled: { label: 'Cancelled', when: 'When an appointment is cancelled.', placeholders: ofAppointments },
  restored: { label: 'On again', when: 'When a cancellation is taken back.', placeholders: ofAppointments },
  reminder: { label: 'Reminder', when: 'Before an appointment.', placeholders: ofAppointments },
  forms: { label: 'Forms to fill in', when: 'When a client is asked for forms.', placeholders: everywhere },
  'forms-reminder': {
    label: 'Reminder of forms',
    when: 'When forms are still open before an appointment.',
    placeholders: everywhere,
  },
  shared: {
    label: 'Something new to read',
    when: 'When something is shared with a client for the first time.',
    placeholders: everywhere,
  },
  'sign-in': { label: 'Link to sign in', when: 'When a client asks for a link.', placeholders: everywhere },
}

export const isMailKind = (text: string): text is MailKind => Object.hasOwn(mailKinds, text)

const BRACED = /\{([^{}]*)\}/g

/** What stands in braces and is none of the placeholders of this kind, as it was typed. */
export const unknownPlaceholders = (text: string, kind: MailKind): string[] =>
  [...text.matchAll(BRACED)]
    .filter(([, inside = '']) => !mailKinds[kind].placeholders.includes(inside as Placeholder))
    .map(([typed]) => typed)

export type MailText = { greeting: string; closing: string }
export type Names = Partial<Record<Placeholder, string>>

/** The practice's own words for a letter; empty ones leave those that come with Flora. */
export function ownWords({ greeting, closing }: MailText, names: Names): NonNullable<Letter['own']> {
  const paragraphs = closing.split(/\n\s*\n/).map((paragraph) => filled(paragraph, names))
  return {
    greeting: filled(greeting, names) || null,
    closing: paragraphs.filter((paragraph) => paragraph !== ''),
  }
}

/** A name that is not to be had takes the space before it along: "Hello {name}," is "Hello,". */
function filled(text: string, names: Names): string {
  return oneLine(text).replace(
    /( ?)\{(name|practice|dietitian)\}/g,
    (_, space: string, which: Placeholder) => {
      const name = which === 'name' ? greeted(names.name ?? '') : oneLine(names[which] ?? '')
      return name === '' ? '' : `${space}${isolated(name)}`
    },
  )
}
