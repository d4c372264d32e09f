import { writeSignInLink } from '../../accounts/mails.ts'
import { writeReminderToClient, writeToClient } from '../../appointments/mails.ts'
import type { Particulars } from '../../appointments/particulars.ts'
import { DAY, HOUR, type Instant } from '../../clock.ts'
import { type MailKind, type MailText, ownWords } from '../../mail/kinds.ts'
import type { Written } from '../../mail/letter.ts'
import { writeShared } from '../../notes/sharing/mails.ts'
import { writeAsked, writeReminder } from '../../requests/mails.ts'

type Practice = Particulars['practice']

const NAME = 'Jordan Example'
const DIETITIAN = 'Robin Example'
const LINK = 'https://example.org/…'

const names = (practice: Practice) => ({ name: NAME, practice: practice.name, dietitian: DIETITIAN })

/** A mail of this kind as an invented client would get it. */
export function previewMail(kind: MailKind, text: MailText, practice: Practice, now: Instant): Written {
  const own = ownWords(text, names(practice))
  if (kind === 'sign-in') return writeSignInLink({ name: NAME, practice, link: LINK, minutes: 15, own })
  if (kind === 'shared')
    return writeShared({ name: NAME, practice, link: { address: LINK, hours: 72 }, page: LINK, own })
  if (kind === 'forms' || kind === 'forms-reminder') return previewForms(kind, { practice, own }, now)
  const about = { ...particulars(practice, now), own }
  if (kind === 'reminder') return writeReminderToClient(about, now)
  const fromStartsAt = kind === 'moved' ? now + 2 * DAY : null
  return writeToClient(
    about,
    { what: kind, byRole: 'dietitian', fromStartsAt, since: null, message: '' },
    now,
  )
}

const LETTERS = 32 // on a line of the narrowest frame
const LINE = 24 // pixels
const AROUND = 300 // pixels

/** How high a frame must be for all of a mail, in pixels, however narrow it is: nothing in it may measure itself. */
export const frameHeight = ({ text }: Written): number =>
  AROUND +
  LINE * text.split('\n').reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / LETTERS)), 0)

type About = { practice: Practice; own: ReturnType<typeof ownWords> }

function previewForms(kind: 'forms' | 'forms-reminder', { practice, own }: About, now: Instant): Written {
  const startsAt = now + 3 * DAY
  const form = { minutes: 15, dueAt: startsAt, zone: practice.zone, isForAppointment: true }
  const link = { address: LINK, hours: 72 }
  const asked = { name: NAME, practice, forms: [form], link, page: LINK, own }
  return kind === 'forms'
    ? writeAsked(asked, now)
    : writeReminder({ ...asked, startsAt, zone: practice.zone }, now)
}

function particulars(practice: Practice, now: Instant): Particulars {
  const startsAt = now + 3 * DAY
  return {
    id: 'example',
    uid: 'example',
    sequence: 0,
    startsAt,
    endsAt: startsAt + HOUR,
    place: 'video',
    zone: practice.zone,
    priceCents: 0,
    currency: 'USD',
    changeDeadlineMinutes: 1440,
    bookedName: NAME,
    bookedPhone: '',
    typeName: 'Example appointment',
    client: { name: NAME, email: 'jordan@example.org' },
    dietitian: { name: DIETITIAN, email: 'robin@example.org', zone: practice.zone },
    practice,
    link: LINK,
    practiceLink: LINK,
    bookLink: LINK,
  }
}
