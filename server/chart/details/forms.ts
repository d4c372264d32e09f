import { z } from 'zod'
import { isDate, isZone } from '../../availability/zones.ts'
import { email, line, phone } from '../../web/form.ts'

const BORN = 'Please give the date of birth like 1990-05-17, or leave it empty.'

const about = {
  name: line({ most: 120, label: 'The name', required: 'Please write their name.' }),
  phone: phone({ most: 40, label: 'The phone number' }),
  zone: line({ most: 64, label: 'The time zone', required: 'Please choose a time zone.' }).refine(
    (zone) => zone === '' || isZone(zone),
    'We don’t know this time zone. Please choose one from the list.',
  ),
  pronouns: line({ most: 60, label: 'The pronouns' }),
  born: line({ most: 10, label: 'The date of birth' })
    .refine((text) => text === '' || (isDate(text) && text >= '1900-01-01'), BORN)
    .transform((text) => (text === '' ? null : text)),
}

const { name, ...rest } = about

export const newClientForm = z.object({
  name,
  email: email('Please write their e-mail address: mails about appointments go there.'),
  ...rest,
})

const revision = line({ most: 10, label: 'The page' })
  .refine(
    (text) => /^\d{1,9}$/.test(text),
    'Something in the form was not as we expect it. Please open the page again.',
  )
  .transform(Number)

/** Whose client they are: the id of a dietitian, or empty for nobody's. Asked of those who see all charts. */
const dietitian = line({ most: 36, label: 'The dietitian' })

export const detailsForm = newClientForm.extend({ revision, dietitian })

/** Of somebody who signs in: the address is theirs to change. */
export const detailsOfAccountForm = z.object({ ...about, revision, dietitian })
