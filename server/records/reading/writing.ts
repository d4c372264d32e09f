import { sizeWords } from '../../files/names.ts'
import type { QuestionnaireResponse } from '../../forms/fhir.ts'
import { readOut } from '../../forms/readout.ts'
import type { FileShown } from '../../forms/shown.ts'
import { fileUrl } from '../../responses/attachments.ts'
import type { Contents } from '../contents/store.ts'
import type { Known, NoteRow, ResponseRow } from '../gather/rows.ts'
import { type Made, notePage, recordPage, responsePage } from '../page.ts'

/** Draws a view without a layout. */
export type Render = (view: string, locals: object) => Promise<string>

type Making = Made & { render: Render }

/** The page to read, piece by piece: first what is short, then what was answered, then the notes. */
export async function* pageText(known: Known, contents: Contents, making: Making): AsyncGenerator<string> {
  const { render } = making
  yield await render('records/record', { record: recordPage(known, making) })
  yield* responsesText(known, contents, making)
  for (const [index, note] of known.notes.entries())
    yield await render('records/note', {
      note: await noteOf(note, known, contents, making),
      isFirst: index === 0,
    })
  yield '</main>\n</body>\n</html>\n'
}

async function* responsesText(
  known: Known,
  contents: Contents,
  { render, zone }: Making,
): AsyncGenerator<string> {
  const files = shownFiles(known)
  const titles = new Map(known.versions.map(({ id, title }) => [id, title]))
  for (const [index, row] of known.responses.entries()) {
    const reading = await readingOf(row, contents, files)
    const title = titles.get(row.formVersionId) ?? 'Form'
    yield await render('records/response', {
      response: responsePage(row, title, reading, zone),
      isFirst: index === 0,
    })
  }
}

type Files = ReadonlyMap<string, FileShown>

const shownFiles = ({ files }: Known): Files =>
  new Map(
    files.map(({ id, name, bytes, path }) => [fileUrl(id), { id, name, size: sizeWords(bytes), href: path }]),
  )

async function readingOf({ id, formVersionId }: ResponseRow, contents: Contents, files: Files) {
  const definition = await contents.definition(formVersionId)
  const answers: QuestionnaireResponse | undefined = await contents.answers(id)
  return definition && answers ? readOut(definition, answers, { files }) : undefined
}

async function noteOf(note: NoteRow, { addenda }: Known, contents: Contents, { zone }: Making) {
  const added = []
  for (const row of addenda.filter(({ noteId }) => noteId === note.id))
    added.push({ row, document: (await contents.addendum(row))?.document })
  return notePage(note, (await contents.note(note))?.document, added, zone)
}
