import type { Knex } from 'knex'
import { wordsPlace } from '../../appointments/changes/store.ts'
import type { Deps } from '../../deps.ts'
import { contentPlace, namePlace } from '../../files/store.ts'
import type { Questionnaire, QuestionnaireResponse } from '../../forms/fhir.ts'
import { findFormVersion } from '../../forms/store.ts'
import { type AddendumDocument, type NoteDocument, readSigned } from '../../notes/canonical.ts'
import { answersPlace } from '../../responses/store.ts'
import { openBytesOrLog, openOrSay } from '../../sealing/reading.ts'
import type { Place } from '../../sealing/seal.ts'
import { openSign } from '../../signs/store.ts'
import { signNamed } from '../../signs/table.ts'
import type {
  AddendumRow,
  Audience,
  FileRow,
  Gathered,
  Known,
  NoteRow,
  Sign,
  SignRow,
} from '../gather/rows.ts'

type Needs = Pick<Deps, 'db' | 'sealer' | 'log'>

/** Whose record, and who reads it. */
export type Whose = { clientId: string; accountId: string; audience: Audience }

/** What is long, read one by one while it is written down; undefined when it can't be read, or is gone meanwhile. */
export type Contents = {
  definition(versionId: string): Promise<Questionnaire | undefined>
  answers(responseId: string): Promise<QuestionnaireResponse | undefined>
  note(note: NoteRow): Promise<Signed<NoteDocument> | undefined>
  addendum(addendum: AddendumRow): Promise<Signed<AddendumDocument> | undefined>
  file(fileId: string): Promise<Buffer | undefined>
}

/** `text`: byte for byte what was signed. */
export type Signed<T> = { document: T; text: string }

type SealedText = { table: 'responses' | 'notes' | 'note_addenda' | 'files'; column: string; row: string }

export function createContents(deps: Needs, { clientId, accountId }: Whose): Contents {
  const findSealed = (place: SealedText) => find(deps.db, place, clientId)

  async function text(place: SealedText): Promise<string | undefined> {
    const sealed = await findSealed(place)
    const opened = sealed && openOrSay(deps, { place, sealed, accountId })
    return opened?.isReadable ? opened.text : undefined
  }

  async function signed<T extends NoteDocument | AddendumDocument>(
    table: 'notes' | 'note_addenda',
    { id, sha256 }: { id: string; sha256: Buffer },
  ): Promise<Signed<T> | undefined> {
    const found = await text({ table, column: 'content_sealed', row: id })
    const document = found === undefined ? undefined : readSigned<T>(found, sha256)
    return found !== undefined && document ? { document, text: found } : undefined
  }

  return {
    definition: async (id) => (await findFormVersion(deps.db, id))?.definition,
    async answers(id) {
      const found = await text(answersPlace(id) as SealedText)
      return found === undefined ? undefined : (JSON.parse(found) as QuestionnaireResponse)
    },
    note: (note) => signed('notes', note),
    addendum: (addendum) => signed('note_addenda', addendum),
    async file(id) {
      const place = contentPlace(id) as SealedText
      const sealed = await findSealed(place)
      return sealed && openBytesOrLog(deps, { place, sealed, accountId })
    },
  }
}

async function find(
  db: Knex,
  { table, column, row: id }: SealedText,
  clientId: string,
): Promise<Buffer | undefined> {
  const row = await db(table)
    .where({ id, client_id: clientId })
    .first<{ sealed: Buffer } | undefined>({ sealed: column })
  return row?.sealed
}

const UNREADABLE_NAME = 'Name can’t be read'

/** Opens what is short. A client is not told what the practice writes for itself alone. */
export function openKnown(deps: Needs, gathered: Gathered, { accountId, audience }: Whose): Known {
  const isForPractice = audience === 'practice'
  const open = (place: Place, sealed: Buffer | null): string | null => {
    if (sealed === null) return ''
    const opened = openOrSay(deps, { place, sealed, accountId })
    return opened.isReadable ? opened.text : null
  }
  const fileOf = ({ nameSealed, ...file }: FileRow) => ({
    ...file,
    name: open(namePlace(file.id), nameSealed) ?? UNREADABLE_NAME,
    path: `files/${file.id}.${file.contentType === 'application/pdf' ? 'pdf' : 'jpg'}`,
  })
  return {
    ...gathered,
    appointments: gathered.appointments.map(({ bringsSealed, ...appointment }) => ({
      ...appointment,
      brings: open({ table: 'appointments', column: 'brings_sealed', row: appointment.id }, bringsSealed),
    })),
    changes: gathered.changes.map(({ reasonSealed, messageSealed, ...change }) => ({
      ...change,
      reason: isForPractice ? open(wordsPlace('reason_sealed', change.id), reasonSealed) : '',
      message: open(wordsPlace('message_sealed', change.id), messageSealed),
    })),
    signs: gathered.signs.flatMap((sign) => openedSign(deps, sign, { accountId, isForPractice })),
    files: gathered.files.map(fileOf),
  }
}

const UNREADABLE_SIGN = 'This sign can’t be read: it was altered or its key is missing.'

type Reader = { accountId: string; isForPractice: boolean }

/** For a client: what they were told themselves when they answered, and nothing of what became of it. */
function openedSign(deps: Needs, row: SignRow, { accountId, isForPractice }: Reader): Sign[] {
  const { sign, word } = openSign(deps, row, accountId)
  const { signSealed: _, wordSealed: __, ...rest } = row
  const known = sign === null ? undefined : signNamed(sign)
  if (!isForPractice) {
    if (!known?.client) return []
    const told = { name: known.client.heading, words: known.client.text, word: '' }
    return [{ ...rest, ...told, acknowledgedAt: null, acknowledgedBy: null }]
  }
  const name = known?.name ?? sign ?? UNREADABLE_SIGN
  return [
    {
      ...rest,
      name,
      words: known?.dietitian ?? '',
      word: word && !word.isReadable ? null : (word?.text ?? ''),
    },
  ]
}
