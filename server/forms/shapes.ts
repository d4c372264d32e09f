import { z } from 'zod'

/** R4's types, as far as Flora reads them; https://hl7.org/fhir/R4/datatypes.html. Messages go on after the name. */

const MOST_TEXT = 50_000

export const text = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(MOST_TEXT, `has more than ${MOST_TEXT} characters`)
export const code = text.regex(/^[^\s]+( [^\s]+)*$/, 'must be a code, without spaces around it')
export const uri = text.regex(/^\S*$/, 'must be an address, without spaces')
export const boolean = z.boolean('must be true or false')
export const decimal = z.number('must be a number')
export const integer = z.int32('must be a whole number')
export const natural = z.int32('must be a whole number').min(0, 'must not be below 0')
export const date = text.regex(
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/,
  'must be a date like 2026-03-31',
)
export const dateTime = text.regex(
  /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?$/,
  'must be a date and time like 2026-03-31T09:30:00-05:00',
)
export const time = text.regex(
  /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/,
  'must be a time like 09:30:00',
)

export const object = <T extends z.core.$ZodShape>(shape: T) => z.looseObject(shape, 'must be an object')
export const list = <T extends z.ZodType>(of: T) =>
  z.array(of, 'must be a list').min(1, 'must not be an empty list')

export const coding = object({
  get extension() {
    return list(extension).optional()
  },
  system: uri.optional(),
  version: text.optional(),
  code: code.optional(),
  display: text.optional(),
  userSelected: boolean.optional(),
})
export const quantity = object({
  value: decimal.optional(),
  comparator: z.enum(['<', '<=', '>=', '>'], 'must be <, <=, >= or >').optional(),
  unit: text.optional(),
  system: uri.optional(),
  code: code.optional(),
})
export const attachment = object({
  contentType: code.optional(),
  url: uri.optional(),
  data: text.optional(),
  title: text.optional(),
  size: natural.optional(),
})
const expression = object({
  name: text.optional(),
  language: code,
  expression: text.optional(),
  description: text.optional(),
})

const extension: z.ZodType = object({
  url: uri,
  get extension() {
    return list(extension).optional()
  },
  valueBoolean: boolean.optional(),
  valueDecimal: decimal.optional(),
  valueInteger: integer.optional(),
  valueDate: date.optional(),
  valueDateTime: dateTime.optional(),
  valueTime: time.optional(),
  valueString: text.optional(),
  valueMarkdown: text.optional(),
  valueCode: code.optional(),
  valueUri: uri.optional(),
  valueCoding: coding.optional(),
  valueQuantity: quantity.optional(),
  valueAttachment: attachment.optional(),
  valueCodeableConcept: object({ coding: list(coding).optional(), text: text.optional() }).optional(),
  valueExpression: expression.optional(),
})
export const extensions = list(extension).optional()
/** What stands beside a plain value; in lists null stands for nothing. */
export const primitive = object({ id: text.optional(), extension: extensions }).optional()
