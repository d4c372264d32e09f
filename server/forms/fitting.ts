import { MOST_ROWS } from './definition.ts'
import { maxOccurs, maxValue, minLength, minOccurs, minValue } from './extensions.ts'
import type { Item, ItemType, Questionnaire } from './fhir.ts'
import { everyItem } from './invariants.ts'
import { optionsOf } from './options.ts'
import { itemWords, type Remark, shortened } from './remarks.ts'
import { itemTypes } from './structure.ts'

const CHOSEN = ['valueCoding', 'valueString', 'valueInteger', 'valueDate', 'valueTime']

/** Which values an item of a type can have. */
const VALUES: Partial<Record<ItemType, string[]>> = {
  boolean: ['valueBoolean'],
  decimal: ['valueDecimal', 'valueInteger'],
  integer: ['valueInteger'],
  date: ['valueDate'],
  dateTime: ['valueDateTime', 'valueDate'],
  time: ['valueTime'],
  string: ['valueString'],
  text: ['valueString'],
  url: ['valueUri'],
  choice: CHOSEN,
  'open-choice': CHOSEN,
  attachment: ['valueAttachment'],
  quantity: ['valueQuantity'],
}
/** The other types of R4 that may have options have no option of their type. */
const OPTIONS: Partial<Record<ItemType, string[]>> = {
  integer: ['valueInteger'],
  date: ['valueDate'],
  time: ['valueTime'],
  string: ['valueString'],
  choice: [...CHOSEN, 'valueReference'],
  'open-choice': [...CHOSEN, 'valueReference'],
}

/** Types, values and bounds that don't fit together, so that nobody could answer as it is asked. */
export const misfits = (questionnaire: Questionnaire): Remark[] =>
  everyItem(questionnaire.item).flatMap((item) => {
    const where = itemWords(item.linkId)
    const type = wrongType(item.type)
    if (type) return [{ where, message: type }]
    const messages = [...contradictions(item), ...neverAnswered(item, questionnaire)]
    return [...wrongValues(item), ...messages.map((message) => ({ where, message }))]
  })

function wrongType(type: string): string | undefined {
  if ((itemTypes as readonly string[]).includes(type)) return undefined
  if (type === 'coding' || type === 'question')
    return `Its type “${type}” is not of FHIR R4, which Flora reads: there it is choice or open-choice.`
  return `Its type “${shortened(type)}” is none of FHIR R4.`
}

const valuesOf = (of: object): string[] => Object.keys(of).filter((key) => /^value[A-Z]/.test(key))

function wrongValues(item: Item): Remark[] {
  const initial = (item.initial ?? []).map((value) => [value, 'initial value', VALUES[item.type]] as const)
  const options = (item.answerOption ?? []).map(
    (value) => [value, 'answer option', OPTIONS[item.type]] as const,
  )
  return [initial, options].flatMap((list) =>
    list.flatMap(([value, name, allowed = []], index) => {
      const message = wrongValue(valuesOf(value), allowed, item.type)
      return message ? [{ where: `${itemWords(item.linkId)}, ${name} ${index + 1}`, message }] : []
    }),
  )
}

function wrongValue([value, ...others]: string[], allowed: string[], type: string): string | undefined {
  if (value === undefined || others.length > 0) return 'It must have one value.'
  return allowed.includes(value) ? undefined : `Its ${value} is no answer to an item of type ${type}.`
}

const isAbove = (low?: number | string, high?: number | string): boolean =>
  low !== undefined && high !== undefined && typeof low === typeof high && low > high

function contradictions(item: Item): string[] {
  const [least, most] = [minOccurs(item) ?? 0, maxOccurs(item)]
  const messages = [
    isAbove(minValue(item), maxValue(item)) && 'Its minValue is above its maxValue.',
    isAbove(minLength(item), item.maxLength) && 'Its minLength is above its maxLength.',
    isAbove(least, most) && 'Its minOccurs is above its maxOccurs.',
    least > MOST_ROWS && `Its minOccurs asks for more than ${MOST_ROWS} answers, the most there can be.`,
  ]
  return messages.filter((message) => message !== false)
}

function neverAnswered(item: Item, questionnaire: Questionnaire): string[] {
  if (!item.required) return []
  if ((item.type as string) === 'reference')
    return ['It must be answered, and Flora can’t ask for a reference.']
  const hasOptions = item.type !== 'choice' || optionsOf(item, questionnaire).length > 0
  return hasOptions ? [] : ['It must be answered, and it has no options that Flora knows.']
}
