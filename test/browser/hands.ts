import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { pressKey, tabTo, typeInto } from '../support/keyboard.ts'

/** How a person works a page, by pointer or by keys. A click, a choice and a field filled count one each. */
export type Hand = {
  page: Page
  count(): number
  press(target: Locator): Promise<void>
  tick(target: Locator): Promise<void>
  type(target: Locator, text: string): Promise<void>
  /** Chooses by the words that stand there. */
  choose(target: Locator, words: string): Promise<void>
}

type Ways = Omit<Hand, 'page' | 'count'>

function counting(page: Page, ways: Ways): Hand {
  let count = 0
  const once =
    <Given extends unknown[]>(way: (...given: Given) => Promise<void>) =>
    async (...given: Given) => {
      await way(...given)
      count += 1
    }
  const { press, tick, type, choose } = ways
  return {
    page,
    count: () => count,
    press: once(press),
    tick: once(tick),
    type: once(type),
    choose: once(choose),
  }
}

export const byPointer = (page: Page): Hand =>
  counting(page, {
    press: (target) => target.click(),
    tick: (target) => target.check(),
    type: (target, text) => target.fill(text),
    choose: async (target, label) => void (await target.selectOption({ label })),
  })

const MOST_CHOICES = 120

/** Tab, Enter, Space, the arrows and typing; each stop on the way shows that it has the focus. */
export const byKeys = (page: Page): Hand =>
  counting(page, {
    press: (target) => pressKey(page, target, 'Enter'),
    tick: (target) => pressKey(page, target, 'Space'),
    type: (target, text) => typeInto(page, target, text),
    async choose(target, words) {
      await tabTo(page, target)
      const chosen = () => target.evaluate((one: HTMLSelectElement) => one.selectedOptions[0]?.text)
      const choices: string[] = await target.locator('option').allTextContents()
      const steps = choices.indexOf(words) - choices.indexOf((await chosen()) ?? '')
      assert.ok(choices.includes(words) && Math.abs(steps) < MOST_CHOICES, `${words} among ${choices}`)
      for (let n = 0; n < Math.abs(steps); n += 1)
        await page.keyboard.press(steps > 0 ? 'ArrowDown' : 'ArrowUp')
      assert.equal(await chosen(), words)
    },
  })
