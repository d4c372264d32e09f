import { z } from 'zod'
import { line } from '../web/form.ts'

const lastOf = (raw: unknown) => (Array.isArray(raw) ? raw.at(-1) : raw)

export const erasureForm = z.object({
  name: line({ most: 200, label: 'The name', required: 'Please type their name.' }),
  /** Taken exactly as typed. */
  password: z.preprocess(lastOf, z.string().max(200).catch('')),
  code: line({ most: 20, label: 'The code' }).transform((text) => text.replace(/\s/g, '')),
})
