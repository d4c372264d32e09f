import type { Part } from './definition.ts'
import { drawing, ends, itemControl, maxValue, minValue } from './extensions.ts'
import type { Item } from './fhir.ts'
import type { Control } from './shown.ts'

const MOST_RADIOS = 15
const LONGEST_SCALE = 10

const PLAIN_CONTROLS: Partial<Record<Item['type'], Control>> = {
  boolean: 'radio',
  text: 'lines',
  date: 'date',
  dateTime: 'date-time',
  time: 'time',
  url: 'address',
  attachment: 'file',
  quantity: 'quantity',
}

/** Which control asks a question: what the form wishes, as far as it fits the answers. */
export function controlOf(part: Part): Control {
  const { item, options, isRepeated } = part
  if (options.length > 0) return choiceControl(part)
  if (item.type === 'integer' && !isRepeated && scaleOf(item)) return 'scale'
  if (item.type === 'integer' || item.type === 'decimal')
    return itemControl(item) === 'slider' && !isRepeated ? 'slider' : 'number'
  return PLAIN_CONTROLS[item.type] ?? 'text'
}

function choiceControl({ item, options, isRepeated }: Part): Control {
  const drawn = drawing(item)
  if (drawn === 'stool-forms' || drawn === 'body-map') return drawn
  if (isRepeated) return 'checks'
  const wanted = itemControl(item)
  if (wanted === 'drop-down') return 'select'
  return wanted === undefined && options.length > MOST_RADIOS ? 'select' : 'radio'
}

/** The first and the last number of a scale with words at both ends; undefined for any other question. */
export function scaleOf(item: Item): [number, number] | undefined {
  const [low, high] = [minValue(item), maxValue(item)]
  if (!ends(item) || typeof low !== 'number' || typeof high !== 'number') return undefined
  return Number.isInteger(low) && high > low && high - low <= LONGEST_SCALE ? [low, high] : undefined
}
