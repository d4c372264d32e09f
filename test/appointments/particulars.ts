import type { Particulars } from '../../server/appointments/particulars.ts'

export const INDIANAPOLIS = 'America/Indiana/Indianapolis'
const LINK = `https://flora.example/appointments/${'a'.repeat(43)}`

/** Tuesday, December 1, 2026, 9:00 AM in Indianapolis, by video; a test writes only what it is about. */
export function particulars(own: Partial<Particulars> = {}): Particulars {
  const startsAt = own.startsAt ?? Date.parse('2026-12-01T14:00:00Z')
  return {
    id: '5f4e1a52-5a94-4dbd-8a0f-3f9f0f2a7e11',
    uid: '5f4e1a52-5a94-4dbd-8a0f-3f9f0f2a7e11@flora.example',
    sequence: 0,
    startsAt,
    endsAt: startsAt + 60 * 60_000,
    place: 'video',
    zone: INDIANAPOLIS,
    priceCents: 14500,
    currency: 'USD',
    changeDeadlineMinutes: 1440,
    bookedName: 'Ana Example',
    bookedPhone: '',
    typeName: 'Initial consultation',
    client: { name: 'Ana Example', email: 'ana@client.example' },
    dietitian: { name: 'Dana Reed', email: 'dana@practice.example', zone: INDIANAPOLIS },
    practice: {
      name: 'Blue Tree Nutrition',
      zone: INDIANAPOLIS,
      email: 'hello@practice.example',
      phone: '317 555 0100',
      address: '12 Sample Street\nIndianapolis, IN 46204',
    },
    link: LINK,
    practiceLink: 'https://flora.example/practice/appointments/5f4e1a52',
    bookLink: 'https://flora.example/book',
    ...own,
  }
}

/** What somebody reads of a mail's HTML. */
export function readable(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => entities[name] ?? '')
    .replace(/\s+/g, ' ')
}
