import type { Answer, Item, Questionnaire, QuestionnaireResponse, ResponseItem } from '../forms/fhir.ts'

/** By linkId: the code of an option, words, a number, yes or no; several of a repeated question; rows of a group. */
export type Answers = { [linkId: string]: Given }
type Given = string | number | boolean | (string | Answers)[]

/** Answers told briefly, as a draft of the form, in its order. What the form calculates is not in it. */
export const answered = (questionnaire: Questionnaire, answers: Answers): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  questionnaire: `${questionnaire.url}|${questionnaire.version}`,
  status: 'in-progress',
  item: itemsOf(questionnaire.item ?? [], answers),
})

const itemsOf = (items: Item[], answers: Answers): ResponseItem[] =>
  items.flatMap((item) => (item.type === 'group' ? groupsOf(item, answers) : questionOf(item, answers)))

function groupsOf({ linkId, text, item = [] }: Item, answers: Answers): ResponseItem[] {
  const rows = answers[linkId]
  const all = Array.isArray(rows) ? rows.filter((row) => typeof row === 'object') : [answers]
  return all
    .map((row) => ({ linkId, text, item: itemsOf(item, row) }))
    .filter((group) => group.item.length > 0)
}

function questionOf(item: Item, answers: Answers): ResponseItem[] {
  const given = answers[item.linkId]
  if (given === undefined) return []
  const values = Array.isArray(given) ? given : [given]
  return [{ linkId: item.linkId, text: item.text, answer: values.map((value) => answerOf(item, value)) }]
}

function answerOf({ linkId, type, answerOption = [] }: Item, value: unknown): Answer {
  const chosen = answerOption.find(({ valueCoding }) => valueCoding?.code === value)
  if (chosen) {
    const weights = chosen.extension?.filter(({ url }) => url.endsWith('/ordinalValue')) ?? []
    return { valueCoding: { ...(weights.length > 0 && { extension: weights }), ...chosen.valueCoding } }
  }
  if (type === 'boolean') return { valueBoolean: value === true }
  if (type === 'integer') return { valueInteger: Number(value) }
  if (type === 'date') return { valueDate: String(value) }
  if (type === 'choice') throw new Error(`${linkId} does not offer ${value}`)
  return { valueString: String(value) }
}
