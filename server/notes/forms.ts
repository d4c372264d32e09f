import { z } from 'zod'
import { isUuid, line, lines, tick } from '../web/form.ts'
import { type Content, headings, MOST_OF_A_PART, MOST_OF_A_SECTION, withoutEmpty } from './content.ts'

const section = (heading: string) => lines({ most: MOST_OF_A_SECTION, label: `“${heading}”` })

const part = (label: string) => lines({ most: MOST_OF_A_PART, label })

/** The fields of what is written, for a note as for a template of it. */
const written = {
  assessment: section(headings.assessment),
  problem1: part('Problem 1'),
  related1: part('What problem 1 is related to'),
  shown1: part('What shows problem 1'),
  problem2: part('Problem 2'),
  related2: part('What problem 2 is related to'),
  shown2: part('What shows problem 2'),
  problem3: part('Problem 3'),
  related3: part('What problem 3 is related to'),
  shown3: part('What shows problem 3'),
  none: tick,
  intervention: section(headings.intervention),
  monitoring: section(headings.monitoring),
}

const count = (most: number) =>
  line({ most: 12, label: 'The page' }).transform((text) =>
    /^\d{1,9}$/.test(text) ? Math.min(Number(text), most) : 0,
  )

const MOST = 999_999_999

/** Which state of the record the page shows, which page it is, and how often it has saved. */
export const saving = {
  base: count(MOST),
  page: line({ most: 200, label: 'The page' }).transform((text) => (isUuid(text) ? text : null)),
  turn: count(MOST),
}

/** An id, or nothing. */
const optionalId = (message: string) =>
  line({ most: 60, label: 'The choice' }).refine((text) => text === '' || isUuid(text), message)

const APPOINTMENT = 'Please choose among the appointments of this page.'

export const noteForm = z.object({ ...written, appointment: optionalId(APPOINTMENT), ...saving })

export const beginForm = z.object({
  from: line({ most: 60, label: 'The beginning' }).refine(
    (text) => text === '' || text === 'last' || isUuid(text),
    'Please choose how to begin.',
  ),
  appointment: optionalId(APPOINTMENT),
})

export const addendumForm = z.object({
  reason: line({ most: 300, label: 'The reason' }),
  text: lines({ most: MOST_OF_A_SECTION, label: 'The addendum' }),
  ...saving,
})

const lastOf = (raw: unknown) => (Array.isArray(raw) ? raw.at(-1) : raw)

/** A password is taken exactly as typed. */
export const signForm = z.object({
  password: z.preprocess(lastOf, z.string().max(200).catch('')),
  code: line({ most: 20, label: 'The code' }).transform((text) => text.replace(/\s/g, '')),
  base: saving.base,
})

export const passkeySignForm = z.object({
  response: z.preprocess(lastOf, z.string().max(50_000).catch('')),
  base: saving.base,
})

const name = line({ most: 80, label: 'The name', required: 'Please give it a name.' })

export const templateForm = z.object({ name, ...written, base: saving.base })

export const snippetForm = z.object({
  name,
  text: lines({ most: 5000, label: 'The text', required: 'Please write the text.' }),
  base: saving.base,
})

export const removalForm = z.object({ base: saving.base })

type Written = z.infer<z.ZodObject<typeof written>>

const NUMBERS = [1, 2, 3] as const

/** What was written into the fields of a form. */
export const contentOf = (value: Written): Content =>
  withoutEmpty({
    assessment: value.assessment,
    problems: NUMBERS.map((number) => ({
      problem: value[`problem${number}`],
      relatedTo: value[`related${number}`],
      shownBy: value[`shown${number}`],
    })),
    noProblem: value.none,
    intervention: value.intervention,
    monitoring: value.monitoring,
  })

/** The other way round: the fields as they are filled with what was written. */
export const valuesOf = ({ assessment, problems, noProblem, intervention, monitoring }: Content) => ({
  assessment,
  ...Object.fromEntries(
    problems.flatMap(({ problem, relatedTo, shownBy }, index) => [
      [`problem${index + 1}`, problem],
      [`related${index + 1}`, relatedTo],
      [`shown${index + 1}`, shownBy],
    ]),
  ),
  none: noProblem ? 'yes' : '',
  intervention,
  monitoring,
})
