/** A nutrition problem in three parts: what it is, what it comes from, and what shows it. */
export type Problem = { problem: string; relatedTo: string; shownBy: string }

/** What somebody writes into a note, as plain text; lines end in \n. */
export type Content = {
  assessment: string
  /** At most three; where there is none, `noProblem` says so. */
  problems: Problem[]
  noProblem: boolean
  intervention: string
  monitoring: string
}

export const MOST_PROBLEMS = 3
export const MOST_OF_A_SECTION = 20_000
export const MOST_OF_A_PART = 1000

export const emptyContent: Content = {
  assessment: '',
  problems: [],
  noProblem: false,
  intervention: '',
  monitoring: '',
}

export const headings = {
  assessment: 'Assessment',
  problem: 'Nutrition problem',
  intervention: 'Intervention',
  monitoring: 'Monitoring and evaluation',
} as const

export const NO_PROBLEM = 'No nutrition problem at this time'

export const partWords = { problem: 'Problem', relatedTo: 'Related to', shownBy: 'As shown by' } as const

const isBegun = ({ problem, relatedTo, shownBy }: Problem): boolean =>
  problem !== '' || relatedTo !== '' || shownBy !== ''

/** Without the rows that nothing was written into. */
export const withoutEmpty = (content: Content): Content => ({
  ...content,
  problems: content.problems.filter(isBegun),
})

export const isEmpty = ({ assessment, problems, noProblem, intervention, monitoring }: Content): boolean =>
  !noProblem && !problems.some(isBegun) && [assessment, intervention, monitoring].every((text) => text === '')

/** What still has to be written before a note can be signed; `name` is of the field, in the order of the page. */
export function missingIn({ assessment, problems, noProblem, intervention, monitoring }: Content) {
  const written = problems.filter(isBegun)
  return [
    assessment === '' && { name: 'assessment', message: 'Please write the assessment.' },
    written.length === 0 &&
      !noProblem && {
        name: 'problem1',
        message: 'Please write a nutrition problem, or tick that there is none at this time.',
      },
    written.length > 0 &&
      noProblem && {
        name: 'none',
        message: 'You wrote a nutrition problem and ticked that there is none. Please choose one of the two.',
      },
    ...problems.flatMap((problem, index) => (isBegun(problem) ? missingParts(problem, index + 1) : [])),
    intervention === '' && { name: 'intervention', message: 'Please write the intervention.' },
    monitoring === '' && { name: 'monitoring', message: 'Please write how you monitor and evaluate.' },
  ].filter((missing) => missing !== false)
}

const missingParts = ({ problem, relatedTo, shownBy }: Problem, number: number) =>
  [
    problem === '' && { name: `problem${number}`, message: `Please say what problem ${number} is.` },
    relatedTo === '' && {
      name: `related${number}`,
      message: `Please say what problem ${number} is related to.`,
    },
    shownBy === '' && { name: `shown${number}`, message: `Please say what shows problem ${number}.` },
  ].filter((missing) => missing !== false)

/** A note for reading: headings with their texts, and the problems as one sentence each. */
export type Section = { heading: string; texts: string[] }

export const problemWords = ({ problem, relatedTo, shownBy }: Problem): string =>
  [
    problem,
    relatedTo && `${partWords.relatedTo.toLowerCase()} ${relatedTo}`,
    shownBy && `${partWords.shownBy.toLowerCase()} ${shownBy}`,
  ]
    .filter(Boolean)
    .join(', ')

export function sectionsOf({
  assessment,
  problems,
  noProblem,
  intervention,
  monitoring,
}: Content): Section[] {
  const written = problems.filter(isBegun).map(problemWords)
  return [
    { heading: headings.assessment, texts: textsOf(assessment) },
    { heading: headings.problem, texts: [...written, ...(noProblem ? [NO_PROBLEM] : [])] },
    { heading: headings.intervention, texts: textsOf(intervention) },
    { heading: headings.monitoring, texts: textsOf(monitoring) },
  ]
}

const textsOf = (text: string): string[] => (text === '' ? [] : [text])

/** Sections that differ, as each of them stands: for who comes second. */
export function changesBetween(theirs: Content, mine: Content) {
  const [saved, typed] = [sectionsOf(theirs), sectionsOf(mine)]
  return saved.flatMap(({ heading, texts }, index) => {
    const [theirText, myText] = [texts.join('\n'), (typed[index]?.texts ?? []).join('\n')]
    return theirText === myText ? [] : [{ heading, saved: theirText, typed: myText }]
  })
}

export const isSame = (one: Content, other: Content): boolean =>
  JSON.stringify(inOrder(withoutEmpty(one))) === JSON.stringify(inOrder(withoutEmpty(other)))

const inOrder = ({ assessment, problems, noProblem, intervention, monitoring }: Content) => [
  assessment,
  problems.map(({ problem, relatedTo, shownBy }) => [problem, relatedTo, shownBy]),
  noProblem,
  intervention,
  monitoring,
]
