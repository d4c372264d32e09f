import type { Evaluator } from '../expressions/evaluator.ts'
import { beginResponse } from '../initial.ts'
import { sectionsOf } from '../sections.ts'
import { settle } from '../settling.ts'
import { showSection } from '../showing.ts'
import type { SectionShown } from '../shown.ts'
import type { FormVersion } from '../store.ts'

/** One section of a form as a client would see it, with the ways to the others. */
export type Preview = {
  title: string
  which: string
  number: number
  total: number
  section: SectionShown
  sections: { title: string; href: string; isHere: boolean }[]
  backHref: string
  earlierHref: string | null
  laterHref: string | null
}

export type Previewing = {
  /** "Version 3" or "The draft" */
  which: string
  backHref: string
  path: string
}

/**
 * @param at.number of the section, from 1
 * @returns undefined when there is no such section
 */
export async function previewOf(
  version: FormVersion,
  { which, backHref, path }: Previewing,
  { number, evaluator }: { number: number; evaluator: Evaluator },
): Promise<Preview | undefined> {
  const { definition: questionnaire, origin, url } = version
  const sections = sectionsOf(questionnaire)
  const section = sections.find((one) => one.number === number)
  if (!section) return undefined
  const response = beginResponse(questionnaire, { versionUrl: `${url}|${version.version}` })
  const key = `${version.id} ${version.revision}`
  const settled = await settle(questionnaire, response, (given) =>
    evaluator.evaluate({ questionnaire, key, isTrusted: origin === 'own', response: given }),
  )
  const href = (at: number) => `${path}/sections/${at}`
  return {
    title: version.title,
    which,
    number,
    total: sections.length,
    section: showSection(settled, section),
    sections: sections.map((one) => ({
      title: one.title,
      href: href(one.number),
      isHere: one.number === number,
    })),
    backHref,
    earlierHref: number > 1 ? href(number - 1) : null,
    laterHref: number < sections.length ? href(number + 1) : null,
  }
}
