import { z } from 'zod'
import {
  attachment,
  boolean,
  code,
  coding,
  date,
  dateTime,
  decimal,
  extensions,
  integer,
  list,
  natural,
  object,
  primitive,
  quantity,
  text,
  time,
  uri,
} from './shapes.ts'

/** R4's structure of what Flora reads of a Questionnaire; what it does not read may be there, and stays. */

export const itemTypes = [
  ...[
    'group',
    'display',
    'boolean',
    'decimal',
    'integer',
    'date',
    'dateTime',
    'time',
    'string',
    'text',
    'url',
  ],
  ...['choice', 'open-choice', 'attachment', 'quantity', 'reference'],
] as const

export const operators = ['exists', '=', '!=', '>', '<', '>=', '<='] as const

const enableWhen = object({
  question: text,
  operator: z.enum(operators, `must be one of ${operators.join(' ')}`),
  answerBoolean: boolean.optional(),
  answerDecimal: decimal.optional(),
  answerInteger: integer.optional(),
  answerDate: date.optional(),
  answerDateTime: dateTime.optional(),
  answerTime: time.optional(),
  answerString: text.optional(),
  answerCoding: coding.optional(),
  answerQuantity: quantity.optional(),
})

const answerOption = object({
  valueInteger: integer.optional(),
  valueDate: date.optional(),
  valueTime: time.optional(),
  valueString: text.optional(),
  valueCoding: coding.optional(),
  initialSelected: boolean.optional(),
  extension: extensions,
})

const initial = object({
  valueBoolean: boolean.optional(),
  valueDecimal: decimal.optional(),
  valueInteger: integer.optional(),
  valueDate: date.optional(),
  valueDateTime: dateTime.optional(),
  valueTime: time.optional(),
  valueString: text.optional(),
  valueUri: uri.optional(),
  valueCoding: coding.optional(),
  valueQuantity: quantity.optional(),
  valueAttachment: attachment.optional(),
})

/** FHIR gives linkIds no length; the database gives them 255. */
const linkId = text
  .max(255, 'has more than 255 characters')
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]*$/u, 'has characters that can’t be seen')
  .regex(/^\S(.*\S)?$/, 'must not begin or end with a space')

const item: z.ZodType = object({
  linkId,
  type: z.string('must be text'),
  text: text.optional(),
  _text: primitive,
  prefix: text.optional(),
  code: list(coding).optional(),
  definition: uri.optional(),
  enableWhen: list(enableWhen).optional(),
  enableBehavior: z.enum(['all', 'any'], 'must be all or any').optional(),
  required: boolean.optional(),
  repeats: boolean.optional(),
  readOnly: boolean.optional(),
  maxLength: natural.optional(),
  answerValueSet: uri.optional(),
  answerOption: list(answerOption).optional(),
  initial: list(initial).optional(),
  get item() {
    return list(item).optional()
  },
  extension: extensions,
})

const concept = object({ code, display: text.optional(), extension: extensions })
const entry: z.ZodType = object({
  system: uri.optional(),
  version: text.optional(),
  code: code.optional(),
  display: text.optional(),
  abstract: boolean.optional(),
  extension: extensions,
  get contains() {
    return list(entry).optional()
  },
})
const include = object({ system: uri.optional(), concept: list(concept).optional() })
const contained = object({
  resourceType: text,
  id: text.optional(),
  url: uri.optional(),
  expansion: object({ contains: list(entry).optional() }).optional(),
  compose: object({ include: list(include) }).optional(),
})

export const questionnaire = object({
  resourceType: z.literal('Questionnaire', 'must be Questionnaire'),
  id: text.optional(),
  url: uri.optional(),
  version: text.optional(),
  name: text.optional(),
  title: text.optional(),
  status: z.enum(['draft', 'active', 'retired', 'unknown'], 'must be draft, active, retired or unknown'),
  description: text.optional(),
  copyright: text.optional(),
  contained: list(contained).optional(),
  extension: extensions,
  item: list(item).optional(),
})
