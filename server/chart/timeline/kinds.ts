/** What a timeline can be narrowed to. */
export type Kind = 'appointments' | 'forms' | 'check-ins' | 'notes' | 'mails' | 'consents' | 'files'

export const kindWords: Record<Kind, string> = {
  appointments: 'Appointments',
  forms: 'Forms',
  'check-ins': 'Check-ins',
  notes: 'Notes',
  mails: 'Mails',
  consents: 'Consents',
  files: 'Files',
}

export const isKind = (text: unknown): text is Kind =>
  typeof text === 'string' && Object.hasOwn(kindWords, text)
