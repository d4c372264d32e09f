import type { TypeFields } from './store.ts'

/** The columns of an appointment type. */
export const rowOf = (fields: TypeFields) => ({
  name: fields.name,
  slug: fields.slug,
  summary: fields.summary,
  description: fields.description,
  minutes: fields.minutes,
  buffer_before_minutes: fields.bufferBefore,
  buffer_after_minutes: fields.bufferAfter,
  price_cents: fields.price,
  currency: fields.currency,
  places: fields.places,
  listed: fields.who === 'anyone',
  practice_only: fields.who === 'practice',
  minimum_notice_minutes: fields.notice,
  booking_window_days: fields.windowDays,
  step_minutes: fields.step,
  daily_limit: fields.dailyLimit,
  change_deadline_minutes: fields.changeDeadline,
})
