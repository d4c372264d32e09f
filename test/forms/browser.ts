import type { ItemShown, SectionShown } from '../../server/forms/shown.ts'

/** Numbers from 0 to `below`, without it: fast-check's, so that a failure can be told again. */
export type Pick = (below: number) => number

export type Posted = Record<string, string | string[]>

/** What a browser posts of a section: as it is shown, or as somebody fills it in (`type`). */
export function postOf({ items }: SectionShown, type: (item: ItemShown) => Entered = asShown): Posted {
  const fields: [string, string][] = []
  for (const item of items) post(item, type, fields)
  const posted: Posted = Object.create(null)
  for (const [name, value] of fields) {
    const before = posted[name]
    posted[name] = before === undefined ? value : [before, value].flat()
  }
  return posted
}

/** The values of the fields of a question. */
export type Entered = { values: string[]; other?: string; unit?: string }

function post(item: ItemShown, type: (item: ItemShown) => Entered, fields: [string, string][]): void {
  if (!item.isEnabled) return
  fields.push(['on', item.name])
  if (item.kind === 'question' && !item.isShownOnly) {
    const { values, other, unit } = type(item)
    for (const value of values) fields.push([item.name, value])
    if (item.other) fields.push([item.other.name, other ?? item.other.value])
    if (item.units) fields.push([item.units.name, unit ?? item.units.chosen])
  }
  for (const { items } of item.rows) for (const within of items) post(within, type, fields)
}

export function asShown(item: ItemShown): Entered {
  if (item.control === 'file') return { values: [] }
  if (item.options.length === 0) return { values: item.values }
  const chosen = item.options.filter(({ isChosen }) => isChosen).map(({ key }) => key)
  // A list without a chosen option shows its first.
  const first = item.control === 'select' && chosen.length === 0 ? [item.options[0]?.key ?? ''] : chosen
  return { values: first }
}

const TYPED = [
  '',
  '',
  'oats',
  '3',
  '7',
  '10',
  '-1',
  '1.5',
  '1,5',
  '2001-02-03',
  '02/03/2001',
  '2001',
  '2026-02-30',
]
const MORE = [
  '09:30',
  '9:30 PM',
  '2026-03-03T09:00',
  'https://example.org/x',
  'a',
  '\u0000',
  'x'.repeat(1001),
  '  ',
]

/** Somebody who fills in whatever comes to mind. */
export function typedBy(pick: Pick): (item: ItemShown) => Entered {
  const text = () => [...TYPED, ...MORE][pick(TYPED.length + MORE.length)] as string
  return (item) => {
    if (item.control === 'file' || pick(4) === 0) return asShown(item)
    const other = pick(3) === 0 ? text() : undefined
    if (item.options.length === 0) {
      const values = item.values.map(fitting(item, pick, text))
      const unit = item.units?.options[pick(item.units.options.length)]?.key
      return { values, unit }
    }
    const keys = item.options.map(({ key }) => key)
    if (item.control === 'checks') return { values: keys.filter(() => pick(3) === 0), other }
    return { values: [keys[pick(keys.length)] as string], other }
  }
}

const FIT: Partial<Record<ItemShown['control'], string[]>> = {
  number: ['3', '0', '10', '7.25'],
  slider: ['4', '10'],
  quantity: ['70', '1.5'],
  date: ['2001-02-03', '1950-01-01', '12/31/2025'],
  'date-time': ['2026-03-03T09:00', '2001-02-03'],
  time: ['09:30', '23:59:59'],
  address: ['https://example.org/x'],
  text: ['Oats and rye', 'no'],
  lines: ['One line\r\nand another', 'no'],
}

/** Mostly what the field is for. */
const fitting = (item: ItemShown, pick: Pick, text: () => string) => () => {
  const fit = FIT[item.control]
  return fit && pick(5) > 0 ? (fit[pick(fit.length)] as string) : text()
}

/** Every name of the page, as the fields have them. */
export function namesOn({ items }: SectionShown): string[] {
  const within = (item: ItemShown): string[] => [
    item.name,
    ...item.rows.flatMap((row) => row.items.flatMap(within)),
  ]
  return items.flatMap(within)
}
