import type { Page, Request } from 'playwright-core'

export const SMALLEST_TARGET = 44

/**
 * What a finger has to meet and is less than 44 pixels high: buttons, fields, and links that stand by themselves.
 * Links within a line of text are as high as the line (WCAG 2.5.8). A tick box is as high as its label beside it.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((smallest) => {
    const isTiny = (element: Element) => element.getBoundingClientRect().width <= 1
    const isHidden = (element: Element) =>
      !element.checkVisibility() || isTiny(element) || isTiny(element.parentElement ?? element)
    const isInText = (element: Element) =>
      element.tagName === 'A' && getComputedStyle(element).display === 'inline'
    const heightOf = (element: Element) => {
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
      const boxes = [element, ...labels].map((one) => one.getBoundingClientRect())
      return Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top))
    }
    return [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
      .filter((element) => !isHidden(element) && !isInText(element))
      .filter((element) => heightOf(element) < smallest - 0.5)
      .map((element) => `${element.outerHTML.slice(0, 90)}: ${heightOf(element)} px`)
  }, SMALLEST_TARGET)
}

/**
 * Opens a page and counts the bytes that came for it, headers and all. The page may be loaded before the browser has
 * told of every byte: each request is waited for. @returns bytes, and those of the fonts among them
 */
export async function weigh(page: Page, address: string): Promise<{ all: number; fonts: number }> {
  const requests: Request[] = []
  const keep = (request: Request) => requests.push(request)
  page.on('request', keep)
  await page.goto(address, { waitUntil: 'load' })
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  page.off('request', keep)
  const weight = { all: 0, fonts: 0 }
  for (const request of requests) {
    const { responseHeadersSize, responseBodySize } = await request.sizes()
    weight.all += responseHeadersSize + responseBodySize
    if (request.resourceType() === 'font') weight.fonts += responseHeadersSize + responseBodySize
  }
  return weight
}
