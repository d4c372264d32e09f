import assert from 'node:assert/strict'
import type { ElementHandle, Locator, Page } from 'playwright-core'

const MOST_STOPS = 90

/** Presses Tab until this has the focus; every stop on the way must show that it has it, and lie in sight. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await page.waitForLoadState()
  const wanted = await target.elementHandle()
  const stops: string[] = []
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab')
    const { name, faults, isThere } = await focused(page, wanted)
    if (name.startsWith('BODY')) continue // past the last one, before it begins again
    assert.deepEqual(faults, [], `the focus on ${name}, ${page.url()}`)
    stops.push(name)
    if (isThere) return
  }
  assert.fail(`Tab never comes to ${target}:\n${stops.join('\n')}`)
}

/** What has the focus, whether that is what is wanted, and what is wrong with how it looks. */
function focused(page: Page, wanted: ElementHandle | null) {
  return page.evaluate((wanted) => {
    const element = document.activeElement ?? document.body
    const name = (element.getAttribute('aria-label') ?? element.textContent ?? '').replace(/\s+/g, ' ').trim()
    const hasOutline = ({ outlineStyle, outlineWidth }: CSSStyleDeclaration) =>
      outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    const isMarked = [undefined, '::before', '::after'].some((part) => {
      const style = getComputedStyle(element, part)
      if (part && style.content === 'none') return false
      return hasOutline(style) || style.boxShadow !== 'none'
    })
    // The row of a choice is marked as a whole.
    const row = element.matches('input') ? element.parentElement : null
    const isMarkedAround = row !== null && hasOutline(getComputedStyle(row))
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect()
    const isInSight =
      bottom > 0 && top < innerHeight && right > 0 && left < innerWidth && width > 1 && height > 1
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
    const isOver = middle !== null && !element.contains(middle) && !middle.contains(element)
    const faults = [
      isMarked || isMarkedAround ? '' : 'not to be seen',
      isInSight ? '' : 'out of sight',
      isOver ? 'covered' : '',
    ]
    return {
      name: `${element.tagName} ${name}`.slice(0, 80),
      faults: faults.filter(Boolean),
      isThere: element === wanted,
    }
  }, wanted)
}

/** Tab to it, then press the key that a person would. */
export async function pressKey(page: Page, target: Locator, key: 'Enter' | 'Space'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.type(text)
}
