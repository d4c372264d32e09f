import type { Locator, Page } from 'playwright-core'
import { itemControl, shortText } from '../../server/forms/extensions.ts'
import type { Answer, Item, QuestionnaireResponse, ResponseItem } from '../../server/forms/fhir.ts'
import { fieldName } from '../../server/forms/names.ts'
import type { Answers } from '../../server/sample/answering.ts'
import { anew } from '../support/journey.ts'

/** Somebody who fills in a form in a browser, by the words that stand there. */

const escaped = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What a question is called on the page. */
export const called = (words = ''): RegExp => new RegExp(`^${escaped(words)}( needed)?$`)

const rowsIn = (answers: Answers, { linkId }: Item): Answers[] => {
  const given = answers[linkId]
  return Array.isArray(given) ? given.filter((row) => typeof row === 'object') : []
}

const valuesIn = (answers: Answers, { linkId }: Item): string[] => {
  const given = answers[linkId]
  return given === undefined ? [] : [given].flat().map(String)
}

const isScale = ({ extension = [] }: Item): boolean => extension.some(({ url }) => url === 'urn:flora:ends')
const isChoice = ({ type }: Item): boolean => type === 'choice' || type === 'open-choice'

/** Answers all that is shown of these questions. @returns those that have an answer and are not shown */
export async function fillIn(part: Locator, items: Item[], answers: Answers): Promise<Item[]> {
  await part.page().waitForLoadState()
  const left: Item[] = []
  for (const item of items) {
    const isGroup = item.type === 'group' && !item.repeats
    if (isGroup) left.push(...(await fillIn(part, item.item ?? [], answers)))
    else if (!(await fillOne(part, item, answers))) left.push(item)
  }
  return left
}

function fillOne(part: Locator, item: Item, answers: Answers): Promise<boolean> {
  if (item.type === 'group') return fillRows(part, item, rowsIn(answers, item))
  return answer(part, item, valuesIn(answers, item))
}

async function fillRows(part: Locator, item: Item, rows: Answers[]): Promise<boolean> {
  const group = part.getByRole('group', { name: called(item.text) })
  if (rows.length > 0 && !(await group.isVisible())) return false
  for (const [n, answers] of rows.entries()) {
    if (n > 0) await group.getByRole('button', { name: /^Add another/ }).click()
    const row = group.getByRole('group', { name: `${shortText(item) ?? item.text} ${n + 1}`, exact: true })
    await row.waitFor()
    await fillIn(row, item.item ?? [], answers)
  }
  return true
}

async function answer(part: Locator, item: Item, values: string[]): Promise<boolean> {
  if (values.length === 0) return true
  const name = called(item.text)
  const isOfMany = item.type === 'boolean' || isScale(item) || (isChoice(item) && !itemControl(item))
  const field = isOfMany ? part.getByRole('group', { name }) : part.getByLabel(name)
  if (!(await field.isVisible())) return false
  if (isOfMany) for (const value of values) await choose(field, item, value)
  else if (isChoice(item)) await field.selectOption({ label: labelOf(item, values[0]) })
  else await field.fill(String(values[0]))
  return true
}

const labelOf = ({ answerOption = [] }: Item, value: string | undefined): string | undefined =>
  answerOption.find(({ valueCoding }) => valueCoding?.code === value)?.valueCoding?.display

async function choose(group: Locator, item: Item, value: string): Promise<void> {
  if (isScale(item)) return group.getByRole('radio', { name: new RegExp(`^${value}( ?,|$)`) }).check()
  const label = item.type === 'boolean' ? (value === 'true' ? 'Yes' : 'No') : labelOf(item, value)
  const box = item.repeats ? 'checkbox' : 'radio'
  if (label) return group.getByRole(box, { name: label, exact: true }).check()
  if (!item.repeats) await group.getByRole('radio', { name: /^(Something else|Another way)$/ }).check()
  await group.getByRole('textbox').fill(value)
}

/** A row for each that is answered: the first is there. */
export async function addRows(page: Page, items: Item[], answers: Answers): Promise<void> {
  for (const item of items)
    for (const [n] of rowsIn(answers, item).entries()) {
      const add = page.locator(`button[name=add][value="${fieldName('a', [], item.linkId)}"]`)
      if (n > 0) await anew(page, () => add.click())
    }
}

/** The same answers at once, by a script in the page; rows must be there. */
export async function typeAtOnce(page: Page, items: Item[], answers: Answers): Promise<void> {
  await page.evaluate(
    (typed) => {
      for (const [name, value] of typed) {
        const fields = [...document.getElementsByName(name)] as HTMLInputElement[]
        const box = fields.find(
          (field) => field.matches('[type=radio], [type=checkbox]') && field.value === value,
        )
        if (box) {
          if (!box.checked) box.click()
          continue
        }
        fields.find((field) => field.value === '+other')?.click()
        const [field] = [
          ...document.getElementsByName(name.replace(/^a/, 'other')),
          ...fields,
        ] as HTMLInputElement[]
        if (!field) throw new Error(`${name} is not on the page`)
        field.value = value
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }
    },
    fieldsOf(items, answers),
  )
}

function fieldsOf(items: Item[], answers: Answers, indices: number[] = []): [string, string][] {
  return items.flatMap((item): [string, string][] => {
    const within = item.item ?? []
    const rows = rowsIn(answers, item)
    if (item.repeats && item.type === 'group')
      return rows.flatMap((row, n) => fieldsOf(within, row, [...indices, n]))
    if (item.type === 'group') return fieldsOf(within, answers, indices)
    return valuesIn(answers, item).map((value) => [fieldName('a', indices, item.linkId), value])
  })
}

/** What stands in the form of a page, as it would be sent: all but its own marks. */
export const standsIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const form = document.querySelector<HTMLFormElement>('form.section-form')
    if (!form) throw new Error('There is no form')
    return [...new FormData(form)]
      .filter(([name, value]) => /^(a|other|unit)[\d.]*:/.test(name) && value !== '')
      .map(([name, value]) => `${name} = ${value}`)
  })

/** A line an answer, in the order of the form: "medicine: Cetirizine". */
export const linesOf = (items: Item[], answers: Answers): string[] =>
  items.flatMap((item) => {
    const within = item.item ?? []
    if (item.type !== 'group') return lineOf(item.linkId, valuesIn(answers, item))
    const rows = item.repeats ? rowsIn(answers, item) : [answers]
    return rows.flatMap((row) => linesOf(within, row))
  })

const lineOf = (linkId: string, values: string[]): string[] =>
  values.length > 0 ? [`${linkId}: ${values.toSorted().join(', ')}`] : []

/** Each choice in its words, and all that was typed, a line at a time. */
export const wordsIn = (items: Item[], answers: Answers): string[] =>
  items.flatMap((item) => {
    const rows = rowsIn(answers, item)
    const within = (rows.length > 0 ? rows : [answers]).flatMap((row) => wordsIn(item.item ?? [], row))
    if (item.type === 'group') return within
    if (item.type === 'boolean' || item.type === 'date') return []
    return valuesIn(answers, item).flatMap((value) => labelOf(item, value) ?? value.split(/\s*\n\s*/))
  })

/** The same of what is kept; files and what is calculated are left out. */
export const linesIn = ({ item = [] }: QuestionnaireResponse): string[] => item.flatMap(linesWithin)

const linesWithin = ({ linkId, answer = [], item = [] }: ResponseItem): string[] => [
  ...lineOf(linkId, answer.flatMap(valueIn)),
  ...item.flatMap(linesWithin),
]

function valueIn({ item: _, valueAttachment, valueDecimal, valueCoding, ...value }: Answer): string[] {
  if (valueCoding) return [String(valueCoding.code)]
  return Object.values(value).map(String)
}
