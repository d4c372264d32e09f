import { z } from 'zod'
import { email, line } from '../web/form.ts'
import { isCommon } from './common.ts'

const MOST = 200
const LEAST = 10

const lastOf = (raw: unknown) => (Array.isArray(raw) ? raw.at(-1) : raw)

/** A password is taken exactly as typed: spaces and any character count. */
const password = (missing: string) =>
  z.preprocess(
    lastOf,
    z.string(missing).min(1, missing).max(MOST, `A password can have at most ${MOST} characters.`),
  )

export const signInForm = z.object({
  email: line({ most: 254, label: 'The e-mail address', required: 'Please type your e-mail address.' }),
  password: password('Please type your password.'),
})

export const linkForm = z.object({ email: email('Please type your e-mail address.') })

/** Length and not being well known is all that makes a password good (NIST SP 800-63B, ASVS 6.2). */
export const newPasswordForm = z.object({
  password: password('Please choose a password.')
    .refine((text) => text.length >= LEAST, `Please choose a password of at least ${LEAST} characters.`)
    .refine(
      (text) => !isCommon(text),
      'This is one of the passwords that everybody tries first. Please choose another.',
    ),
})

const code = (label: string, most: number) =>
  line({ most, label, required: `Please type ${label.charAt(0).toLowerCase()}${label.slice(1)}.` })

/** Six digits; the space that apps show between them does not matter. */
export const appCodeForm = z.object({
  code: code('The code', 20).transform((text) => text.replace(/\s/g, '')),
})

export const recoveryForm = z.object({ code: code('The recovery code', 60) })

export const againForm = z.object({
  password: password('Please type your password.'),
  code: line({ most: 20, label: 'The code' }).transform((text) => text.replace(/\s/g, '')),
})

export const newEmailForm = z.object({ email: email('Please type the new e-mail address.') })

const response = z.preprocess(lastOf, z.string('').max(50_000).catch(''))

export const passkeyForm = z.object({ response })

export const newPasskeyForm = z.object({
  name: line({ most: 60, label: 'The name', required: 'Please give this passkey a name.' }),
  response,
})
