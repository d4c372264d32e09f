import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { RunOptions } from 'axe-core'
import type { BrowserContext, Page } from 'playwright-core'
import { isScriptless, PATIENCE } from './browser.ts'

declare global {
  var axe: typeof import('axe-core')
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const common = {
  resultTypes: ['violations'],
  iframes: false, // a page in a frame is looked at by itself
} satisfies RunOptions

const all = {
  ...common,
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  rules: { 'target-size': { enabled: true } },
} satisfies RunOptions

const aboutColors = {
  ...common,
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
} satisfies RunOptions

const aboutRoom = { ...common, runOnly: { type: 'rule', values: ['target-size'] } } satisfies RunOptions

const looks = {
  /** In light all of it, in dark what may be other than in light. */
  all: [
    ['light', all],
    ['dark', aboutColors],
  ],
  light: [['light', all]],
  /** What may be other on another width, where the whole was looked at on one. */
  room: [['light', aboutRoom]],
} as const

/** Fails on what axe finds against WCAG 2.2 AA, and on a page wider than its screen. */
export async function audit(page: Page, look: keyof typeof looks = 'all'): Promise<void> {
  await page.waitForLoadState()
  if (isScriptless(page)) return auditTwin(page)
  const found = await tooWide(page)
  for (const [colorScheme, options] of looks[look]) {
    await page.emulateMedia({ colorScheme })
    found.push(...(await violations(page, colorScheme, options)))
  }
  await page.emulateMedia({ colorScheme: null })
  assert.deepEqual(found, [], `${page.url()} at ${page.viewportSize()?.width} px`)
}

async function violations(page: Page, scheme: string, options: RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  const { violations } = await page.evaluate((given) => globalThis.axe.run(given), options)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) => `${scheme}: ${id}: ${target.join(' ')}: ${failureSummary}`,
    ),
  )
}

async function tooWide(page: Page): Promise<string[]> {
  const wide = await page.evaluate(() => document.scrollingElement?.scrollWidth ?? 0)
  const screen = page.viewportSize()?.width ?? 0
  return wide <= screen ? [] : [`${wide} px wide on a screen of ${screen}`]
}

const twins = new WeakMap<BrowserContext, Page>()

async function openTwin(context: BrowserContext, viewport: ReturnType<Page['viewportSize']>): Promise<Page> {
  const other = (await context.browser()?.newContext({ viewport })) as BrowserContext
  context.once('close', () => void other.close())
  other.setDefaultTimeout(PATIENCE)
  const twin = await other.newPage()
  twins.set(context, twin)
  return twin
}

/** Axe needs timers, and these stand still without JavaScript: the same HTML on a page that has it, less its own scripts. */
async function auditTwin(page: Page): Promise<void> {
  const body = (await page.content()).replace(/<script[^>]*><\/script>/g, '')
  const twin = twins.get(page.context()) ?? (await openTwin(page.context(), page.viewportSize()))
  await twin.route(page.url(), (route) => route.fulfill({ body, contentType: 'text/html' }))
  await twin.goto(page.url())
  await audit(twin)
  await twin.unroute(page.url())
}
