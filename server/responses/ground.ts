import { DateTime } from 'luxon'
import type { Instant } from '../clock.ts'
import type { Evaluator } from '../forms/expressions/evaluator.ts'
import type { Filling } from '../forms/filling.ts'
import { isLasting } from '../forms/lasting.ts'
import type { Evaluate } from '../forms/settling.ts'
import type { FormVersion } from '../forms/store.ts'
import { withoutMarks } from './marks.ts'

/** With what a form is worked out: its definition, its expressions, and the zone that the client types times in. */
export type Ground = {
  definition: FormVersion['definition']
  evaluate: Evaluate
  /** For a draft as it was saved; undefined when what was worked out then still holds. */
  evaluateAgain: Evaluate | undefined
} & Filling

export type Zones = { client: string; practice: string }

/** @param evaluator of the process; expressions see the practice's time */
export const groundOf = (
  version: Pick<FormVersion, 'id' | 'definition' | 'origin'>,
  evaluator: Pick<Evaluator, 'evaluate'>,
  { zones, now }: { zones: Zones; now: Instant },
): Ground => {
  const { definition } = version
  const evaluate: Evaluate = (response) =>
    evaluator.evaluate({
      questionnaire: definition,
      key: version.id,
      isTrusted: version.origin === 'own',
      response: withoutMarks(response),
      at: momentIn(zones.practice, now),
    })
  const evaluateAgain = isLasting(definition) ? undefined : evaluate
  return { definition, offsetFor: offsetIn(zones.client), evaluate, evaluateAgain }
}

/** A FHIR dateTime with seconds and offset. */
const momentIn = (zone: string, now: Instant): string =>
  DateTime.fromMillis(now, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ")

/** The offset of a zone at a local time ("2026-03-03T09:00"), as "-05:00". */
const offsetIn =
  (zone: string) =>
  (local: string): string =>
    DateTime.fromISO(local, { zone }).toFormat('ZZ')
