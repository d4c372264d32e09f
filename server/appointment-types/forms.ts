import { z } from 'zod'
import { choice, line, lines } from '../web/form.ts'

type Bounds = { label: string; least: number; most: number; unit: string }

const sentenceOf = ({ label, least, most, unit }: Bounds): string =>
  `${label} must be a whole number from ${least} to ${most}${unit && ` ${unit}`}.`

const isWithin = (text: string, { least, most }: Bounds): boolean =>
  /^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most

/** A whole number as people type it. */
const whole = (bounds: Bounds) =>
  line({ most: 20, label: bounds.label, required: sentenceOf(bounds), tooLong: sentenceOf(bounds) })
    .refine((text) => text === '' || isWithin(text, bounds), sentenceOf(bounds))
    .transform(Number)

/** The same, or nothing: null. */
const wholeOrNone = (bounds: Bounds) =>
  line({ most: 20, label: bounds.label, tooLong: sentenceOf(bounds) })
    .refine((text) => text === '' || isWithin(text, bounds), sentenceOf(bounds))
    .transform((text) => (text === '' ? null : Number(text)))

const decimal = (text: string, digits: number): number =>
  new RegExp(`^\\d{1,${digits}}([.,]\\d{1,2})?$`).test(text) ? Number(text.replace(',', '.')) : Number.NaN

/** Hours with at most two decimals, kept as minutes: 1.5 is 90. */
function hours(label: string) {
  const message = `${label} must be a number of hours from 0 to 720, like 24 or 1.5.`
  return line({ most: 20, label, required: message, tooLong: message })
    .refine((text) => text === '' || decimal(text, 3) <= 720, message)
    .transform((text) => Math.round(decimal(text, 3) * 60))
}

const PRICE = 'Please write the price like 185 or 185.50, up to 100,000; 0 is free.'

/** Kept as cents. */
const price = line({ most: 20, label: 'The price', required: PRICE, tooLong: PRICE })
  .refine((text) => text === '' || decimal(text, 6) <= 100_000, PRICE)
  .transform((text) => Math.round(decimal(text, 6) * 100))

const several = <T extends z.ZodType>(one: T, message: string) =>
  z.preprocess((raw) => (raw === undefined ? [] : [...new Set([raw].flat())]), z.array(one).max(100, message))

const CHOICE = 'Please choose among what this page offers.'
const ids = several(z.guid(CHOICE), CHOICE)

const CURRENCY = 'A currency has three letters, like USD.'
const SLUG = 'Use small letters, digits and single hyphens, like first-visit.'

/** An empty web address is made from the name. */
export const typeForm = z.object({
  name: line({ most: 120, label: 'The name', required: 'Please give it a name.' }),
  slug: line({ most: 60, label: 'The web address' }).refine(
    (slug) => slug === '' || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug),
    SLUG,
  ),
  summary: line({ most: 300, label: 'The summary' }),
  description: lines({ most: 2000, label: 'The text' }),
  minutes: whole({ label: 'The length', least: 5, most: 480, unit: 'minutes' }),
  bufferBefore: whole({ label: 'The time before', least: 0, most: 240, unit: 'minutes' }),
  bufferAfter: whole({ label: 'The time after', least: 0, most: 240, unit: 'minutes' }),
  price,
  currency: line({
    most: 3,
    label: 'The currency',
    required: 'Please write the currency.',
    tooLong: CURRENCY,
  })
    .transform((text) => text.toUpperCase())
    .refine((text) => text === '' || /^[A-Z]{3}$/.test(text), CURRENCY),
  places: several(z.enum(['in_person', 'video', 'phone'], CHOICE), CHOICE).refine(
    (places) => places.length > 0,
    'Please choose at least one place.',
  ),
  who: choice(['anyone', 'clients', 'practice'], 'Please choose who may book it.'),
  dietitians: ids,
  notice: hours('The notice'),
  windowDays: whole({ label: 'How far ahead', least: 1, most: 365, unit: 'days' }),
  step: whole({ label: 'The step', least: 5, most: 480, unit: 'minutes' }),
  dailyLimit: wholeOrNone({ label: 'The number of appointments a day', least: 1, most: 100, unit: '' }),
  changeDeadline: hours('The deadline'),
  consents: ids,
  forms: ids,
})

export type TypeInput = z.infer<typeof typeForm>

const AGAIN = { label: 'The days after which a form is asked again', least: 1, most: 3650, unit: '' }

/** Of a form that is asked for: the days after which it is asked again; null is never. Its field is named by the form. */
export const againForm = (formId: string) => z.object({ [againName(formId)]: wholeOrNone(AGAIN) })

export const againName = (formId: string): string => `again-${formId}`

export const moveForm = z.object({ go: choice(['up', 'down'], 'Please choose where it goes.') })
