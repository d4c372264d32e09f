import { DAY, type Instant, MINUTE, SECOND } from '../clock.ts'
import { offsetWords } from '../words.ts'
import { zoneNow } from './renamed.ts'
import { dateOfDay } from './zones.ts'

export type Region = { name: string; zones: { name: string; words: string }[] }

/** All zones of the world by region, for a list that works without JavaScript; the choice is added when it is an alias. */
export function zoneRegions(selected: string, now: Instant): Region[] {
  const names = new Set([...Intl.supportedValuesOf('timeZone').map(zoneNow), selected, 'UTC'])
  const regions = new Map<string, Region['zones']>()
  for (const name of [...names].sort()) {
    const [region = name, ...place] = name.split('/')
    const words = `${(place.join(', ') || name).replaceAll('_', ' ')} (${offsetWords(name, now)})`
    const zones = regions.get(place.length > 0 ? region : 'Other') ?? []
    zones.push({ name, words })
    regions.set(place.length > 0 ? region : 'Other', zones)
  }
  return [...regions].map(([name, zones]) => ({ name, zones }))
}

const two = (n: number) => (n < 10 ? `0${n}` : `${n}`)

/** Lists of slots ask for one day after the other: the last date is kept. */
let last = { day: Number.NaN, date: '' }

/** An instant on a zone's clock: "2026-12-01T09:00:00-05:00". @param offset minutes east of UTC */
export function isoIn(instant: Instant, offset: number): string {
  const local = instant + offset * MINUTE
  const day = Math.floor(local / DAY)
  if (day !== last.day) last = { day, date: dateOfDay(day) }
  const second = Math.floor((local - day * DAY) / SECOND)
  const minute = Math.floor(second / 60)
  const time = `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}`
  const minutes = Math.abs(offset)
  return `${last.date}T${time}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
