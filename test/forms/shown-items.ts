import type { ItemShown, OptionShown, SectionShown } from '../../server/forms/shown.ts'

/** Sections as the views get them, made by hand: a test writes only what it is about. */

let count = 0

export function item(given: Partial<ItemShown> = {}): ItemShown {
  count += 1
  const linkId = given.linkId ?? `q${count}`
  return {
    kind: 'question',
    linkId,
    name: `a:${linkId}`,
    id: `a-${linkId}`,
    label: 'What do you notice?',
    prefix: '',
    short: '',
    help: [],
    flyover: '',
    tone: 'plain',
    isEnabled: true,
    isRequired: false,
    isShownOnly: false,
    control: 'text',
    isHorizontal: false,
    error: '',
    values: [''],
    answer: '',
    options: [],
    other: null,
    units: null,
    unit: '',
    hint: '',
    min: '',
    max: '',
    step: '',
    maxLength: null,
    ends: null,
    files: [],
    accept: '',
    more: null,
    rows: [],
    when: null,
    ...given,
  }
}

export const option = (key: string, label: string, given: Partial<OptionShown> = {}): OptionShown => ({
  key,
  label,
  prefix: '',
  isChosen: false,
  isExclusive: false,
  ...given,
})

export const section = (items: ItemShown[], given: Partial<SectionShown> = {}): SectionShown => ({
  title: 'Your gut now',
  header: [],
  footer: [],
  items,
  ...given,
})

export const group = (label: string, items: ItemShown[], given: Partial<ItemShown> = {}): ItemShown =>
  item({ kind: 'group', label, rows: [{ items, remove: null }], ...given })
