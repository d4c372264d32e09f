import { type Answers, answersOf, type Place } from './answers.ts'
import { readChoice, readYesNo } from './choosing.ts'
import type { QuestionnaireResponse } from './fhir.ts'
import { growRows } from './growing.ts'
import { siblingName } from './names.ts'
import { type Posted, postedOf } from './posted.ts'
import { placesIn, type Section } from './sections.ts'
import { type Settled, withItems } from './settling.ts'
import { readTyped } from './typing.ts'
import { type OffsetFor, type ReadFields, utc } from './values.ts'
import { brief } from './wording.ts'

export type Problem = { name: string; linkId: string; label: string; message: string; section: number }

/** What was typed and could not be read, by field name, one text a row: shown again exactly so. */
export type Typed = ReadonlyMap<string, string[]>

export type Filled = { response: QuestionnaireResponse; problems: Problem[]; typed: Typed }

/** `offsetFor`: the offset of the client's zone at a local time ("2026-03-03T09:00"), as "-05:00". UTC without it. */
export type Filling = { offsetFor?: OffsetFor }

/** Takes what a section posted into the draft. Only questions that were on the page (`on`) and may be asked change. */
export function fillSection(
  { questionnaire, response }: Settled,
  section: Section,
  body: Record<string, unknown>,
  { offsetFor = utc }: Filling = {},
): Filled {
  const answers = answersOf(questionnaire, response)
  const posted = postedOf(body)
  const refused = growRows(questionnaire, answers, posted.on, section)
  const filling: Work = {
    posted,
    offsetFor,
    section,
    problems: refused.map((place) => tooMany(place, section)),
    typed: new Map(),
  }
  for (const place of placesIn(answers, section)) fillPlace(place, filling)
  return {
    response: withItems(response, answers),
    problems: inPlace(filling.problems, answers),
    typed: filling.typed,
  }
}

type Work = {
  posted: Posted
  offsetFor: OffsetFor
  section: Section
  problems: Problem[]
  typed: Map<string, string[]>
}

export const problemOf = ({ part, name }: Place, message: string, section: Section): Problem => ({
  name,
  linkId: part.item.linkId,
  label: part.label,
  message,
  section: section.number,
})

const tooMany = (place: Place, section: Section): Problem =>
  problemOf(place, `“${brief(place.part.label)}” can have at most ${place.part.most} rows.`, section)

/** What is in a place first: its rows are named by where they stood when the page was made. */
function fillPlace(place: Place, work: Work): void {
  for (const row of place.rows) for (const within of row) fillPlace(within, work)
  if (!place.part.isAsked || place.part.control === 'file' || !work.posted.on.has(place.name)) return
  const read = readFields(place, work)
  if (!('because' in read)) {
    place.answers = read.answers
    place.rows = read.rows ?? place.rows
    return
  }
  work.problems.push(problemOf(place, read.because, work.section))
  for (const name of [place.name, siblingName('other', place), siblingName('unit', place)])
    work.typed.set(name, work.posted.texts(name).slice(0, mostEchoed(place)))
}

const mostEchoed = ({ part }: Place): number => Math.max(part.most, part.options.length + 1)

function readFields(place: Place, { posted, offsetFor }: Work): ReadFields {
  if (place.part.item.type === 'boolean') return readYesNo(place, posted)
  return place.part.options.length > 0 ? readChoice(place, posted) : readTyped(place, posted, offsetFor)
}

/** In the order of the page. */
function inPlace(problems: Problem[], { byName }: Answers): Problem[] {
  if (problems.length < 2) return problems
  const order = new Map([...byName.keys()].map((name, index) => [name, index]))
  return problems.toSorted((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0))
}
