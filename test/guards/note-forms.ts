import type { Knex } from 'knex'
import { emptyContent } from '../../server/notes/content.ts'
import { makeAddendum, makeDraftNote, makeNote, makePiece, whole } from '../notes/written.ts'
import { make } from '../support/make.ts'
import { PASSWORD } from '../support/people.ts'
import type { FormOf } from './forms.ts'

type World = Awaited<ReturnType<typeof make.world>>

const notes = '/practice/notes'
const saving = { base: '0', page: '0f0f0f0f-0f0f-4f0f-8f0f-0f0f0f0f0f0f', turn: '1' }

/** A client of whom nothing is written. */
async function ofClient(db: Knex, { dietitian }: World) {
  return { clientId: (await make.client(db)).id, accountId: dietitian.account_id }
}

async function begunAddendum(db: Knex, world: World): Promise<string> {
  const of = await ofClient(db, world)
  const noteId = await makeNote(db, of)
  await makeAddendum(db, { noteId, ...of })
  return `${notes}/${noteId}/addenda`
}

/** What is deleted, as it was seen. */
const removal = (name: string, path: FormOf['path']): FormOf => ({
  name,
  fields: { base: '0' },
  texts: [],
  isPractice: true,
  path,
})

export const noteForms: FormOf[] = [
  {
    name: 'the beginning of a note',
    fields: { from: 'last', appointment: '' },
    texts: [],
    isPractice: true,
    path: async (db, world) => `/practice/clients/${(await ofClient(db, world)).clientId}/notes`,
  },
  {
    name: 'a note',
    fields: {
      assessment: 'Bloated',
      shown3: '9 g a day',
      none: 'yes',
      appointment: '',
      go: 'save',
      ...saving,
    },
    texts: ['assessment', 'shown3'],
    isPractice: true,
    path: async (db, world) => `${notes}/${await makeDraftNote(db, await ofClient(db, world))}`,
  },
  {
    name: 'an addendum',
    fields: { reason: 'A slip', text: 'It was 19 g.', go: 'save', ...saving },
    texts: ['reason', 'text'],
    isPractice: true,
    path: async (db, world) => `${notes}/${await makeNote(db, await ofClient(db, world))}/addenda`,
  },
  {
    name: 'a template of a note',
    fields: { name: 'First visit', monitoring: 'Fiber in grams.', none: 'yes' },
    texts: ['name', 'monitoring'],
    isPractice: true,
    path: () => `${notes}/templates`,
  },
  {
    name: 'a snippet, changed',
    fields: { name: 'Fiber', text: 'Five grams.', base: '0' },
    texts: ['name', 'text'],
    isPractice: true,
    path: async (db) => `${notes}/snippets/${await makePiece(db, 'note_snippets', 'Five grams.')}`,
  },
  {
    name: 'a new snippet',
    fields: { name: 'Fiber', text: 'Five grams.' },
    texts: ['name', 'text'],
    isPractice: true,
    path: () => `${notes}/snippets`,
  },
  {
    name: 'a template, changed',
    fields: { name: 'First visit', assessment: 'Bloated', base: '0' },
    texts: ['name', 'assessment'],
    isPractice: true,
    path: async (db) =>
      `${notes}/templates/${await makePiece(db, 'note_templates', JSON.stringify(emptyContent))}`,
  },
  removal('a template that is deleted', async (db) => {
    const id = await makePiece(db, 'note_templates', JSON.stringify(emptyContent))
    return `${notes}/templates/${id}/removal`
  }),
  removal('a snippet that is deleted', async (db) => {
    const id = await makePiece(db, 'note_snippets', 'Five grams.')
    return `${notes}/snippets/${id}/removal`
  }),
  removal('a draft that is discarded', async (db, world) => {
    const id = await makeDraftNote(db, await ofClient(db, world))
    return `${notes}/${id}/discarding`
  }),
  removal('an addendum that is discarded', async (db, world) => {
    return `${await begunAddendum(db, world)}/discarding`
  }),
  {
    name: 'signing a note',
    fields: { password: PASSWORD, code: '', base: '0' },
    texts: [],
    isPractice: true,
    isCounted: true,
    async path(db, world) {
      const id = await makeDraftNote(db, await ofClient(db, world), { content: whole })
      return `${notes}/${id}/signature`
    },
  },
  {
    name: 'signing an addendum',
    fields: { password: PASSWORD, code: '', base: '0' },
    texts: [],
    isPractice: true,
    isCounted: true,
    path: async (db, world) => `${await begunAddendum(db, world)}/signature`,
  },
  ...(['sharing', 'unsharing'] as const).map(
    (noun): FormOf => ({
      name: `the ${noun} of a note`,
      fields: { any: '' },
      texts: [],
      isPractice: true,
      path: async (db, world) => `${notes}/${await makeNote(db, await ofClient(db, world))}/${noun}`,
    }),
  ),
]
