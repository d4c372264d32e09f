import { extensionName, extensionUrl, isOptionExclusive, ordinalValue } from '../extensions.ts'
import type { AnswerOption, Extension } from '../fhir.ts'
import { linkIdFor } from './naming.ts'

/** An answer to choose, as it is typed: one a line, "Never | 0" with its score. */
export type Option = { label: string; score: number | null; isExclusive: boolean }

export const MOST_OPTIONS = 100
const MOST_CHARACTERS = 200
const SCORE = /^-?\d{1,6}([.,]\d{1,4})?$/

const scoreOf = (option: AnswerOption): number | null =>
  ordinalValue(option) ?? ordinalValue(option.valueCoding ?? {}) ?? null

const labelOf = ({ valueCoding }: AnswerOption): string => valueCoding?.display ?? valueCoding?.code ?? ''

export const optionOf = (option: AnswerOption): Option => ({
  label: labelOf(option),
  score: scoreOf(option),
  isExclusive: isOptionExclusive(option),
})

export const optionLines = (options: Option[]): string =>
  options
    .filter(({ isExclusive }) => !isExclusive)
    .map(({ label, score }) => (score === null ? label : `${label} | ${score}`))
    .join('\n')

/** @returns the options, or a sentence on the first line that can't be read */
export function readOptionLines(text: string): Option[] | string {
  const rows = text
    .split('\n')
    .map((row) => row.trim())
    .filter((row) => row !== '')
  if (rows.length < 2) return 'Please write at least two answers, each on a line of its own.'
  if (rows.length > MOST_OPTIONS) return `A question can have at most ${MOST_OPTIONS} answers to choose from.`
  const options: Option[] = []
  for (const row of rows) {
    const option = readLine(row)
    if (typeof option === 'string') return option
    if (options.some(({ label }) => isSame(label, option.label)))
      return `“${option.label}” stands there twice. Please make each answer different.`
    options.push(option)
  }
  return options
}

export const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase()

function readLine(row: string): Option | string {
  const at = row.lastIndexOf('|')
  const label = (at === -1 ? row : row.slice(0, at)).trim()
  const score = at === -1 ? '' : row.slice(at + 1).trim()
  if (label === '') return `Please write an answer before the line “|” in “${row}”.`
  if (label.length > MOST_CHARACTERS) return `An answer can have at most ${MOST_CHARACTERS} characters.`
  if (at !== -1 && !SCORE.test(score))
    return `After “${label} |” please write its score as a number, like 0 or 2.5.`
  return { label, score: at === -1 ? null : Number(score.replace(',', '.')), isExclusive: false }
}

/**
 * Options as FHIR has them. One that was there before keeps its code, also when only its words have changed, so that
 * conditions and older answers still mean it.
 */
export function answerOptionsOf(options: Option[], before: AnswerOption[]): AnswerOption[] {
  const named = options.map(({ label }) => before.find((old) => isSame(labelOf(old), label)))
  const isRenaming = options.length === before.length
  const kept = named.map((old, at) => {
    const there = before[at]
    return old ?? (isRenaming && there && !named.includes(there) ? there : undefined)
  })
  const taken = new Set(kept.map((old) => old?.valueCoding?.code ?? ''))
  return options.map((option, at) => {
    const code = kept[at]?.valueCoding?.code ?? linkIdFor(option.label, taken, 'answer')
    taken.add(code)
    return answerOption(option, code, kept[at])
  })
}

/** The system of the codes that Flora gives to answers. */
const SYSTEM = 'urn:flora:answer'

function answerOption({ label, score, isExclusive }: Option, code: string, old?: AnswerOption): AnswerOption {
  const extension = stripped(old?.extension)
  if (score !== null) extension.push({ url: extensionUrl('ordinalValue'), valueDecimal: score })
  if (isExclusive) extension.push({ url: extensionUrl('optionExclusive'), valueBoolean: true })
  const { extension: _, ...rest } = old ?? {}
  const { extension: said, ...coding } = old?.valueCoding ?? { system: SYSTEM }
  const kept = stripped(said)
  return {
    ...rest,
    ...(extension.length > 0 ? { extension } : {}),
    valueCoding: { ...coding, code, display: label, ...(kept.length > 0 ? { extension: kept } : {}) },
  }
}

/** Options that no one types: those of a drawing. */
export const codedOptions = (
  options: readonly (readonly [code: string, display: string, score?: number])[],
) =>
  options.map(
    ([code, display, score]): AnswerOption => ({
      ...(score === undefined
        ? {}
        : { extension: [{ url: extensionUrl('ordinalValue'), valueDecimal: score }] }),
      valueCoding: { system: SYSTEM, code, display },
    }),
  )

const stripped = (extensions: Extension[] = []): Extension[] =>
  extensions.filter(({ url }) => !['ordinalValue', 'optionExclusive'].includes(extensionName(url) ?? ''))
