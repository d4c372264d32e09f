import { extensionName } from './extensions.ts'
import type { Extension, Item, Questionnaire } from './fhir.ts'
import { type Spot, supported } from './places.ts'
import { pathWords, type Remark, shortened } from './remarks.ts'

/** Extensions that are often met, and what Flora does instead; others are named by their address alone. */
const explained: Record<string, string> = {
  'rendering-xhtml': 'Its formatted text is not shown: its plain text is.',
  'rendering-markdown': 'Its Markdown text is not shown: its plain text is.',
  'rendering-style': 'Its style is not used.',
  translation: 'Its translations are not shown.',
  initialExpression: 'It is not filled in beforehand (initialExpression).',
  candidateExpression: 'No answers are proposed for it (candidateExpression).',
  answerExpression: 'Its options are not worked out by an expression (answerExpression).',
  answerOptionsToggleExpression: 'All its options are offered, always (answerOptionsToggleExpression).',
  constraint: 'Its constraint is not checked.',
  targetConstraint: 'Its constraint is not checked.',
  minQuantity: 'Its smallest quantity is not checked.',
  maxQuantity: 'Its largest quantity is not checked.',
  unitValueSet: 'The units of its value set are not offered.',
  itemMedia: 'Its picture is not shown.',
  itemAnswerMedia: 'Its picture is not shown.',
  supportLink: 'Its link is not shown.',
  signatureRequired: 'No signature is asked for.',
}

type Found = { extension: Extension; spot: Spot; item?: Item; path: PropertyKey[] }

/** Every extension that Flora does not know, or can't use where it stands. */
export const extensionRemarks = (questionnaire: Questionnaire): Remark[] =>
  extensionsIn(questionnaire).flatMap((found) => {
    const message = wrongWith(found)
    return message ? [{ where: pathWords(questionnaire, found.path), message }] : []
  })

function wrongWith({ extension, spot, item }: Found): string | undefined {
  const { url } = extension
  const name = extensionName(url)
  if (!name) {
    const last =
      url
        .split('/')
        .at(-1)
        ?.replace(/^(sdc-)?questionnaire-/, '') ?? ''
    const words = Object.hasOwn(explained, last)
      ? explained[last]
      : 'It has an extension that Flora does not use:'
    return words?.endsWith(':') ? `${words} ${shortened(url)}` : words
  }
  const { on, values, fits, only } = supported[name]
  if (!on.includes(spot)) return `Its ${name} is not used here.`
  if (item && fits && !fits(item)) return `Its ${name} is only for ${only}: it is not used.`
  return values.some((value) => extension[value] !== undefined)
    ? undefined
    : `Its ${name} has no value that Flora can read: it is not used.`
}

const SPOTS: Record<string, Spot> = {
  item: 'item',
  _text: 'text',
  answerOption: 'option',
  valueCoding: 'coding',
  concept: 'concept',
  contains: 'concept',
}

type Read = { resourceType: string }
const isRead = ({ resourceType }: Read): boolean => ['Questionnaire', 'ValueSet'].includes(resourceType)

/** Every extension and where it stands, but for those inside others, which belong to them. */
function extensionsIn(questionnaire: Questionnaire): Found[] {
  const found: Found[] = []
  const visit = (of: unknown, path: PropertyKey[], item?: Item): void => {
    if (typeof of !== 'object' || of === null) return
    const list = path.findLast((key) => typeof key === 'string') as string | undefined
    const isItem = list === 'item' && typeof path.at(-1) === 'number'
    const here = isItem ? (of as Item) : item
    const spot = list === undefined ? 'form' : (SPOTS[list] ?? 'elsewhere')
    if ((of as { resourceType?: unknown }).resourceType !== undefined && !isRead(of as Read)) return
    for (const [key, value] of Object.entries(of)) {
      if (key !== 'extension' || !Array.isArray(value))
        visit(value, [...path, Array.isArray(of) ? Number(key) : key], here)
      else for (const extension of value) found.push({ extension, spot, item: here, path })
    }
  }
  visit(questionnaire, [])
  return found
}
