import { counted } from '../../../words.ts'
import { countQuestions } from '../../builder/pages.ts'
import type { Questionnaire } from '../../fhir.ts'
import type { Remark } from '../../remarks.ts'
import { sectionsOf } from '../../sections.ts'
import { formPath } from '../pages.ts'

const MOST_SHOWN = 100

/** What is said about a questionnaire before it is taken. */
export function importShown(
  questionnaire: Questionnaire,
  remarks: Remark[],
  known: { id: string; title: string; isArchived: boolean } | undefined,
) {
  return {
    title: questionnaire.title ?? 'A form without a title',
    version: questionnaire.version ?? '',
    url: questionnaire.url ?? '',
    description: questionnaire.description ?? '',
    copyright: questionnaire.copyright ?? '',
    questions: counted(countQuestions(questionnaire), 'question'),
    sections: sectionsOf(questionnaire).map(({ title, number }) => ({ title, number })),
    unsupported: remarks.slice(0, MOST_SHOWN),
    more: Math.max(0, remarks.length - MOST_SHOWN),
    known: known ? { ...known, href: formPath(known.id) } : null,
  }
}
