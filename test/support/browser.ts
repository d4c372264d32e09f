import assert from 'node:assert/strict'
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { NOW } from './fixed.ts'
import { watch } from './watch.ts'

/**
 * A real Chromium: the one CHROMIUM names, the system's, or the first on the PATH. Without one the suites are
 * skipped; with FLORA_BROWSER=required they fail.
 */

type Wanted = {
  zone?: string
  javaScript?: boolean
  /** It stays open until the suite ends: what many tests only look at is opened far sooner. */
  isKept?: boolean
}

export type Browsers = {
  /** A page on a phone of 390 pixels with a touch screen, with cookies of its own. */
  onPhone(wanted?: Wanted): Promise<Page>
  onDesk(wanted?: Wanted): Promise<Page>
  /** Such complaints are what this test is about; each must come. */
  expect(...complaints: RegExp[]): void
}

/** Of a machine that is slow, and busy besides. */
export const PATIENCE = 60_000

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const PHONE = { width: 390, height: 844 }
export const DESK = { width: 1280, height: 900 }

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function findChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env
  if (CHROMIUM) return canRun(CHROMIUM) ? CHROMIUM : undefined
  const onPath = PATH.split(path.delimiter).map((folder) => path.join(folder, 'chromium'))
  return ['/usr/bin/chromium', ...onPath].find(canRun)
}

const scriptless = new WeakSet<BrowserContext>()

export const isScriptless = (page: Page): boolean => scriptless.has(page.context())

let kept: Promise<Browser> | undefined

/** One for all suites of a process. */
async function launch(executablePath: string): Promise<Browser> {
  const { chromium } = await import('playwright-core')
  return chromium.launch({ executablePath, args: switches })
}

// Of the root suite: after the last file.
after(async () => {
  await (await kept)?.close()
  kept = undefined
})

/** Inside describe: the browsers of its tests. Each test also fails on whatever its pages complained about. */
export function useBrowsers(): Browsers {
  const chromium = findChromium()
  const contexts: BrowserContext[] = []
  const keptContexts: BrowserContext[] = []
  const complaints: string[] = []
  const expected: RegExp[] = []

  before('find Chromium', function () {
    if (chromium) return
    const { CHROMIUM, FLORA_BROWSER } = process.env
    const reason = CHROMIUM ? `CHROMIUM names nothing that runs: ${CHROMIUM}` : 'Chromium is not installed'
    if (FLORA_BROWSER === 'required') throw new Error(reason)
    console.log(`    Skipped. ${reason}.`)
    this.skip()
  })

  afterEach('look at what the pages complained about', async function () {
    if (this.currentTest?.state === 'failed') tellWhere([...contexts, ...keptContexts])
    await Promise.all(contexts.splice(0).map((context) => context.close()))
    const [said, wanted] = [complaints.splice(0), expected.splice(0)]
    assert.deepEqual(
      said.filter((words) => !wanted.some((one) => one.test(words))),
      [],
    )
    if (this.currentTest?.state === 'passed')
      for (const one of wanted)
        assert.ok(
          said.some((words) => one.test(words)),
          `nothing said ${one}`,
        )
  })

  after('close what was kept', () => Promise.all(keptContexts.map((context) => context.close())))

  async function open(
    screen: BrowserContextOptions,
    { zone = 'America/Indiana/Indianapolis', javaScript = true, isKept = false }: Wanted,
  ) {
    kept ??= launch(chromium ?? '')
    const options = { ...screen, timezoneId: zone, javaScriptEnabled: javaScript, locale: 'en-US' }
    const context = await (await kept).newContext(options)
    ;(isKept ? keptContexts : contexts).push(context)
    if (!javaScript) scriptless.add(context)
    watch(context, complaints)
    context.setDefaultTimeout(PATIENCE)
    // Timers run as ever, and what the clock says stands still, as the server's does.
    await context.clock.install({ time: NOW })
    await context.clock.setFixedTime(NOW)
    return context.newPage()
  }

  return {
    onPhone: (wanted = {}) => open({ viewport: PHONE, hasTouch: true, isMobile: true }, wanted),
    onDesk: (wanted = {}) => open({ viewport: DESK }, wanted),
    expect: (...complaints) => void expected.push(...complaints),
  }
}

function tellWhere(contexts: BrowserContext[]): void {
  for (const page of contexts.flatMap((context) => context.pages())) console.log(`      was at ${page.url()}`)
}
