import type { Page } from 'playwright-core'

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

/** Opens a page and counts the bytes that came for it, headers and all. @returns bytes, and those of the fonts among them */
export async function weigh(page: Page, address: string): Promise<{ all: number; fonts: number }> {
  const session = await page.context().newCDPSession(page)
  const fontRequests = new Set<string>()
  const weight = { all: 0, fonts: 0 }
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType === 'font/woff2') fontRequests.add(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    weight.all += encodedDataLength
    if (fontRequests.has(requestId)) weight.fonts += encodedDataLength
  })
  await session.send('Network.enable')
  await page.goto(address, { waitUntil: 'load' })
  await session.detach()
  return weight
}
