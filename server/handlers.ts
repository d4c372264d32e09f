import { appointmentHandlers } from './appointments/jobs.ts'
import { bookingHandlers } from './booking/jobs.ts'
import type { Deps } from './deps.ts'
import { inquiryHandlers } from './inquiries/jobs.ts'
import type { Handlers } from './jobs/events.ts'
import type { Mailer } from './mail/transport.ts'

/** Who does the work of each queue. */
export const createHandlers = (deps: Deps & { mailer: Mailer }): Handlers => ({
  ...appointmentHandlers(deps),
  ...bookingHandlers(deps),
  ...inquiryHandlers(deps),
})
