import { accountHandlers } from './accounts/jobs.ts'
import { appointmentHandlers } from './appointments/jobs.ts'
import type { Deps } from './deps.ts'
import { holdHandlers } from './holds/jobs.ts'
import { inquiryHandlers } from './inquiries/jobs.ts'
import type { Handlers } from './jobs/events.ts'
import type { Mailer } from './mail/transport.ts'
import { noteHandlers } from './notes/sharing/jobs.ts'
import { peopleHandlers } from './people/jobs.ts'
import { requestHandlers } from './requests/jobs.ts'
import { responseHandlers } from './responses/jobs.ts'

/** Who does the work of each queue. */
export const createHandlers = (deps: Deps & { mailer: Mailer }): Handlers => ({
  ...accountHandlers(deps),
  ...appointmentHandlers(deps),
  ...holdHandlers(deps),
  ...inquiryHandlers(deps),
  ...noteHandlers(deps),
  ...peopleHandlers(deps),
  ...requestHandlers(deps),
  ...responseHandlers(deps),
})
