import type { Place } from './answers.ts'
import type { Condition, Part } from './definition.ts'
import type { EnableWhen, Value } from './fhir.ts'
import { fieldName } from './names.ts'
import { isChosen } from './options.ts'
import type { WhenShown } from './shown.ts'

type Shown = WhenShown['conditions'][number]

/**
 * What the browser can decide by the fields of the page, in the values that they post. null: nothing to decide, or
 * only the server can (`fields`: the names of all fields on the page).
 */
export function whenOf(place: Place, fields: ReadonlySet<string>): WhenShown | null {
  const { conditions, item, hasWhenExpression } = place.part
  if (conditions.length === 0 || hasWhenExpression) return null
  const shown = conditions.map((condition) => conditionShown(place, condition, fields))
  return shown.includes(null) ? null : { any: item.enableBehavior === 'any', conditions: shown as Shown[] }
}

function conditionShown(
  { indices }: Place,
  { when, target, shared, isAbove }: Condition,
  fields: ReadonlySet<string>,
) {
  if (!target || isAbove || target.depth !== shared) return null
  const field = fieldName('a', indices.slice(0, shared), target.item.linkId)
  const value = fields.has(field) ? valuePosted(target, when) : undefined
  return value === undefined ? null : { field, operator: when.operator, value }
}

/** What to compare the posted value with; undefined where a browser would need to know more. */
function valuePosted(target: Part, when: EnableWhen): string | number | boolean | undefined {
  if (when.operator === 'exists') return when.answerBoolean ?? true
  const isEquality = when.operator === '=' || when.operator === '!='
  if (target.options.length > 0) return isEquality ? keyOf(target, when) : undefined
  switch (target.item.type) {
    case 'boolean':
      return isEquality && when.answerBoolean !== undefined ? String(when.answerBoolean) : undefined
    case 'integer':
    case 'decimal':
      return when.answerInteger ?? when.answerDecimal
    case 'date':
      return when.answerDate?.length === 'yyyy-mm-dd'.length ? when.answerDate : undefined
    case 'time':
      return /^(\d\d:\d\d)(?::00)?$/.exec(when.answerTime ?? '')?.[1]
    case 'string':
    case 'text':
      return when.answerString
    default:
      return undefined
  }
}

function keyOf({ options }: Part, when: EnableWhen): string | undefined {
  const wanted: Value = {
    valueCoding: when.answerCoding,
    valueInteger: when.answerInteger,
    valueDate: when.answerDate,
    valueTime: when.answerTime,
    valueString: when.answerString,
  }
  const meant = options.filter((option) => isChosen(option, wanted))
  return meant.length === 1 ? meant[0]?.key : undefined
}
