/** What a section of a form looks like, for the views: words and values only, nothing of FHIR. */

export type OptionShown = {
  /** What the field posts. */
  key: string
  label: string
  prefix: string
  isChosen: boolean
  /** Rules out all others, as "none of these". */
  isExclusive: boolean
}

export type FileShown = { id: string; name: string; size: string; href: string }

/** Which control asks a question. */
export type Control =
  | 'radio'
  | 'checks'
  | 'select'
  | 'scale'
  | 'slider'
  | 'stool-forms'
  | 'body-map'
  | 'text'
  | 'lines'
  | 'number'
  | 'quantity'
  | 'date'
  | 'date-time'
  | 'time'
  | 'address'
  | 'file'
  | 'shown'

/** A condition that the browser can decide by what stands on the page; see public/js/form.js. */
export type WhenShown = {
  any: boolean
  conditions: { field: string; operator: string; value: string | number | boolean }[]
}

export type ItemShown = {
  kind: 'group' | 'display' | 'question'
  linkId: string
  /** Of the field, unique on the page; see names.ts. */
  name: string
  /** Of the element: safe in an id attribute. */
  id: string
  label: string
  prefix: string
  /** Heading words of fewer letters, for lists of contents. */
  short: string
  /** Below the label. */
  help: string[]
  /** Behind "Why we ask" or the like. */
  flyover: string
  /** display items: help that stands for itself, or advice. */
  tone: 'plain' | 'advice'
  isEnabled: boolean
  isRequired: boolean
  /** Shown, not asked: calculated or read-only. */
  isShownOnly: boolean
  control: Control
  isHorizontal: boolean
  error: string
  /** What was typed or is kept, one string per row of a repeated field; at least one. */
  values: string[]
  /** In words, for what is only shown. */
  answer: string
  options: OptionShown[]
  /** open-choice: the field for another answer. */
  other: { name: string; label: string; value: string } | null
  /** quantity: the units to choose from, or the one there is. */
  units: { name: string; chosen: string; options: { key: string; label: string }[] } | null
  unit: string
  hint: string
  min: string
  max: string
  step: string
  maxLength: number | null
  /** The words at both ends of a scale. */
  ends: [string, string] | null
  files: FileShown[]
  accept: string
  /** One more row of a repeated field or group may be asked for: the name and value of the button. */
  more: { name: string; value: string; label: string } | null
  /** Of a repeated group: each row's items. Otherwise one row with what is nested. */
  rows: { items: ItemShown[]; remove: { name: string; value: string; label: string } | null }[]
  when: WhenShown | null
}

export type SectionShown = {
  title: string
  header: string[]
  footer: string[]
  items: ItemShown[]
}

/** An answer in words, as it is read: for the review, for what was sent, for the dietitian and on paper. */
export type Line = {
  kind: 'heading' | 'answer' | 'note'
  depth: number
  linkId: string
  label: string
  /** Several of a repeated question; empty when it was not answered. */
  answers: { words: string; file: FileShown | null }[]
  /** What is wrong with it, for the review. */
  error: string
}

export type Reading = { number: number; title: string; lines: Line[] }[]
