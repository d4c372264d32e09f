import { allProblems } from '../forms/checking.ts'
import { digestOfSection } from '../forms/digest.ts'
import type { Attachment, Questionnaire, QuestionnaireResponse } from '../forms/fhir.ts'
import { fillSection, type Problem, type Typed } from '../forms/filling.ts'
import { addFile, addRow, removeFile, removeRow } from '../forms/rows.ts'
import { pathOf, type Section } from '../forms/sections.ts'
import { type Settled, settle } from '../forms/settling.ts'
import { showSection } from '../forms/showing.ts'
import { filesIn, fileUrl } from './attachments.ts'
import type { Ground } from './ground.ts'
import { isNextTurn, isOvertaken, type Marks, marksOf, withMarks } from './marks.ts'
import { enabledIn, questionsAskedIn } from './shown.ts'
import type { Wish } from './wish.ts'

/** A stored file that came with the form, and the name of its field. */
export type Attached = { name: string; linkId: string; label: string; attachment: Attachment }

export type Post = {
  section: Section
  body: Record<string, unknown>
  wish: Wish
  attached: Attached[]
  /** Of files that were refused. */
  refused: Problem[]
}

export type Judged = {
  /**
   * saved: all that could be read. conflict: the section was changed elsewhere since the page was shown, and nothing is
   * saved. overtaken: a later save of the same page is kept.
   */
  kind: 'saved' | 'conflict' | 'overtaken'
  /** As it is kept. */
  kept: Settled
  /** With what was posted; the same as `kept` once it is saved. */
  mine: Settled
  problems: Problem[]
  typed: Typed
  /** Names of questions that these answers ask for and that were not on the page. */
  more: string[]
}

/** What a posted section makes of the draft; `response` is what to keep, undefined when nothing is. */
export async function judgePost(
  ground: Ground,
  before: QuestionnaireResponse,
  post: Post,
): Promise<Judged & { response: QuestionnaireResponse | undefined }> {
  const { definition, evaluate } = ground
  const { section, wish } = post
  const kept = await settle(definition, before, ground.evaluateAgain)
  const marks = marksOf(before)
  const last = marks.pages.get(section.number)
  const filled = fillSection(kept, section, post.body, ground)
  const changed = changeRows(definition, filled.response, post)
  const mine = await settle(definition, changed, evaluate, isSettled(ground, marks) ? kept : undefined)
  const unreadable = [...filled.problems, ...post.refused, ...crowdedOut(changed, post)]
  const judged = { kept, mine, typed: filled.typed, more: [], response: undefined }
  if (isOvertaken(last, wish.mark)) return { ...judged, kind: 'overtaken', mine: kept, problems: [] }
  const digest = (settled: Settled) => digestOfSection(definition, section, settled.response)
  const isFresh = wish.base === digest(kept) || isNextTurn(last, wish.mark) || digest(mine) === digest(kept)
  if (!isFresh) {
    // Rows and files wait until it is chosen which answers to keep.
    const problems = [...filled.problems, ...post.refused, ...notKept(post)]
    return {
      ...judged,
      kind: 'conflict',
      mine: await settle(definition, filled.response, evaluate),
      problems,
    }
  }
  return { ...judged, ...goOn(mine, marks, { ...post, unreadable }), kind: 'saved', kept: mine }
}

/** What was calculated when it was saved last still holds, as far as the answers are the same. */
const isSettled = ({ evaluateAgain }: Ground, { pages, isUnsettled }: Marks): boolean =>
  evaluateAgain === undefined && pages.size > 0 && !isUnsettled

/** What is left to do in the section before it leads on, and what is kept. */
function goOn(mine: Settled, marks: Marks, post: Post & { unreadable: Problem[] }) {
  const { section, unreadable, wish } = post
  const isNext = wish.go === 'next'
  const problems = isNext ? allProblems(mine, section, unreadable) : unreadable
  const more = isNext ? newQuestions(mine, post) : []
  const isDone = isNext && problems.length === 0 && more.length === 0
  return { problems, more, response: marked(mine, marks, post, isDone) }
}

function changeRows(
  definition: Questionnaire,
  filled: QuestionnaireResponse,
  { wish, attached }: Post,
): QuestionnaireResponse {
  let response = filled
  for (const file of attached) response = addFile(response, definition, file)
  if (wish.add) response = addRow(response, definition, wish.add)
  if (wish.remove) response = removeRow(response, definition, wish.remove)
  if (wish.detach) response = removeFile(response, definition, fileUrl(wish.detach))
  return response
}

const CROWDED = 'This question takes no more files. Please remove one first.'

function crowdedOut(response: QuestionnaireResponse, { attached, section }: Post): Problem[] {
  const named = new Set(filesIn(response).map(fileUrl))
  return attached
    .filter(({ attachment }) => !named.has(String(attachment.url)))
    .map(({ attachment: _, ...about }) => ({ ...about, message: CROWDED, section: section.number }))
}

/** A page can show again what was typed into it, but no file that was chosen. */
const notKept = ({ attached, section }: Post): Problem[] =>
  attached.map(({ attachment, ...about }) => {
    const message = `Please choose this file again: ${attachment.title}. It is not kept until you choose which answers to keep.`
    return { ...about, message, section: section.number }
  })

/** The draft with where to go on: the next section, or this one while something is left to do in it. */
function marked(mine: Settled, { pages }: Marks, { section, wish }: Post, goesOn: boolean) {
  const next = pathOf(mine).find(({ number }) => number > section.number)
  const resumeAt = goesOn ? (next?.number ?? null) : section.number
  const isUnsettled = mine.troubles.some(({ isPassing }) => isPassing)
  return withMarks(mine.response, {
    resumeAt,
    pages: new Map(pages).set(section.number, wish.mark),
    isUnsettled,
  })
}

function newQuestions(settled: Settled, { section, body }: Post): string[] {
  const on = new Set([body.on].flat())
  return questionsAskedIn(showSection(settled, section)).filter((name) => !on.has(name))
}

/** What the page is told after a save without leaving it: names that are enabled, and calculated values in words. */
export const stateOf = (settled: Settled, section: Section) => ({
  base: digestOfSection(settled.questionnaire, section, settled.response),
  ...enabledIn(showSection(settled, section)),
})
