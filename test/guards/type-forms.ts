import type { Knex } from 'knex'
import { make } from '../support/make.ts'
import type { FormOf, World } from './forms.ts'

const types = '/practice/appointment-types'

/** The only one: nothing is booked with it. */
async function typeIn(db: Knex, { dietitian }: World): Promise<string> {
  await db('appointment_types').where('slug', 'like', 'tried%').del()
  return (await make.type(db, [dietitian.id], { slug: 'tried' })).id
}

/** Asked for by a type; always the same, so that its field has one name. */
const FORM = '00000000-0000-4000-8000-00000000f0f0'

async function formIn(db: Knex): Promise<void> {
  const known = await db('forms').where({ id: FORM }).first('id')
  if (!known) await make.form(db, [{ linkId: 'one', type: 'string', text: 'One' }], { id: FORM })
}

const valid = {
  name: 'Skin check',
  slug: 'tried-one',
  summary: 'A look at your skin.',
  description: 'One.\n\nTwo.',
  minutes: '40',
  bufferBefore: '5',
  bufferAfter: '15',
  price: '95.50',
  currency: 'USD',
  places: 'video',
  who: 'anyone',
  notice: '1.5',
  windowDays: '30',
  step: '20',
  dailyLimit: '3',
  changeDeadline: '48',
}

const encodedValid = (...without: string[]): string[] =>
  Object.entries(valid).flatMap(([name, value]) =>
    without.includes(name) ? [] : [`${name}=${encodeURIComponent(value)}`],
  )

const texts = ['name', 'summary', 'description']
const exact = [
  'slug',
  'currency',
  'minutes',
  'bufferBefore',
  'bufferAfter',
  'price',
  'notice',
  'windowDays',
  'step',
  'dailyLimit',
  'changeDeadline',
]

const pressed = (name: string, noun: string): FormOf => ({
  name,
  fields: { any: '' },
  texts: [],
  isPractice: true,
  path: async (db, world) => `${types}/${await typeIn(db, world)}/${noun}`,
})

/** What can be booked. */
export const typeForms: FormOf[] = [
  {
    name: 'a new type',
    fields: valid,
    texts,
    exact,
    isPractice: true,
    async path(db, world) {
      await typeIn(db, world)
      return { path: types, also: { dietitians: world.dietitian.id } }
    },
  },
  {
    name: 'a type',
    fields: { name: 'Skin', places: 'phone', dietitians: '', consents: '', forms: '', revision: '0' },
    texts: ['name'],
    isPractice: true,
    also: encodedValid('name', 'places'),
    path: async (db, world) => `${types}/${await typeIn(db, world)}`,
  },
  {
    name: 'what a type asks for',
    fields: { forms: FORM, [`again-${FORM}`]: '90' },
    texts: [],
    exact: [`again-${FORM}`],
    isPractice: true,
    also: encodedValid(),
    async path(db, world) {
      await formIn(db)
      return {
        path: `${types}/${await typeIn(db, world)}`,
        also: { dietitians: world.dietitian.id, revision: '0' },
      }
    },
  },
  {
    name: 'the place of a type among the others',
    fields: { go: 'down' },
    texts: [],
    isPractice: true,
    path: async (db, world) => `${types}/${await typeIn(db, world)}/position`,
  },
  pressed('a type that is put away', 'archiving'),
  pressed('a type that is offered again', 'restoring'),
  pressed('a type that is deleted', 'removal'),
]
