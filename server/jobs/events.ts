/**
 * What can happen, what an event carries (ids, never anything about health), and which queues listen.
 * The feature that publishes does not know who listens; a listener is a handler in the jobs.ts of its feature.
 */
export type Events = {
  'appointment.booked': { changeId: number }
  'appointment.moved': { changeId: number }
  'appointment.cancelled': { changeId: number }
  'appointment.restored': { changeId: number }
  'inquiry.received': { inquiryId: string }
  'response.sent': { responseId: string }
  'person.invited': { invitationId: string }
  'sign-in.requested': { requestId: string }
  'account.email-change-asked': { changeId: string }
  'account.changed': AccountChange
  'form.asked': { requestIds: string[] }
  'form.planned': Record<string, never>
  'note.shared': { noteId: string }
}

/** How somebody signs in is different from now on. */
type AccountChange = {
  accountId: string
  what: 'password' | 'passkey-added' | 'passkey-removed' | 'app' | 'app-removed' | 'email' | 'codes'
  at: number
}

/** Further queues that are not fed by an event but by a handler, for a later time. */
export type Queues = {
  'appointment-mail-to-client': { changeId: number }
  'appointment-mail-to-dietitian': { changeId: number }
  'appointment-reminders': { changeId: number }
  'appointment-reminder': {
    appointmentId: string
    sequence: number
    hoursBefore: number
    to: 'client' | 'dietitian'
  }
  'inquiry-mail-to-practice': { inquiryId: string }
  'response-mail-to-dietitian': { responseId: string }
  'invitation-mail': { invitationId: string }
  'sign-in-link-mail': { requestId: string }
  'email-change-mail-to-old': { changeId: string }
  'email-change-mail-to-new': { changeId: string }
  'account-notice-mail': AccountChange
  'form-requests': { changeId: number }
  'form-request-mail': { requestIds: string[] }
  'form-reminder': { appointmentId: string; sequence: number; daysBefore: number }
  'form-plans': Record<string, never>
  'note-shared-mail': { noteId: string }
  'tidy-holds': Record<string, never>
  'tidy-sign-in': Record<string, never>
}

export type QueueName = keyof Queues

export const listeners: { [E in keyof Events]: QueueName[] } = {
  'appointment.booked': [
    'appointment-mail-to-client',
    'appointment-mail-to-dietitian',
    'appointment-reminders',
    'form-requests',
  ],
  'appointment.moved': [
    'appointment-mail-to-client',
    'appointment-mail-to-dietitian',
    'appointment-reminders',
    'form-requests',
  ],
  'appointment.cancelled': ['appointment-mail-to-client', 'appointment-mail-to-dietitian', 'form-requests'],
  'appointment.restored': [
    'appointment-mail-to-client',
    'appointment-mail-to-dietitian',
    'appointment-reminders',
    'form-requests',
  ],
  'inquiry.received': ['inquiry-mail-to-practice'],
  'response.sent': ['response-mail-to-dietitian'],
  'person.invited': ['invitation-mail'],
  'sign-in.requested': ['sign-in-link-mail'],
  'account.email-change-asked': ['email-change-mail-to-old', 'email-change-mail-to-new'],
  'account.changed': ['account-notice-mail'],
  'form.asked': ['form-request-mail'],
  'form.planned': ['form-plans'],
  'note.shared': ['note-shared-mail'],
}

/** A handler may run twice for the same job (a killed worker's job comes back); it must do its work once. */
export type Handlers = { [Q in QueueName]: (data: Queues[Q]) => Promise<void> }

export const queueNames: QueueName[] = [
  'appointment-mail-to-client',
  'appointment-mail-to-dietitian',
  'appointment-reminders',
  'appointment-reminder',
  'inquiry-mail-to-practice',
  'response-mail-to-dietitian',
  'invitation-mail',
  'sign-in-link-mail',
  'email-change-mail-to-old',
  'email-change-mail-to-new',
  'account-notice-mail',
  'form-requests',
  'form-request-mail',
  'form-reminder',
  'form-plans',
  'note-shared-mail',
  'tidy-holds',
  'tidy-sign-in',
]

/** Their jobs wait for a time of their own, each under a key: planned twice, there is still one. */
export const timedQueues: QueueName[] = ['appointment-reminder', 'form-reminder']

/** What is done without being asked: minute, hour, day … of UTC, as cron writes it. */
export const timetable: { queue: QueueName; cron: string }[] = [
  { queue: 'tidy-holds', cron: '17 * * * *' },
  { queue: 'tidy-sign-in', cron: '37 * * * *' },
  { queue: 'form-plans', cron: '1 * * * *' },
]
