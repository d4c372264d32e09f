import { counted, lengthWords, moneyWords, placesWords } from '../words.ts'
import type { Choices, Type, TypeFields, Who } from './store.ts'

export const whoWords: Record<Who, string> = {
  anyone: 'Anyone',
  clients: 'Known clients',
  practice: 'The practice only',
}

export type Editor = { dietitianId: string; isOwner: boolean }

/** Owners change every type; others what they alone offer. */
export const canEdit = (
  { isOwner, dietitianId }: Editor,
  { dietitians }: { dietitians: string[] },
): boolean => isOwner || (dietitians.length === 1 && dietitians[0] === dietitianId)

export const typePath = (id: string): string => `/practice/appointment-types/${id}`

/** The lines of the list; the first and the last of what is offered can't go further. */
export function typeLines(types: Type[], { dietitians }: Choices, editor: Editor) {
  const names = new Map(dietitians.map(({ id, name }) => [id, name]))
  const lines = types.map((type) => ({
    name: type.name,
    href: typePath(type.id),
    length: lengthWords(type.minutes),
    price: moneyWords(type.price, type.currency),
    places: placesWords(type.places),
    who: whoWords[type.who],
    dietitians: type.dietitians.flatMap((id) => names.get(id) ?? []).join(', '),
    canMove: editor.isOwner,
    isArchived: type.isArchived,
  }))
  return {
    offered: lines.filter((line) => !line.isArchived),
    archived: lines.filter((line) => line.isArchived),
  }
}

const hoursOf = (minutes: number): string => String(Math.round((minutes / 60) * 100) / 100)
const priceOf = (cents: number): string =>
  cents % 100 === 0 ? String(cents / 100) : (cents / 100).toFixed(2)

/** What the form of a type holds, as text; what can be several is apart. */
export const typedOf = (type: TypeFields) => ({
  name: type.name,
  slug: type.slug,
  summary: type.summary,
  description: type.description,
  minutes: String(type.minutes),
  bufferBefore: String(type.bufferBefore),
  bufferAfter: String(type.bufferAfter),
  price: priceOf(type.price),
  currency: type.currency,
  who: type.who,
  notice: hoursOf(type.notice),
  windowDays: String(type.windowDays),
  step: String(type.step),
  dailyLimit: type.dailyLimit === null ? '' : String(type.dailyLimit),
  changeDeadline: hoursOf(type.changeDeadline),
})

export const labels: Record<keyof TypeFields, string> = {
  name: 'Name',
  slug: 'Web address',
  summary: 'Summary',
  description: 'Text',
  minutes: 'Length in minutes',
  bufferBefore: 'Minutes kept free before',
  bufferAfter: 'Minutes kept free after',
  price: 'Price',
  currency: 'Currency',
  places: 'Where',
  who: 'Who may book it',
  dietitians: 'Who offers it',
  notice: 'Notice in hours',
  windowDays: 'Days ahead',
  step: 'Minutes between starts',
  dailyLimit: 'Appointments a day',
  changeDeadline: 'Hours before which clients may change or cancel',
  consents: 'Consents',
  forms: 'Forms',
}

/** What somebody else saved meanwhile, where it differs from what was typed here. */
export function differences(saved: TypeFields, mine: TypeFields): { label: string; theirs: string }[] {
  const [theirs, own] = [typedOf(saved), typedOf(mine)]
  const words = (Object.keys(theirs) as (keyof typeof theirs)[])
    .filter((key) => theirs[key] !== own[key])
    .map((key) => ({ label: labels[key], theirs: theirs[key] === '' ? 'nothing' : theirs[key] }))
  const lists = (['places', 'dietitians', 'consents', 'forms'] as const)
    .filter((key) => listed(saved[key]) !== listed(mine[key]))
    .map((key) => ({ label: labels[key], theirs: counted(saved[key].length, 'choice') }))
  return [...words, ...lists]
}

const listed = (values: TypeFields['places' | 'dietitians' | 'forms']): string =>
  JSON.stringify(values.map((value) => JSON.stringify(value)).sort())

/** What was just done, said once on the list. */
const done: Record<string, string> = {
  made: 'The type is made.',
  saved: 'The type is saved.',
  archived: 'The type is archived. What is booked stays.',
  restored: 'The type is offered again.',
  deleted: 'The type is deleted.',
}

export const doneWords = (what: unknown): string =>
  typeof what === 'string' && Object.hasOwn(done, what) ? (done[what] as string) : ''

/** What a new type begins with. */
export const freshType: TypeFields = {
  name: '',
  slug: '',
  summary: '',
  description: '',
  minutes: 60,
  bufferBefore: 0,
  bufferAfter: 10,
  price: 0,
  currency: 'USD',
  places: ['video'],
  who: 'anyone',
  dietitians: [],
  notice: 1440,
  windowDays: 60,
  step: 15,
  dailyLimit: null,
  changeDeadline: 1440,
  consents: [],
  forms: [],
}
