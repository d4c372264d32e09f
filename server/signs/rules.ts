import type { Facts, Plain } from '../forms/facts.ts'

/** What rules are made of. Without an answer nothing holds: nobody is warned of what they did not say. */

export type About = {
  /** The day of answering, YYYY-MM-DD. */
  today: string
}

export type Rule = (facts: Facts, about: About) => boolean

/** Any of these answers, among those to a question. */
export const says = (facts: Facts, fact: string, ...answers: Plain[]): boolean =>
  (facts.get(fact) ?? []).some((value) => answers.includes(value))

/** A yes, as an option or as a boolean. */
export const isYes =
  (...asked: string[]): Rule =>
  (facts) =>
    asked.some((fact) => says(facts, fact, 'yes', true))

export const isAny =
  (fact: string, ...answers: Plain[]): Rule =>
  (facts) =>
    says(facts, fact, ...answers)

export const numberOf = (facts: Facts, fact: string): number | undefined =>
  facts.get(fact)?.find((value) => typeof value === 'number')

/** In completed years; undefined without a date of birth, or with one that is still to come. */
export function ageOn(facts: Facts, { today }: About): number | undefined {
  const born = facts.get('date-of-birth')?.[0]
  if (typeof born !== 'string' || !/^\d{4}/.test(born) || born > today) return undefined
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4))
  return today.slice(5) < born.slice(5) ? years - 1 : years
}

/** Longer than 6 weeks, in somebody older than 60: from the 61st birthday on. */
export const hasLooserStoolsOver60: Rule = (facts, about) =>
  says(facts, 'looser-stools', 'yes', true) &&
  (numberOf(facts, 'looser-weeks') ?? 0) > 6 &&
  (ageOn(facts, about) ?? 0) > 60

export const beganAt50OrLater: Rule = (facts) => (numberOf(facts, 'gut-began-age') ?? 0) >= 50

export const isUnder18: Rule = (facts, about) => (ageOn(facts, about) ?? 18) < 18

const hasCeliac = (facts: Facts) =>
  says(facts, 'told-conditions', 'celiac') || says(facts, 'tested-celiac', 'positive')

const isUntested = (facts: Facts) => says(facts, 'tested-celiac', 'no', 'not-sure')

const isGlutenFree = (facts: Facts) =>
  says(facts, 'gluten-now', 'no') ||
  (says(facts, 'way-of-eating', 'gluten-free') && !says(facts, 'gluten-now', 'yes', 'little'))

/** Never tested, or tested when the test could not show it. */
export const isGlutenFreeBeforeTest: Rule = (facts) =>
  isGlutenFree(facts) && !hasCeliac(facts) && (isUntested(facts) || says(facts, 'gluten-at-test', 'no'))

/** Told to have IBS, or a belly that hurts at least one day a week, with stools of form 6 or 7. */
export const hasLooseIbsUntested: Rule = (facts) =>
  (says(facts, 'told-conditions', 'ibs') || (numberOf(facts, 'pain-days') ?? 0) >= 1) &&
  says(facts, 'stool-form', '6', '7') &&
  isUntested(facts) &&
  !hasCeliac(facts) &&
  !isGlutenFree(facts)
