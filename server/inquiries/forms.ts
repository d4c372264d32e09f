import { z } from 'zod'
import { email, line, lines, phone } from '../web/form.ts'

export const inquiryForm = z.object({
  name: line({ most: 120, label: 'Your name', required: 'Please tell us your name.' }),
  email: email('Please give an e-mail address, so that we can answer.'),
  phone: phone({ most: 40, label: 'The phone number' }),
  message: lines({ most: 4000, label: 'Your message', required: 'Please write your question or message.' }),
  // People don't see this field; machines that fill in everything do.
  website: line({ most: 200, label: 'This field' }),
})
