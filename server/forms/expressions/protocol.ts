import type { Questionnaire, QuestionnaireResponse } from '../fhir.ts'
import type { Remark } from '../remarks.ts'
import type { Outcome } from './evaluation.ts'

/** What goes to the process that evaluates, and what comes back. */

export type Asked = {
  id: number
  task: 'evaluate' | 'try'
  key: string
  /** Left out when the process has it under this key already. */
  questionnaire?: Questionnaire
  /** `Given` as JSON. */
  text: string
}

export type Given = { response: QuestionnaireResponse; at?: string }

export type Answered =
  | { kind: 'ready' }
  | { kind: 'unknown'; id: number }
  | { kind: 'outcome'; id: number; outcome: Outcome }
  | { kind: 'remarks'; id: number; remarks: Remark[] }
  | { kind: 'tooLong'; id: number; linkId: string }

/** Milliseconds of one evaluation. */
export const LIMIT = 1000
/** Milliseconds more of the first of a form, when its expressions are read. */
export const READING_LIMIT = 2000
