import { z } from 'zod'
import { MOST_IN_MESSAGE } from '../../appointments/messages.ts'
import { choice, lines, tick } from '../../web/form.ts'

export const attendanceForm = z.object({
  outcome: choice(
    ['kept', 'late', 'no_show', 'booked', 'cancelled', 'cancelled_late'],
    'Please choose whether the appointment was kept.',
  ),
})

/** Late: the client called it off later than was agreed, and it counts so. */
export const cancellationForm = z.object({
  message: lines({ most: MOST_IN_MESSAGE, label: 'The message' }),
  late: tick,
})
