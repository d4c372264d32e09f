import { chartPath, dateOf } from '../chart/links.ts'
import { counted, whenShort } from '../words.ts'
import type { Found } from './store.ts'

export const erasurePath = (clientId: string): string => `${chartPath(clientId)}/erasure`

const listed = (counts: [count: number, one: string, many?: string][]): string[] =>
  counts.filter(([count]) => count > 0).map(([count, one, many]) => counted(count, one, many))

/** "March 3, 2033", of a day */
const dayWords = (day: string): string => {
  const [month, rest] = [
    new Intl.DateTimeFormat('en-US', { month: 'long', timeZone: 'UTC' }).format(Date.parse(day)),
    day.split('-'),
  ]
  return `${month} ${Number(rest[2])}, ${rest[0]}`
}

/** What stays and until when, what goes, and whether it can be done now. */
export function erasurePage({ client, kept, going, coming }: Found, zone: string) {
  return {
    path: erasurePath(client.id),
    details: `${chartPath(client.id)}/details`,
    name: client.name,
    erased: client.erasedAt === null ? '' : dateOf(client.erasedAt, zone),
    years: counted(client.years, 'year'),
    kept: listed([
      [kept.notes.length, 'signed note'],
      [kept.addenda, 'signed addendum', 'signed addenda'],
      [kept.signatures.length, 'signed consent'],
    ]),
    until: kept.until === null ? '' : dayWords(kept.until),
    going: listed([
      [going.appointments, 'appointment', 'appointments, with all that happened to them'],
      [going.responses, 'form that was sent or begun', 'forms that were sent or begun'],
      [going.files, 'file'],
      [going.signs, 'warning sign'],
      [going.notes, 'note', 'notes'],
      [going.signatures, 'signed consent'],
      [going.requests, 'form that was asked for', 'forms that were asked for'],
      [going.messages, 'message to the practice', 'messages to the practice'],
    ]),
    isLeft: isLeft({ client, kept, going, coming }),
    coming: coming === null ? '' : whenShort(coming, zone),
  }
}

/** Whether there is something to delete: of somebody who was deleted before, only what the law kept until now. */
export const isLeft = ({ client, kept, going }: Found): boolean =>
  client.erasedAt === null || kept.until === null || Object.values(going).some((count) => count > 0)

const plain = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase()

/** However it is spaced, and in large letters or small. */
export const isSameName = (typed: string, name: string): boolean => plain(typed) === plain(name)
