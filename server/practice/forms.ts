import { z } from 'zod'
import { isCommon } from '../accounts/common.ts'
import { isZone } from '../availability/zones.ts'
import { email, line } from '../web/form.ts'

/** What the first practice needs; the rest is written later. */
export const setupForm = z.object({
  practice: line({ most: 120, label: 'The name of the practice', required: 'The practice needs a name.' }),
  zone: line({ most: 64, label: 'The time zone', required: 'The practice needs a time zone.' }).refine(
    (zone) => zone === '' || isZone(zone),
    'There is no such time zone. Write it like America/Chicago.',
  ),
  dietitian: line({ most: 120, label: 'The dietitian’s name', required: 'The dietitian needs a name.' }),
  email: email('The dietitian needs an e-mail address to sign in with.'),
  password: z
    .string()
    .min(10, 'The password needs at least 10 characters.')
    .max(200, 'The password can have at most 200 characters.')
    .refine((password) => !isCommon(password), 'This password is too well known.'),
})

export type Setup = z.infer<typeof setupForm>
