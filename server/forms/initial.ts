import { type Answers, addPlaces, answersOf, type Place } from './answers.ts'
import type { Part } from './definition.ts'
import type { Questionnaire, QuestionnaireResponse, Value } from './fhir.ts'
import { isChosen } from './options.ts'
import { withItems } from './settling.ts'
import { hasValue, valueKeys } from './wording.ts'

/** A draft with the values that the definition begins with. `versionUrl`: canonical|version. */
export function beginResponse(
  questionnaire: Questionnaire,
  { versionUrl }: { versionUrl: string },
): QuestionnaireResponse {
  const draft: QuestionnaireResponse = {
    resourceType: 'QuestionnaireResponse',
    questionnaire: versionUrl,
    status: 'in-progress',
  }
  const answers = answersOf(questionnaire, draft)
  beginPlaces(answers.places, answers)
  return withItems(draft, answers)
}

/** Puts initial values into places that are new; of a repeated group into the rows there are. */
export function beginPlaces(places: Place[], answers: Answers): void {
  for (const place of places) {
    place.answers = initialValues(place.part)
    while (place.part.hasRows && place.rows.length < place.answers.length) addPlaces(place, answers)
    for (const row of place.rows) beginPlaces(row, answers)
  }
}

function initialValues(part: Part): Value[] {
  const { item, options, isQuestion, isCalculated, most } = part
  if (!isQuestion || isCalculated) return []
  const given = (item.initial ?? []).flatMap((value) => fitting(part, value) ?? [])
  const chosen = options.filter(({ isInitial }) => isInitial).map(({ answer }) => answer)
  const values = given.length > 0 ? given : chosen
  if (!part.isRepeated) return values.slice(0, 1)
  return options.length > 0 ? asOffered(part, values) : values.slice(0, most)
}

/** Each once, in the order of the options; own words after them. */
function asOffered({ options }: Part, values: Value[]): Value[] {
  const offered = options.map(({ answer }) => answer)
  const own = values.filter((value) => !offered.includes(value))
  const once = own.filter(
    (value, index) => own.findIndex(({ valueString }) => valueString === value.valueString) === index,
  )
  return [...offered.filter((answer) => values.includes(answer)), ...once]
}

/** What an item of this type may be answered with; undefined for anything else. An option is kept as it is offered. */
function fitting({ item, options }: Part, value: Value): Value | undefined {
  const option = options.find((one) => isChosen(one, value))
  if (option) return option.answer
  const { valueString, valueInteger } = value
  if (item.type === 'open-choice') return valueString === undefined ? undefined : { valueString }
  if (options.length > 0 || item.type === 'group' || item.type === 'display') return undefined
  if (item.type === 'decimal' && valueInteger !== undefined) return { valueDecimal: valueInteger }
  const key = valueKeys[item.type]
  const fit: Value = { [key]: value[key] }
  return hasValue(fit) ? fit : undefined
}
