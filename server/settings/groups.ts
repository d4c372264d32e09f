import type { Action } from '../audit/actions.ts'
import type { Fields } from '../practice/meanwhile.ts'
import type { Habit } from '../practice/store.ts'

/** Settings that are shown and saved together, all of them columns of the one practice. */
export type GroupName = 'practice' | 'home' | 'policies' | 'security'

export type Row = Record<string, unknown>

type Group = {
  path: string
  columns: readonly string[]
  action: Action
  /** Of the fields, in the order of the page. */
  labels: Record<string, string>
  toFields(row: Row): Fields
}

const asTexts =
  (names: readonly string[]) =>
  (row: Row): Fields =>
    Object.fromEntries(names.map((name) => [name, String(row[name] ?? '')]))

export const MOST_HABITS = 6

/** The pictures that a habit can have, as lucide calls them, and in words. */
export const habitIcons: Record<string, string> = {
  wheat: 'Wheat',
  'candy-off': 'Candy, crossed out',
  'flask-conical': 'Flask',
  wind: 'Wind',
  moon: 'Moon',
  droplets: 'Drops',
  apple: 'Apple',
  carrot: 'Carrot',
  salad: 'Salad',
  soup: 'Soup',
  footprints: 'Footprints',
  heart: 'Heart',
  leaf: 'Leaf',
  sun: 'Sun',
  smile: 'Smile',
  'alarm-clock': 'Clock',
}

export const habitNumbers = Array.from({ length: MOST_HABITS }, (_, index) => index + 1)

const habitFields = (habits: Habit[]): Fields =>
  Object.fromEntries(
    habitNumbers.flatMap((n) => {
      const { title = '', text = '', icon = 'leaf' } = habits[n - 1] ?? {}
      return [
        [`title${n}`, title],
        [`text${n}`, text],
        [`icon${n}`, icon],
      ]
    }),
  )

/** Those that have a title, in their order. */
export const habitsOf = (fields: Fields): Habit[] =>
  habitNumbers
    .map((n) => ({
      title: fields[`title${n}`] ?? '',
      text: fields[`text${n}`] ?? '',
      icon: fields[`icon${n}`] ?? 'leaf',
    }))
    .filter(({ title }) => title !== '')

const practice = ['name', 'tagline', 'address', 'phone', 'email', 'zone'] as const
const texts = ['headline', 'introduction', 'about', 'call_to_action'] as const
const policies = ['cancellation_policy', 'privacy_policy', 'keeps_records_years'] as const
const minutes = [
  'client_idle_minutes',
  'client_absolute_minutes',
  'dietitian_idle_minutes',
  'dietitian_absolute_minutes',
] as const

export const groups: Record<GroupName, Group> = {
  practice: {
    path: '/practice/settings',
    columns: practice,
    action: 'settings.changed',
    labels: {
      name: 'Name',
      tagline: 'Tagline',
      address: 'Address',
      phone: 'Phone',
      email: 'E-mail',
      zone: 'Time zone',
    },
    toFields: asTexts(practice),
  },
  home: {
    path: '/practice/settings/home',
    columns: [...texts, 'habits'],
    action: 'settings.changed',
    labels: {
      headline: 'Headline',
      introduction: 'Introduction',
      about: 'About the practice',
      call_to_action: 'Invitation at the end of articles',
      ...Object.fromEntries(
        habitNumbers.flatMap((n) => [
          [`title${n}`, `Habit ${n}: title`],
          [`text${n}`, `Habit ${n}: text`],
        ]),
      ),
    },
    toFields: (row) => ({ ...asTexts(texts)(row), ...habitFields(row.habits as Habit[]) }),
  },
  policies: {
    path: '/practice/settings/policies',
    columns: policies,
    action: 'policies.changed',
    labels: {
      cancellation_policy: 'Cancellation policy',
      privacy_policy: 'Privacy',
      keeps_records_years: 'Years that signed records are kept',
    },
    toFields: asTexts(policies),
  },
  security: {
    path: '/practice/settings/security',
    columns: ['require_second_factor', ...minutes],
    action: 'settings.changed',
    labels: {
      required: 'Second factor for everybody',
      client_idle_minutes: 'Clients: minutes without a click',
      client_absolute_minutes: 'Clients: minutes in all',
      dietitian_idle_minutes: 'Dietitians: minutes without a click',
      dietitian_absolute_minutes: 'Dietitians: minutes in all',
    },
    toFields: (row) => ({ required: row.require_second_factor ? 'yes' : 'no', ...asTexts(minutes)(row) }),
  },
}
