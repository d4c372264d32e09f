import type { Instant } from '../../clock.ts'
import type { ContentType } from '../../files/names.ts'
import type { SignKind } from '../../signs/store.ts'
import type { PlaceName } from '../../words.ts'

/** What a client's record is made of, as the tables have it. What is long and sealed is read later, one by one. */

export type ClientRow = {
  id: string
  name: string
  email: string
  phone: string
  zone: string
  pronouns: string
  bornOn: string | null
  dietitianId: string | null
  createdAt: Instant
  archivedAt: Instant | null
}

export type DietitianRow = { id: string; accountId: string; name: string; credentials: string }

export type AppointmentRow = {
  id: string
  dietitianId: string
  typeName: string
  state: 'booked' | 'kept' | 'no_show' | 'cancelled'
  wasLate: boolean
  startsAt: Instant
  endsAt: Instant
  place: PlaceName
  priceCents: number
  currency: string
  bookedName: string
  bookedPhone: string
  bookedAt: Instant
  bringsSealed: Buffer | null
}

export type ChangeRow = {
  id: number
  appointmentId: string
  at: Instant
  what: string
  byRole: 'client' | 'dietitian' | 'system'
  byAccountId: string | null
  fromStartsAt: Instant | null
  toStartsAt: Instant
  reasonSealed: Buffer | null
  messageSealed: Buffer | null
}

export type VersionRow = { id: string; url: string; version: string; title: string }

export type ResponseRow = {
  id: string
  formVersionId: string
  seriesId: string
  number: number
  amendsId: string | null
  begunAt: Instant
  savedAt: Instant
  /** Null: a draft, for its client alone. */
  sentAt: Instant | null
}

export type ScoreRow = { responseId: string; linkId: string; label: string; value: number; at: Instant }

export type SignRow = {
  id: string
  responseId: string
  kind: SignKind
  signSealed: Buffer
  raisedAt: Instant
  acknowledgedAt: Instant | null
  acknowledgedBy: string | null
  wordSealed: Buffer | null
}

export type FileRow = {
  id: string
  responseId: string
  linkId: string
  contentType: ContentType
  bytes: number
  nameSealed: Buffer
  createdAt: Instant
}

export type SignatureRow = {
  id: string
  title: string
  number: number
  body: string
  sha256: Buffer
  typedName: string
  signedAt: Instant
  /** Of the network, from which it was signed. */
  address: string
}

export type NoteRow = {
  id: string
  authorId: string
  appointmentId: string | null
  signedAt: Instant
  signerName: string
  signerCredentials: string
  sha256: Buffer
  sharedAt: Instant | null
}

export type AddendumRow = Omit<NoteRow, 'appointmentId' | 'sharedAt'> & { noteId: string; number: number }

export type RequestRow = {
  id: string
  formUrl: string
  title: string
  appointmentId: string | null
  planId: string | null
  /** Null: asked by an appointment or a plan. */
  askedBy: string | null
  askedAt: Instant
  dueAt: Instant
  responseId: string | null
  answeredAt: Instant | null
  withdrawnAt: Instant | null
}

export type PlanRow = {
  id: string
  formUrl: string
  title: string
  everyWeeks: number
  nextDueOn: string
  askedBy: string
  askedAt: Instant
  stoppedAt: Instant | null
}

export type MailRow = { key: string; subject: string; sentAt: Instant }

export type PracticeRow = { name: string; address: string; phone: string; email: string; zone: string }

export type Gathered = {
  practice: PracticeRow
  client: ClientRow
  dietitians: DietitianRow[]
  appointments: AppointmentRow[]
  changes: ChangeRow[]
  versions: VersionRow[]
  responses: ResponseRow[]
  scores: ScoreRow[]
  signs: SignRow[]
  files: FileRow[]
  signatures: SignatureRow[]
  notes: NoteRow[]
  addenda: AddendumRow[]
  requests: RequestRow[]
  plans: PlanRow[]
  mails: MailRow[]
}

/** Null: it can't be read. */
type Text = string | null

/** What happened to an appointment; empty: nothing was said. */
export type Change = Omit<ChangeRow, 'reasonSealed' | 'messageSealed'> & { reason: Text; message: Text }

export type Sign = Omit<SignRow, 'signSealed' | 'wordSealed'> & { name: string; words: string; word: Text }

export type FileOf = Omit<FileRow, 'nameSealed'> & {
  name: string
  /** Inside the archive. */
  path: string
}

/** The record without its longest texts; what is short and sealed is opened. */
export type Known = Omit<Gathered, 'appointments' | 'changes' | 'signs' | 'files'> & {
  appointments: (Omit<AppointmentRow, 'bringsSealed'> & { brings: Text })[]
  changes: Change[]
  signs: Sign[]
  files: FileOf[]
}

/** For whom a record is made: the practice has all but drafts; the client has their own drafts, and notes as shared. */
export type Audience = 'practice' | 'client'
