import { MOST_ROWS } from './definition.ts'
import { isVariableName } from './expressions/pass.ts'
import { extensionRemarks } from './extended.ts'
import {
  calculatedExpression,
  type ExtensionName,
  enableWhenExpression,
  extensionsOf,
  FHIRPATH,
  isHidden,
  itemControlCodes,
  itemControls,
  maxOccurs,
  maxSize,
  mimeTypes,
} from './extensions.ts'
import type { Extension, Item, Questionnaire, ValueSet } from './fhir.ts'
import { everyItem } from './invariants.ts'
import { optionsOf } from './options.ts'
import { controlled } from './places.ts'
import { itemWords, type Remark, shortened, THE_FORM } from './remarks.ts'
import { MOST_TEXT } from './values.ts'

/** In bytes, as responses/forms.ts has it. */
const MOST_FILE = 10_000_000

/** Everything of a form that Flora does not do as it asks. */
export function unsupportedIn(questionnaire: Questionnaire): Remark[] {
  const remarks = [
    ...ofTheForm(questionnaire),
    ...everyItem(questionnaire.item).flatMap((item) => ofItem(item, questionnaire)),
    ...extensionRemarks(questionnaire),
  ]
  return gathered(remarks)
}

function ofTheForm(
  questionnaire: Questionnaire & { subjectType?: unknown; derivedFrom?: unknown },
): Remark[] {
  const { subjectType, derivedFrom, status } = questionnaire
  const messages = [
    Array.isArray(subjectType) &&
      !subjectType.includes('Patient') &&
      'It is not about a person (subjectType).',
    derivedFrom !== undefined && 'What it is derived from is not looked up.',
    status === 'retired' && 'Its author has retired it (status).',
    ...oddNames(questionnaire),
    ...(questionnaire.contained ?? []).map(ofContained),
  ]
  return messages.flatMap((message) => (message ? [{ where: THE_FORM, message }] : []))
}

function ofContained(resource: NonNullable<Questionnaire['contained']>[number]): string | false {
  if (resource.resourceType !== 'ValueSet')
    return `The ${shortened(resource.resourceType)} it contains is not used.`
  const { expansion, compose } = resource as ValueSet
  const parts: Record<string, unknown>[] = [compose ?? {}, ...(compose?.include ?? [])]
  const isPartial = parts.some(({ exclude, filter, valueSet }) => exclude ?? filter ?? valueSet)
  return (
    expansion === undefined &&
    isPartial &&
    'Of a value set it contains, only the listed concepts are offered.'
  )
}

function ofItem(item: Item, questionnaire: Questionnaire): Remark[] {
  const messages = [
    ...ofControl(item),
    ...ofOptions(item, questionnaire),
    ...ofExpressions(item),
    (item.type as string) === 'reference' && 'Flora can’t ask for a reference: it is shown and not answered.',
    item.definition !== undefined && !item.text && 'Its definition is not looked up, and it has no text.',
    ...ofLimits(item),
    isHidden(item) && item.required && 'It is hidden and required: Flora does not wait for its answer.',
  ]
  return messages.flatMap((message) => (message ? [{ where: itemWords(item.linkId), message }] : []))
}

/** What Flora takes at most, whatever the form allows. */
function ofLimits(item: Item): (string | false)[] {
  const types = mimeTypes(item)
  const isTaken = types.some((type) => type.startsWith('image/') || type === 'application/pdf')
  return [
    (item.maxLength ?? 0) > MOST_TEXT && `Its answers have at most ${MOST_TEXT} characters here.`,
    (maxOccurs(item) ?? 0) > MOST_ROWS && `It repeats at most ${MOST_ROWS} times here.`,
    (maxSize(item) ?? 0) > MOST_FILE && 'Its files have at most 10 MB here.',
    types.length > 0 &&
      !isTaken &&
      'It asks for files of a kind that Flora does not take: only photos and PDF.',
  ]
}

const isControl = (code: string): code is keyof typeof controlled =>
  (itemControls as readonly string[]).includes(code)

const ofControl = (item: Item): string[] =>
  itemControlCodes(item).flatMap((code) => {
    if (!isControl(code)) return [`Flora has no control “${shortened(code)}”: it asks in its own way.`]
    const { fits, only } = controlled[code]
    return fits(item) ? [] : [`Its control “${code}” is only for ${only}: Flora asks in its own way.`]
  })

function ofOptions(item: Item, questionnaire: Questionnaire): (string | false)[] {
  const { answerValueSet, answerOption = [] } = item
  const offered = optionsOf(item, questionnaire).length
  const isChoice = item.type === 'choice' || item.type === 'open-choice'
  const isForeign = answerValueSet !== undefined && offered === 0
  return [
    isForeign &&
      `Its value set ${shortened(answerValueSet)} is not in the form, so its options are not known.`,
    isChoice && !isForeign && offered === 0 && 'It has no options.',
    item.type === 'choice' && offered === 0 && 'It is shown and can’t be answered.',
    answerOption.length > 0 &&
      offered < answerOption.length &&
      'Some of its options are of a type that can’t be chosen.',
    item.repeats === true &&
      item.type === 'boolean' &&
      'A yes-or-no question has one answer: it does not repeat.',
  ]
}

function ofExpressions(item: Item): (string | false)[] {
  const isOther = (name: ExtensionName) =>
    extensionsOf(item, name).some(
      ({ valueExpression }) => valueExpression && valueExpression.language !== FHIRPATH,
    )
  return [
    isOther('calculatedExpression') &&
      'It is calculated in a language that Flora does not know: it is asked instead.',
    isOther('enableWhenExpression') &&
      'Its condition is in a language that Flora does not know: it is always asked.',
    isOther('variable') && 'It has a variable in a language that Flora does not know.',
    ...oddNames(item),
    calculatedExpression(item) !== undefined &&
      item.initial !== undefined &&
      'It is calculated, so its initial value is not used.',
    enableWhenExpression(item) !== undefined &&
      item.enableWhen !== undefined &&
      'It has conditions and an enableWhenExpression: both must hold.',
  ]
}

const oddNames = (of: { extension?: Extension[] }): string[] =>
  extensionsOf(of, 'variable')
    .filter(({ valueExpression }) => valueExpression && !isVariableName(valueExpression.name))
    .map(({ valueExpression }) => `A variable can’t be called “${shortened(valueExpression?.name ?? '')}”.`)

const MOST_PLACES = 10

/** The same words once, with all the places they are about. */
function gathered(remarks: Remark[]): Remark[] {
  const byMessage = Map.groupBy(remarks, ({ message }) => message)
  return [...byMessage].map(([message, same]) => {
    const places = [...new Set(same.map(({ where }) => where))]
    const more = places.length - MOST_PLACES
    const where = places.slice(0, MOST_PLACES).join('; ')
    return { where: more > 0 ? `${where}; and ${more} more` : where, message }
  })
}
