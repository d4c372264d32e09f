import { z } from 'zod'
import { line } from '../web/form.ts'

const MOST = 200

/** A password is taken exactly as typed: spaces and any character count. */
const password = z.preprocess(
  (raw) => (Array.isArray(raw) ? raw.at(-1) : raw),
  z
    .string('Please type your password.')
    .min(1, 'Please type your password.')
    .max(MOST, 'This password is too long.'),
)

export const signInForm = z.object({
  email: line({ most: 254, label: 'The e-mail address', required: 'Please type your e-mail address.' }),
  password,
})
