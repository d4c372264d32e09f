import { z } from 'zod'
import { isDate } from '../availability/zones.ts'
import { line, lines } from '../web/form.ts'
import { WRITE_DAY } from '../words.ts'

export const acknowledgementForm = z.object({
  word: lines({ most: 1000, label: 'Your note', required: 'Please say what you did, or will do, about it.' }),
})

const DAY = `Please choose the day. ${WRITE_DAY}`
const WEEKS = 'Please give the weeks as a number from 1 to 52, or leave it empty.'

/** Days are the practice's. Without weeks the form is asked for once. */
export const askingForm = z.object({
  form: line({ most: 40, label: 'The form', required: 'Please choose a form.' }),
  due: line({ most: 10, label: 'The day', required: 'Please say until when.', tooLong: DAY }).refine(
    (text) => text === '' || isDate(text),
    DAY,
  ),
  weeks: line({ most: 2, label: 'The number of weeks', tooLong: WEEKS })
    .refine((text) => text === '' || /^([1-9]|[1-4]\d|5[0-2])$/.test(text), WEEKS)
    .transform((text) => (text === '' ? null : Number(text))),
})
