import type { Place } from './answers.ts'
import { NONE } from './choosing.ts'
import type { Part } from './definition.ts'
import {
  choiceOrientation,
  ends,
  entryFormat,
  itemControl,
  maxDecimalPlaces,
  maxValue,
  mimeTypes,
  minValue,
  sliderStepValue,
  unit,
} from './extensions.ts'
import type { Typed } from './filling.ts'
import { siblingName } from './names.ts'
import { chosenKeys, optionsShown, otherShown } from './offering.ts'
import { once } from './once.ts'
import { rowCount } from './rows.ts'
import type { Control, FileShown, ItemShown } from './shown.ts'
import { fieldText, mostLetters, unitShown, unitsOf } from './values.ts'
import { hasValue, sizeWords, valueWords } from './wording.ts'

/** What is on the page besides the definition. */
export type Kept = { typed: Typed; files: ReadonlyMap<string, FileShown> }

export type FieldShown = Pick<
  ItemShown,
  | 'control'
  | 'values'
  | 'options'
  | 'other'
  | 'units'
  | 'unit'
  | 'hint'
  | 'min'
  | 'max'
  | 'step'
  | 'maxLength'
> &
  Pick<ItemShown, 'ends' | 'files' | 'accept' | 'isHorizontal' | 'answer'>

export const noField: FieldShown = {
  control: 'shown',
  values: [''],
  options: [],
  other: null,
  units: null,
  unit: '',
  hint: '',
  min: '',
  max: '',
  step: '',
  maxLength: null,
  ends: null,
  files: [],
  accept: '',
  isHorizontal: false,
  answer: '',
}

const ACCEPTED = 'image/jpeg,image/png,image/webp,application/pdf'

/** The control of a question with all that it shows. */
export function fieldOf(place: Place, kept: Kept): FieldShown {
  const { part } = place
  if (!part.isAsked) return { ...noField, answer: wordsOf(place), files: filesOf(place, kept.files) }
  const values = valuesOf(place, kept)
  return {
    ...alwaysOf(part),
    ...unitsShown(place, kept),
    ...entryShown(part, values),
    values,
    options: optionsShown(place, values),
    other: otherShown(place, kept),
    files: filesOf(place, kept.files),
  }
}

/** What is the same whatever was answered. */
const alwaysOf = once(
  (part: Part): FieldShown => ({
    ...noField,
    ...numbersOf(part),
    maxLength: ['text', 'lines', 'address'].includes(part.control) ? mostLetters(part) : null,
    ends: ends(part.item) ?? null,
    accept: part.control === 'file' ? mimeTypes(part.item).join(',') || ACCEPTED : '',
    isHorizontal: choiceOrientation(part.item) === 'horizontal',
  }),
)

export const wordsOf = ({ part, answers }: Place): string =>
  answers
    .filter(hasValue)
    .map((value) => valueWords(value, unitWords(part)))
    .join(', ')

/** What was typed, or what is kept as the field shows it; of a choice the keys. */
function valuesOf(place: Place, { typed }: Kept): string[] {
  const { part, answers, name } = place
  const texts = typed.get(name)
  if (part.options.length > 0) return texts ?? chosenKeys(place)
  if (part.item.type === 'boolean') return texts ?? [answers[0]?.valueBoolean?.toString() ?? NONE]
  const values = texts ?? answers.map(fieldText)
  const missing = Math.max(0, rowCount(place) - values.length)
  return [...values, ...Array.from({ length: missing }, () => '')]
}

export function filesOf({ answers }: Place, files: Kept['files']): FileShown[] {
  return answers.flatMap(({ valueAttachment }) => {
    if (!valueAttachment) return []
    const { url = '', title = 'File', size } = valueAttachment
    return (
      files.get(url) ?? { id: '', name: title, size: size === undefined ? '' : sizeWords(size), href: '' }
    )
  })
}

const PICKED: Control[] = ['date', 'date-time', 'time']

/** Beside a field of the browser's own, which shows its own format, a format says what is not so. */
function entryShown(part: Part, values: string[]): Pick<FieldShown, 'control' | 'hint'> {
  const [control, format] = [controlShown(part, values), entryFormat(part.item) ?? '']
  const isOther = PICKED.includes(control) && /^[ymdhsa\W]+$/i.test(format)
  return { control, hint: isOther ? '' : format }
}

/** A month or a year alone does not fit into a date field. */
function controlShown({ control, item }: Part, values: string[]): Control {
  if (control !== 'date' && control !== 'date-time') return control
  const whole = control === 'date' ? /^(\d{4}-\d\d-\d\d)?$/ : /^(\d{4}-\d\d-\d\dT\d\d:\d\d.*)?$/
  const isPartial = /[ymd]/i.test(entryFormat(item) ?? '') && !/d/i.test(entryFormat(item) ?? '')
  return isPartial || !values.every((value) => whole.test(value)) ? 'text' : control
}

function numbersOf({ item, control }: Part): Pick<FieldShown, 'min' | 'max' | 'step'> {
  if (!['number', 'slider', 'scale', 'quantity', 'date', 'date-time', 'time'].includes(control))
    return { min: '', max: '', step: '' }
  const [low, high] = [minValue(item) ?? '', maxValue(item) ?? '']
  const isSlider = control === 'slider'
  const [min, max] = isSlider ? [low === '' ? 0 : low, high === '' ? 100 : high] : [low, high]
  return { min: String(min), max: String(max), step: stepOf({ item, control }) }
}

function stepOf({ item, control }: Pick<Part, 'item' | 'control'>): string {
  if (['date', 'date-time', 'time'].includes(control)) return ''
  const step = control === 'slider' ? sliderStepValue(item) : undefined
  if (step !== undefined) return String(step)
  if (item.type === 'integer') return '1'
  const places = maxDecimalPlaces(item)
  // Whatever the form says: toFixed knows no more, and a number as people write it has no more.
  const shown = Math.min(Math.max(Math.trunc(places ?? 0), 0), 20)
  return places === undefined ? 'any' : (10 ** -shown).toFixed(shown)
}

/** Words behind the field: of its one unit, or of a display item that says it. */
export const unitWords = once((part: Part): string => {
  const said = part.parts.find(({ item }) => item.type === 'display' && itemControl(item) === 'unit')
  const one = unit(part.item)
  return said?.label ?? one?.display ?? one?.code ?? ''
})

function unitsShown(place: Place, { typed }: Kept): Pick<FieldShown, 'units' | 'unit'> {
  const { part } = place
  const all = part.item.type === 'quantity' ? unitsOf(part) : []
  if (all.length <= 1) return { units: null, unit: all[0]?.label ?? unitWords(part) }
  const name = siblingName('unit', place)
  const chosen = typed.get(name)?.[0] ?? unitShown(place)?.key ?? ''
  return { units: { name, chosen, options: all.map(({ key, label }) => ({ key, label })) }, unit: '' }
}
