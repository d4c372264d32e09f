import type { PlaceName } from '../words.ts'

export type StarterType = {
  slug: string
  name: string
  summary: string
  description: string
  minutes: number
  price_cents: number
  places: PlaceName[]
  buffer_before_minutes: number
  buffer_after_minutes: number
  step_minutes: number
  minimum_notice_minutes: number
  listed: boolean
}

/** What a new practice begins with; everything here is to be changed by the practice. */
export const starterTypes: StarterType[] = [
  {
    slug: 'hello-call',
    name: 'Hello call',
    summary: 'Get to know each other and find out if we are a good fit.',
    description:
      'A short, free call. Tell us what you are looking for and ask whatever you like. Nothing to prepare.',
    minutes: 15,
    price_cents: 0,
    places: ['phone', 'video'],
    buffer_before_minutes: 0,
    buffer_after_minutes: 5,
    step_minutes: 15,
    minimum_notice_minutes: 240,
    listed: true,
  },
  {
    slug: 'initial-consultation',
    name: 'Initial consultation',
    summary: 'Your history, your gut, your skin, and the first steps of your plan.',
    description:
      'We go through your story together: symptoms, food, medicines, sleep and stress. You leave with a first plan that fits your days.',
    minutes: 60,
    price_cents: 18500,
    places: ['in_person', 'video', 'phone'],
    buffer_before_minutes: 10,
    buffer_after_minutes: 15,
    step_minutes: 30,
    minimum_notice_minutes: 1440,
    listed: true,
  },
  {
    slug: 'fodmap-review',
    name: 'FODMAP review',
    summary: 'Where you are in the elimination diet, and what to bring back next.',
    description:
      'For everybody in the middle of a low FODMAP diet: what the restriction showed, which food group to test next, and how.',
    minutes: 45,
    price_cents: 12500,
    places: ['video', 'in_person'],
    buffer_before_minutes: 5,
    buffer_after_minutes: 10,
    step_minutes: 15,
    minimum_notice_minutes: 720,
    listed: true,
  },
  {
    slug: 'follow-up',
    name: 'Follow-up',
    summary: 'What has changed since we last spoke, and what comes next.',
    description: 'A shorter appointment for clients whom we know already.',
    minutes: 30,
    price_cents: 8500,
    places: ['video', 'phone', 'in_person'],
    buffer_before_minutes: 0,
    buffer_after_minutes: 10,
    step_minutes: 15,
    minimum_notice_minutes: 720,
    listed: false,
  },
]

const HOUR = 60

/** Monday to Friday, 9 to 12 and 1 to 5. */
export const starterHours = [1, 2, 3, 4, 5].flatMap((weekday) => [
  { weekday, from_minute: 9 * HOUR, to_minute: 12 * HOUR },
  { weekday, from_minute: 13 * HOUR, to_minute: 17 * HOUR },
])
