import type { Instant } from '../clock.ts'
import { offsetWords } from '../words.ts'
import { zoneNow } from './renamed.ts'

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

/** An instant on a zone's clock: "2026-12-01T09:00:00-05:00". @param offset minutes east of UTC */
export function isoIn(instant: Instant, offset: number): string {
  const local = new Date(instant + offset * 60_000).toISOString().slice(0, 19)
  const minutes = Math.abs(offset)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
