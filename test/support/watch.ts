import type { BrowserContext, ConsoleMessage, Request, Response } from 'playwright-core'

/** Seen in the answers below; and what Chromium says when Playwright's own scripts meet a mail in its sandbox. */
const ignored =
  /^Failed to load resource|^Blocked script execution in '[^']*\/(outbox\/\d+\/html|mails\/[^']*\/preview[^']*)'|^The page requested an origin-keyed agent cluster/

/** Chromium's own, when a page is left, or its window gets another size, before it has faded in. */
const skipped = /AbortError: Transition was skipped|InvalidStateError: Transition was aborted/

/**
 * Notes what no page may do: say something on the console, throw, miss a file, answer 500, ask another host.
 * A page that answers 4xx is what some tests are about; Chromium says so on the console too.
 */
export function watch(context: BrowserContext, complaints: string[]): void {
  const complain = (what: string, address: string) => complaints.push(`${what}: ${address}`)

  context.on('console', (message: ConsoleMessage) => {
    const isBad = ['error', 'warning'].includes(message.type())
    if (isBad && !ignored.test(message.text()))
      complain(`console said ${message.text()}`, message.location().url)
  })
  context.on('weberror', (error) => {
    if (!skipped.test(String(error.error()))) complain(String(error.error()), error.page()?.url() ?? '')
  })
  context.on('request', (request: Request) => {
    if (!isOurs(request.url())) complain('asked another host', request.url())
  })
  context.on('requestfailed', (request: Request) => {
    const why = request.failure()?.errorText ?? ''
    // Given up by the browser itself: a page was left early, or what came is kept as a file.
    if (why !== 'net::ERR_ABORTED') complain(why, request.url())
  })
  context.on('response', (response: Response) => {
    const isPage = response.request().isNavigationRequest()
    if (response.status() === 500 || (response.status() >= 400 && !isPage))
      complain(`answered ${response.status()}`, response.url())
  })
}

const isOurs = (address: string): boolean => ['127.0.0.1', 'localhost'].includes(new URL(address).hostname)
