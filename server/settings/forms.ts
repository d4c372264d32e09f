import { z } from 'zod'
import { isZone } from '../availability/zones.ts'
import { choice, email, line, lines, phone } from '../web/form.ts'
import { type GroupName, habitIcons, habitNumbers, habitsOf, type Row } from './groups.ts'

const base = line({ most: 64, label: 'The page' })

export const practiceForm = z.object({
  name: line({ most: 120, label: 'The name', required: 'The practice needs a name.' }),
  tagline: line({ most: 200, label: 'The tagline' }),
  address: lines({ most: 400, label: 'The address' }),
  phone: phone({ most: 40, label: 'The phone number' }),
  email: email('The practice needs an e-mail address: it is where clients answer to.'),
  zone: line({ most: 64, label: 'The time zone', required: 'Please choose a time zone.' }).refine(
    (zone) => zone === '' || isZone(zone),
    'We don’t know this time zone. Please choose one from the list.',
  ),
  base,
})

const icons = Object.keys(habitIcons) as [string, ...string[]]

/** A habit without a title is none; a text without one would be lost. */
const habitShape = Object.fromEntries(
  habitNumbers.flatMap((n) => [
    [`title${n}`, line({ most: 80, label: `The title of habit ${n}` })],
    [`text${n}`, line({ most: 300, label: `The text of habit ${n}` })],
    [`icon${n}`, choice(icons, 'Please choose a picture from the list.')],
  ]),
)

export const homeForm = z
  .object({
    headline: line({ most: 200, label: 'The headline', required: 'The home page needs a headline.' }),
    introduction: lines({ most: 1000, label: 'The introduction' }),
    about: lines({ most: 2000, label: 'The text about the practice' }),
    call_to_action: lines({ most: 400, label: 'The invitation' }),
    ...habitShape,
    base,
  })
  .superRefine((value, context) => {
    const typed = value as Record<string, string>
    for (const n of habitNumbers)
      if (typed[`text${n}`] && !typed[`title${n}`])
        context.addIssue({
          code: 'custom',
          path: [`title${n}`],
          message: `Please give habit ${n} a title, or empty its text.`,
        })
  })

/** `label` names it where all messages of a page stand together, apart from their fields. */
function number(label: string, least: number, most: number) {
  const message = `${label}: please write a whole number from ${least} to ${most}.`
  return line({ most: 8, label, required: message, tooLong: message })
    .refine(
      (text) => text === '' || (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most),
      message,
    )
    .transform(Number)
}

export const policiesForm = z.object({
  cancellation_policy: lines({ most: 20_000, label: 'The cancellation policy' }),
  privacy_policy: lines({ most: 20_000, label: 'The privacy text' }),
  keeps_records_years: number('Years', 1, 50),
  base,
})

const LONGER = 'The minutes without a click can’t be more than those in all.'

const LEAST_IN_ALL = 15

/** Nothing is compared with minutes in all that are refused by themselves. */
const fits = (idle: number, inAll: number): boolean => !(inAll >= LEAST_IN_ALL) || idle <= inAll

export const securityForm = z
  .object({
    required: choice(['yes', 'no'], 'Please choose one of the two.'),
    dietitian_idle_minutes: number('Dietitians, minutes without a click', 5, 720),
    dietitian_absolute_minutes: number('Dietitians, minutes in all', LEAST_IN_ALL, 1440),
    client_idle_minutes: number('Clients, minutes without a click', 5, 10_080),
    client_absolute_minutes: number('Clients, minutes in all', LEAST_IN_ALL, 43_200),
    base,
  })
  .refine((form) => fits(form.dietitian_idle_minutes, form.dietitian_absolute_minutes), {
    path: ['dietitian_idle_minutes'],
    message: LONGER,
  })
  .refine((form) => fits(form.client_idle_minutes, form.client_absolute_minutes), {
    path: ['client_idle_minutes'],
    message: LONGER,
  })

export const forms: Record<GroupName, z.ZodObject> = {
  practice: practiceForm,
  home: homeForm,
  policies: policiesForm,
  security: securityForm,
}

/** What a form that was read is in the table. */
export function toRow(group: GroupName, { base: _, ...value }: Record<string, unknown>): Row {
  if (group === 'home') {
    const { headline, introduction, about, call_to_action, ...habits } = value as Record<string, string>
    return { headline, introduction, about, call_to_action, habits: JSON.stringify(habitsOf(habits)) }
  }
  if (group === 'security') {
    const { required, ...limits } = value
    return { ...limits, require_second_factor: required === 'yes' }
  }
  return value
}
