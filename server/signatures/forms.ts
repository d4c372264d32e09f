import { z } from 'zod'
import { line } from '../web/form.ts'

export const signatureForm = z.object({
  name: line({ most: 120, label: 'Your name', required: 'Please type your full name to sign.' }),
})
