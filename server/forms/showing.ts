import { type Answers, everyPlace, type Place, readAnswers } from './answers.ts'
import type { Part } from './definition.ts'
import { displayCategory, itemControl } from './extensions.ts'
import { fieldOf, type Kept, noField } from './fields.ts'
import type { Problem, Typed } from './filling.ts'
import { domId } from './names.ts'
import { canHaveMore, canLose, rowName } from './rows.ts'
import { isAround, placesIn, type Section } from './sections.ts'
import type { Settled } from './settling.ts'
import type { FileShown, ItemShown, SectionShown } from './shown.ts'
import { whenOf } from './whens.ts'
import { brief, valueWords } from './wording.ts'

/** `files`: by the url of the attachment. */
export type Showing = { problems?: Problem[]; typed?: Typed; files?: ReadonlyMap<string, FileShown> }

type Page = Kept & { settled: Settled; errors: Map<string, string>; fields: Set<string> }

/** A section as its page shows it: disabled items too (the browser may enable them), hidden ones never. */
export function showSection(settled: Settled, section: Section, showing: Showing = {}): SectionShown {
  const answers = readAnswers(settled.questionnaire, settled.response)
  const places = placesIn(answers, section)
  const page: Page = {
    settled,
    errors: new Map((showing.problems ?? []).map(({ name, message }) => [name, message])),
    typed: showing.typed ?? new Map(),
    files: showing.files ?? new Map(),
    fields: new Set(everyPlace(places).flatMap(({ part, name }) => (part.isAsked ? name : []))),
  }
  const own = places.find((place) => isTitled(place, section))
  return {
    title: section.title,
    header: [...wordsAround('header', answers, settled), ...(own ? asides(own, page, 'help') : [])],
    footer: wordsAround('footer', answers, settled),
    items: itemsOf(
      places.flatMap((place) => (place === own ? (place.rows[0] ?? []) : [place])),
      page,
    ),
  }
}

/** The group whose words are the title of the page: its items stand on the page itself. */
export const isTitled = ({ part }: Place, { linkId }: Section): boolean =>
  part.item.type === 'group' && part.item.linkId === linkId && !part.hasRows

function wordsAround(control: 'header' | 'footer', { places }: Answers, { enabled }: Settled): string[] {
  const around = places.filter(({ part }) => isAround(part, control))
  return everyPlace(around).flatMap(({ part, name }) => (enabled.has(name) && part.label ? part.label : []))
}

const itemsOf = (places: Place[], page: Page): ItemShown[] =>
  places.filter(({ part }) => !part.isHidden && !part.isAside).map((place) => itemOf(place, page))

function itemOf(place: Place, page: Page): ItemShown {
  const { part, name } = place
  const { item, isQuestion, label } = part
  return {
    kind: isQuestion ? 'question' : (item.type as 'group' | 'display'),
    linkId: item.linkId,
    name,
    id: domId(name),
    label,
    prefix: item.prefix ?? '',
    short: part.short,
    help: asides(place, page, 'help'),
    flyover: asides(place, page, 'flyover').join(' '),
    tone: isAdvice(part) ? 'advice' : 'plain',
    isEnabled: page.settled.enabled.has(name),
    isRequired: item.required === true && (part.isAsked || item.type === 'group'),
    isShownOnly: isQuestion && !part.isAsked,
    error: page.errors.get(name) ?? '',
    ...(isQuestion ? fieldOf(place, page) : noField),
    more: canHaveMore(place)
      ? { name: 'add', value: name, label: `Add another: ${brief(part.short)}` }
      : null,
    rows: rowsOf(place, page),
    when: whenOf(place, page.fields),
  }
}

/** Words that come with an answer are advice; words that are always there are not. */
export const isAdvice = (part: Part): boolean =>
  part.item.type === 'display' && hasOwnCondition(part) && displayCategory(part.item) !== 'instructions'

const hasOwnCondition = ({ conditions, hasWhenExpression }: Part): boolean =>
  conditions.length > 0 || hasWhenExpression

/** Words about an item that are enabled: behind a button (`flyover`), or below its label (all others). */
function asides({ rows: [row = []] }: Place, { settled }: Page, control: 'help' | 'flyover'): string[] {
  return row.flatMap(({ part, name }) => {
    // What has no condition of its own comes and goes with its item.
    const isOff = hasOwnCondition(part) && !settled.enabled.has(name)
    if (!part.isAside || part.isHidden || isOff || part.label === '') return []
    const own = itemControl(part.item)
    return own !== 'unit' && (own === 'flyover') === (control === 'flyover') ? part.label : []
  })
}

function rowsOf(place: Place, page: Page): ItemShown['rows'] {
  const { rows, part } = place
  if (!part.hasRows) return [{ items: itemsOf(rows[0] ?? [], page), remove: null }]
  return rows.map((row, index) => ({
    items: [...answerAbove(place, index), ...itemsOf(row, page)],
    remove: canLose(place, index)
      ? { name: 'remove', value: rowName(place, index), label: `Remove ${brief(part.short)} ${index + 1}` }
      : null,
  }))
}

/** Which of the chosen answers the questions of a row are about. */
function answerAbove(place: Place, row: number): ItemShown[] {
  const answer = place.answers[row]
  if (place.part.options.length === 0 || !answer) return []
  const name = rowName(place, row)
  const label = valueWords(answer)
  const nothing = {
    ...noField,
    prefix: '',
    help: [],
    flyover: '',
    error: '',
    more: null,
    rows: [],
    when: null,
  }
  const { linkId } = place.part.item
  const state = { isEnabled: true, isRequired: false, isShownOnly: false } as const
  return [
    {
      kind: 'display',
      linkId,
      name,
      id: domId(name),
      label,
      short: label,
      tone: 'plain',
      ...nothing,
      ...state,
    },
  ]
}
