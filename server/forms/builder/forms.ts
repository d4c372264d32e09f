import { z } from 'zod'
import { choice, isSlug, line, lines, tick } from '../../web/form.ts'
import { operators } from './condition.ts'
import { type Kind, kinds } from './kinds.ts'
import { type Option, optionLines, readOptionLines } from './options.ts'
import type { Question } from './question.ts'
import { MOST_COUNTED, ways } from './scoring.ts'

const title = line({ most: 120, label: 'The title', required: 'Please give the form a title.' })
const description = lines({ most: 1000, label: 'What it is for' })

/** The short name is in the address that clients see; "sent" is where their answers stand. */
const slug = line({ most: 60, label: 'The short name' })
  .refine(
    (value) => value === '' || isSlug(value),
    'Please write it in small letters, digits and hyphens, like skin-diary.',
  )
  .refine((value) => value !== 'sent', 'Please choose another short name: this one is taken.')

export const newForm = z.object({ title, slug, description })

/** Which state of the draft the page showed: how often it had been saved. */
const revision = z.preprocess(
  (raw) => (typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : -1),
  z.number(),
)

export const headingForm = z.object({ title, description, revision })

export const sectionForm = z.object({
  title: line({ most: 120, label: 'The title', required: 'Please give the section a title.' }),
  intro: lines({ most: 2000, label: 'The introduction' }),
  revision,
})

const item = line({ most: 255, label: 'The question' })

/** The button that was pressed names what moves. */
export const orderForm = z.object({ up: item, down: item, revision })

export const removalForm = z.object({ item, revision })

/** To publish or to discard it: only what was seen. */
export const seenForm = z.object({ revision })

const plainNumber = (label: string) =>
  line({ most: 20, label })
    .refine(
      (value) => value === '' || /^-?\d{1,9}([.,]\d{1,4})?$/.test(value),
      `${label} should be a number, please.`,
    )
    .transform((value) => (value === '' ? null : Number(value.replace(',', '.'))))

const optionText = lines({
  most: 25_000,
  label: 'The answers',
  required: 'Please write the answers, one a line.',
}).superRefine((text, context) => {
  const read = readOptionLines(text)
  if (typeof read === 'string') context.addIssue({ code: 'custom', message: read })
})
const words = (most: number, label: string, required?: string) =>
  line({ most, label, ...(required ? { required } : {}) })

const condition = {
  whenQuestion: line({ most: 255, label: 'The question' }),
  whenOperator: z.preprocess((raw) => raw ?? 'is', choice(operators, 'Please choose how they compare.')),
  whenValue: line({ most: 200, label: 'The answer' }),
}

const fields = {
  text: lines({ most: 1000, label: 'The question', required: 'Please write the question.' }),
  help: lines({ most: 1000, label: 'The help' }),
  low: words(60, 'The words', 'Please say what 0 means.'),
  high: words(60, 'The words', 'Please say what 10 means.'),
  least: plainNumber('The least'),
  most: plainNumber('The most'),
  whole: tick,
  options: optionText,
  none: words(200, 'This answer'),
  required: tick,
  why: lines({ most: 500, label: 'The reason' }),
}

type FieldName = keyof typeof fields

const asked: FieldName[] = ['text', 'help', 'required', 'why']

/** Which fields a kind of question has, in the order of the page. */
const fieldsOf: Record<Kind, FieldName[]> = {
  scale: ['text', 'help', 'low', 'high', 'required', 'why'],
  'one-of': ['text', 'help', 'options', 'required', 'why'],
  'several-of': ['text', 'help', 'options', 'none', 'required', 'why'],
  'yes-no': asked,
  'short-text': asked,
  'long-text': asked,
  number: ['text', 'help', 'least', 'most', 'whole', 'required', 'why'],
  date: asked,
  'stool-forms': asked,
  'body-map': asked,
  photo: asked,
  note: ['text'],
}

export const hasField = (kind: Kind, name: string): boolean => fieldsOf[kind].includes(name as FieldName)

type Posted = { [K in FieldName]?: z.infer<(typeof fields)[K]> }

function checkTogether(
  { least, most, whole, none, options }: Posted,
  refuse: (name: string, message: string) => void,
) {
  if (typeof least === 'number' && typeof most === 'number' && least > most)
    refuse('most', 'The most should not be smaller than the least, please.')
  if (whole)
    for (const [name, value] of Object.entries({ least, most }))
      if (typeof value === 'number' && !Number.isInteger(value))
        refuse(name, 'Please write a whole number, as the answers will be.')
  if (options === undefined) return
  const read = readOptionLines(options)
  if (
    typeof read !== 'string' &&
    none &&
    read.some(({ label }) => label.toLowerCase() === none.toLowerCase())
  )
    refuse('none', 'This answer stands among the others already. Please write it here alone.')
}

const shape = (kind: Kind) =>
  z
    .object({
      ...Object.fromEntries(fieldsOf[kind].map((name) => [name, fields[name]])),
      ...condition,
      go: z.preprocess((raw) => (raw === 'another' ? raw : 'done'), z.enum(['another', 'done'])),
      revision,
    })
    .superRefine((posted, context) =>
      checkTogether(posted as Posted, (name, message) =>
        context.addIssue({ code: 'custom', path: [name], message }),
      ),
    )

const shapes = new Map(kinds.map((kind) => [kind, shape(kind)]))

export const questionForm = (kind: Kind) => shapes.get(kind) as ReturnType<typeof shape>

/** What was posted to the form of this kind, as a question. */
export function questionFrom(kind: Kind, posted: Record<string, unknown>): Question {
  const {
    text = '',
    help = '',
    required,
    why = '',
    low = '',
    high = '',
    least,
    most,
    whole,
  } = posted as Posted
  return {
    kind,
    text,
    help,
    why,
    low,
    high,
    isRequired: required === true,
    least: least ?? null,
    most: most ?? null,
    isWhole: whole === true,
    options: optionsFrom(posted as Posted),
  }
}

function optionsFrom({ options, none }: Posted): Option[] {
  const read = options === undefined ? [] : readOptionLines(options)
  if (typeof read === 'string') return []
  return none ? [...read, { label: none, score: null, isExclusive: true }] : read
}

/** The fields of the form, filled with what the question is now. */
export const questionValues = (question: Question): Record<string, string> => ({
  text: question.text,
  help: question.help,
  why: question.why,
  low: question.low,
  high: question.high,
  least: question.least === null ? '' : String(question.least),
  most: question.most === null ? '' : String(question.most),
  whole: question.isWhole ? 'yes' : '',
  required: question.isRequired ? 'yes' : '',
  options: optionLines(question.options),
  none: question.options.find(({ isExclusive }) => isExclusive)?.label ?? '',
})

const COUNTED = 'Please choose among the questions of this page.'

export const scoreForm = z.object({
  name: line({ most: 120, label: 'The name', required: 'Please give the score a name.' }),
  counts: z.preprocess(
    (raw) => (raw === undefined ? [] : [raw].flat()),
    z
      .array(z.string().max(255, COUNTED), COUNTED)
      .min(1, 'Please choose at least one question that counts.')
      .max(MOST_COUNTED, `At most ${MOST_COUNTED} questions can count, please.`),
  ),
  by: choice(ways, 'Please choose how it is calculated.'),
  least: line({ most: 3, label: 'The least number', required: 'Please say how many answers are needed.' })
    .refine((value) => /^[1-9]\d?$/.test(value), 'Please write a number from 1 on.')
    .transform(Number),
  shown: tick,
  revision,
})
