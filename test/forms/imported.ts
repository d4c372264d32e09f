import assert from 'node:assert/strict'
import { extensionUrl, FHIRPATH } from '../../server/forms/extensions.ts'
import type { Extension, Item, Questionnaire } from '../../server/forms/fhir.ts'
import { type Remark, readQuestionnaire } from '../../server/forms/reading.ts'

/** Questionnaires as they come from elsewhere, whole but for what a test is about. */

export type Loose = Record<string, unknown>

export const item = (linkId: string, type: string, more: Loose = {}): Loose => ({
  linkId,
  type,
  text: `About ${linkId}`,
  ...more,
})

export const form = (items: Loose[], more: Loose = {}): Loose => ({
  resourceType: 'Questionnaire',
  status: 'active',
  ...more,
  item: items,
})

export const choice = (linkId: string, more: Loose = {}): Loose =>
  item(linkId, 'choice', { answerOption: [option('yes'), option('no')], ...more })

export const option = (code: string, more: Loose = {}): Loose => ({
  valueCoding: { code, display: code },
  ...more,
})

export const when = (question: string, operator: string, answer: Loose): Loose => ({
  question,
  operator,
  ...answer,
})

export const expression = (
  name: 'variable' | 'calculatedExpression' | 'enableWhenExpression',
  text: string,
  called?: string,
): Extension => ({
  url: extensionUrl(name),
  valueExpression: { ...(called && { name: called }), language: FHIRPATH, expression: text },
})

export const control = (code: string): Extension => ({
  url: extensionUrl('itemControl'),
  valueCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/questionnaire-item-control', code }] },
})

export function accepted(read: unknown): { questionnaire: Questionnaire; unsupported: Remark[] } {
  const found = readQuestionnaire(JSON.stringify(read))
  assert.ok(found.ok, found.ok ? '' : JSON.stringify(found.problems))
  return found
}

export function refused(read: unknown): Remark[] {
  const found = readQuestionnaire(typeof read === 'string' ? read : JSON.stringify(read))
  assert.ok(!found.ok, 'it was taken')
  return found.problems
}

/** As whoever imports it reads it. */
export const said = (remarks: Remark[]): string[] =>
  remarks.map(({ where, message }) => `${where}: ${message}`)

export const remarks = (...items: Loose[]): string[] => said(accepted(form(items)).unsupported)

export const everyItem = (items: Item[] = []): Item[] => items.flatMap((one) => [one, ...everyItem(one.item)])
