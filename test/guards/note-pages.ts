import { emptyContent } from '../../server/notes/content.ts'
import { makeDraftNote, makeNote, makePiece, typed, whole } from '../notes/written.ts'
import { make } from '../support/make.ts'
import type { Page } from '../support/page.ts'
import { signedIn } from '../support/people.ts'
import { at, type Scene, type Shown } from './scene.ts'

const notes = '/practice/notes'
const nasty = { ...whole, assessment: 'A <b> & "C"\n\nD', problems: [...whole.problems, ...whole.problems] }

const of = ({ client, dietitian }: Scene) => ({ clientId: client.id, accountId: dietitian.account_id })
const listOf = ({ client }: Scene) => `/practice/clients/${client.id}/notes`

/** A draft beside a last note and a snippet. */
async function draft(scene: Scene) {
  await makeNote(scene.db, of(scene), { content: nasty })
  await makePiece(scene.db, 'note_snippets', 'Add <5> g & more.', 'Fiber "A" & <b>')
  const { id } = await make.client(scene.db, { name: 'A <b> "D"' })
  return `${notes}/${await makeDraftNote(scene.db, { ...of(scene), clientId: id }, { content: nasty })}`
}

const signed = async (scene: Scene) =>
  `${notes}/${await makeNote(scene.db, of(scene), { content: nasty, isShared: true })}`

/** The page of an addendum that is begun, after one that is signed. */
async function addendum(scene: Scene): Promise<Page> {
  const editor = await scene.desk.open(`${await signed(scene)}/addenda`)
  return editor.button('Save the draft', { reason: 'A <slip> & "more"', text: 'It was <19> g.' })
}

const desk = (name: string, view: string, open: Shown['open'], status = 200): Shown => ({
  name,
  view,
  kind: 'desk',
  status,
  open,
})

/** Notes: writing, looking over, signing, reading, paper, and what they are made of. */
export const notePages: Shown[] = [
  desk('the notes of a client, none yet', 'notes/list', async (scene) => {
    const { id } = await make.client(scene.db)
    return scene.desk.open(`/practice/clients/${id}/notes`)
  }),
  desk('the notes of a client', 'notes/list', async (scene) => {
    await signed(scene)
    await makePiece(scene.db, 'note_templates', JSON.stringify(emptyContent), 'First "visit" & <b>')
    return scene.desk.open(listOf(scene))
  }),
  desk(
    'the notes of a client, refused',
    'notes/list',
    (scene) => scene.desk.post(listOf(scene), { from: 'x', appointment: 'x' }),
    422,
  ),
  desk('what is not signed', 'notes/drafts', async (scene) => {
    await draft(scene)
    return scene.desk.open(notes)
  }),
  desk('nothing that is not signed', 'notes/drafts', async ({ db, app }) =>
    (await signedIn(app, await make.dietitian(db))).open(notes),
  ),
  desk('a draft of a note', 'notes/editor', async (scene) => scene.desk.open(await draft(scene))),
  desk('a draft beside the intake', 'notes/editor', async (scene) => {
    await makeNote(scene.db, of(scene), { content: nasty })
    return scene.desk.open(`${notes}/${await makeDraftNote(scene.db, of(scene))}`)
  }),
  desk(
    'a draft of a note, refused',
    'notes/editor',
    async (scene) =>
      scene.desk.post(await draft(scene), { base: '0', assessment: 'x'.repeat(20_001), shown2: '\0' }),
    422,
  ),
  desk(
    'a draft that was changed elsewhere',
    'notes/editor',
    async (scene) => scene.desk.post(await draft(scene), { ...typed, base: '7', assessment: '<b>"' }),
    409,
  ),
  desk(
    'a draft that was signed meanwhile',
    'notes/late',
    async (scene) => scene.desk.post(await signed(scene), { ...typed, base: '0', assessment: '<b>"' }),
    409,
  ),
  desk(
    'a draft that was discarded meanwhile',
    'notes/gone',
    (scene) =>
      scene.desk.post(`${notes}/${crypto.randomUUID()}`, { ...typed, base: '0', assessment: '<b>"' }),
    404,
  ),
  desk('a note to sign', 'notes/sign', async (scene) => scene.desk.open(`${await draft(scene)}/signature`)),
  desk('an empty note to sign', 'notes/sign', async (scene) => {
    const { id } = await make.client(scene.db)
    return scene.desk.open(
      `${notes}/${await makeDraftNote(scene.db, { ...of(scene), clientId: id })}/signature`,
    )
  }),
  desk(
    'a note to sign, refused',
    'notes/sign',
    async (scene) => scene.desk.post(`${await draft(scene)}/signature`, { base: '0', password: 'x' }),
    422,
  ),
  desk('a signed note', 'notes/note', async (scene) => scene.desk.open(await signed(scene))),
  desk('a signed note on paper', 'notes/print', async (scene) =>
    scene.desk.open(`${await signed(scene)}/print`),
  ),
  desk('an addendum', 'notes/addendum', addendum),
  desk(
    'an addendum, refused',
    'notes/addendum',
    async (scene) => scene.desk.post(`${await signed(scene)}/addenda`, { reason: 'x'.repeat(301) }),
    422,
  ),
  desk(
    'an addendum that was changed elsewhere',
    'notes/addendum',
    async (scene) => scene.desk.post((await addendum(scene)).path, { reason: '<b>', text: '"', base: '9' }),
    409,
  ),
  desk('an addendum to sign', 'notes/sign', async (scene) =>
    scene.desk.open(`${(await addendum(scene)).path}/signature`),
  ),
  desk('a signed note with an addendum that somebody else writes', 'notes/note', async (scene) => {
    const { path } = await addendum(scene)
    const colleague = await signedIn(scene.app, await make.dietitian(scene.db))
    return colleague.open(path.replace('/addenda', ''))
  }),
  desk(
    'an addendum that somebody else writes',
    'notes/busy',
    async (scene) => {
      const { path } = await addendum(scene)
      const colleague = await signedIn(scene.app, await make.dietitian(scene.db))
      return colleague.post(path, { reason: 'One', text: 'Two <b>', base: '0' })
    },
    409,
  ),
  at('templates and snippets', 'notes/templates/list', `${notes}/templates`, 'desk'),
  at('a new template', 'notes/templates/template', `${notes}/templates/new`, 'desk'),
  at('a new snippet', 'notes/templates/snippet', `${notes}/snippets/new`, 'desk'),
  desk('a template', 'notes/templates/template', async ({ db, desk }) => {
    const id = await makePiece(db, 'note_templates', JSON.stringify(nasty), 'First "visit" & <b>')
    return desk.open(`${notes}/templates/${id}`)
  }),
  desk(
    'a snippet, refused',
    'notes/templates/snippet',
    ({ desk }) => desk.post(`${notes}/snippets`, { name: '', text: '<b>"' }),
    422,
  ),
  desk(
    'a template that was changed elsewhere',
    'notes/templates/template',
    async ({ db, desk }) => {
      const id = await makePiece(db, 'note_templates', JSON.stringify(nasty))
      return desk.post(`${notes}/templates/${id}`, { name: 'Mine', base: '7' })
    },
    409,
  ),
  {
    name: 'what was shared with a client, nothing yet',
    view: 'notes/shared-list',
    kind: 'my',
    open: ({ newcomer }) => newcomer.open('/my/notes'),
  },
  {
    name: 'what was shared with a client',
    view: 'notes/shared-list',
    kind: 'my',
    async open(scene) {
      await signed(scene)
      return scene.my.open('/my/notes')
    },
  },
  {
    name: 'a shared note',
    view: 'notes/shared',
    kind: 'my',
    open: async (scene) => scene.my.open(`/my/notes/${(await signed(scene)).split('/').at(-1)}`),
  },
]
