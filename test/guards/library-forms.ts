import type { Knex } from 'knex'
import { makeDraft } from '../forms/drafts.ts'
import { clear } from '../support/database.ts'
import type { FormOf } from './forms.ts'

const forms = '/practice/forms'

const noForms = (db: Knex) =>
  clear(db, 'form_requests', 'form_plans', 'responses', 'appointment_type_forms', 'form_versions', 'forms')

/** A draft that nobody has changed yet. */
async function draftPath(db: Knex): Promise<string> {
  return `${forms}/${await makeDraft(db)}/draft`
}

const questions = async (db: Knex, kind: string) =>
  `${await draftPath(db)}/sections/skin/questions?kind=${kind}`

const condition = { whenQuestion: 'itch', whenOperator: 'at-least', whenValue: '4' }
const asked = { text: 'How bad?', why: 'To see', go: 'another', revision: '0' }

const definition = JSON.stringify({
  resourceType: 'Questionnaire',
  title: 'A',
  status: 'active',
  item: [{ linkId: 'a', type: 'string', text: 'A' }],
})

/** The forms in which the practice makes forms. What several have is spoiled in one of them. */
export const formForms: FormOf[] = [
  {
    name: 'a new form',
    fields: { title: 'Diary', description: 'How it went', slug: '' },
    texts: ['title', 'description'],
    isPractice: true,
    async path(db) {
      await noForms(db)
      return forms
    },
  },
  {
    name: 'the title of a draft',
    fields: { title: 'Diary', description: 'How it went', revision: '0' },
    texts: ['title', 'description'],
    isPractice: true,
    path: async (db) => `${await draftPath(db)}/heading`,
  },
  {
    name: 'a section of a draft',
    fields: { title: 'Skin', intro: 'Read this', revision: '0' },
    texts: ['title', 'intro'],
    isPractice: true,
    path: async (db) => `${await draftPath(db)}/sections/skin`,
  },
  {
    name: 'a scale of a draft',
    fields: { ...asked, low: 'None', high: 'Worst', ...condition },
    texts: ['text', 'low', 'high', 'why'],
    exact: ['whenValue'],
    isPractice: true,
    path: (db) => questions(db, 'scale'),
  },
  {
    name: 'a choice of a draft',
    fields: { options: 'Heat | 1\nCold | 2', none: 'None' },
    texts: ['options', 'none'],
    also: ['text=Which%3F', 'revision=0'],
    isPractice: true,
    path: (db) => questions(db, 'several-of'),
  },
  {
    name: 'a number of a draft',
    fields: { text: 'How many?', least: '1', most: '9', whole: 'yes', revision: '0' },
    texts: ['text'],
    exact: ['least', 'most'],
    isPractice: true,
    path: (db) => questions(db, 'number'),
  },
  {
    name: 'a score of a draft',
    fields: { name: 'Score', counts: 'itch', by: 'sum', least: '1', shown: 'yes', revision: '0' },
    texts: ['name'],
    exact: ['least'],
    isPractice: true,
    path: async (db) => `${await draftPath(db)}/scores`,
  },
  {
    name: 'the order of a draft',
    fields: { up: '', down: 'itch' },
    texts: [],
    also: ['revision=0'],
    isPractice: true,
    path: async (db) => `${await draftPath(db)}/order`,
  },
  {
    name: 'a removal from a draft',
    fields: { item: 'when' },
    texts: [],
    also: ['revision=0'],
    isPractice: true,
    path: async (db) => `${await draftPath(db)}/removal`,
  },
  {
    name: 'the version of a form',
    fields: { revision: '0' },
    texts: [],
    isPractice: true,
    path: async (db) => (await draftPath(db)).replace('/draft', '/versions'),
  },
  {
    name: 'who is asked for a form',
    fields: { types: '', again: '30' },
    texts: [],
    isPractice: true,
    path: async (db) => (await draftPath(db)).replace('/draft', '/asked'),
  },
  {
    name: 'an imported form',
    fields: { definition, ground: 'own', rights: 'Mine', slug: 'diary' },
    texts: [],
    isPractice: true,
    async path(db) {
      await noForms(db)
      return `${forms}/imported`
    },
  },
]
