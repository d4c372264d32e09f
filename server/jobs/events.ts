/**
 * What can happen, what an event carries (ids, never anything about health), and which queues listen.
 * The feature that publishes does not know who listens; a listener is a handler in the jobs.ts of its feature.
 */
export type Events = {
  'appointment.booked': { changeId: number }
  'appointment.moved': { changeId: number }
  'appointment.cancelled': { changeId: number }
  'inquiry.received': { inquiryId: string }
  'sign-in.requested': { requestId: string }
  'account.email-change-asked': { changeId: string }
  'account.changed': AccountChange
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
  'sign-in-link-mail': { requestId: string }
  'email-change-mail-to-old': { changeId: string }
  'email-change-mail-to-new': { changeId: string }
  'account-notice-mail': AccountChange
  'tidy-holds': Record<string, never>
  'tidy-sign-in': Record<string, never>
}

export type QueueName = keyof Queues

export const listeners: { [E in keyof Events]: QueueName[] } = {
  'appointment.booked': [
    'appointment-mail-to-client',
    'appointment-mail-to-dietitian',
    'appointment-reminders',
  ],
  'appointment.moved': [
    'appointment-mail-to-client',
    'appointment-mail-to-dietitian',
    'appointment-reminders',
  ],
  'appointment.cancelled': ['appointment-mail-to-client', 'appointment-mail-to-dietitian'],
  'inquiry.received': ['inquiry-mail-to-practice'],
  'sign-in.requested': ['sign-in-link-mail'],
  'account.email-change-asked': ['email-change-mail-to-old', 'email-change-mail-to-new'],
  'account.changed': ['account-notice-mail'],
}

/** A handler may run twice for the same job (a killed worker's job comes back); it must do its work once. */
export type Handlers = { [Q in QueueName]: (data: Queues[Q]) => Promise<void> }

export const queueNames: QueueName[] = [
  'appointment-mail-to-client',
  'appointment-mail-to-dietitian',
  'appointment-reminders',
  'appointment-reminder',
  'inquiry-mail-to-practice',
  'sign-in-link-mail',
  'email-change-mail-to-old',
  'email-change-mail-to-new',
  'account-notice-mail',
  'tidy-holds',
  'tidy-sign-in',
]

/** What is done without being asked: minute, hour, day … of UTC, as cron writes it. */
export const timetable: { queue: QueueName; cron: string }[] = [
  { queue: 'tidy-holds', cron: '17 * * * *' },
  { queue: 'tidy-sign-in', cron: '37 * * * *' },
]
