import { z } from 'zod'
import { choice } from '../web/form.ts'

export const attendanceForm = z.object({
  outcome: choice(['kept', 'no_show', 'booked'], 'Please choose whether the appointment was kept.'),
})
