import type { CDPSession, Page } from 'playwright-core'

/** What a screen reader has to say, from Chromium's own tree of what is on the page. */

type Node = Awaited<ReturnType<typeof ancestry>>[number]

const sessions = new WeakMap<Page, CDPSession>()

async function devtools(page: Page): Promise<CDPSession> {
  const known = sessions.get(page)
  if (known) return known
  const session = await page.context().newCDPSession(page)
  await session.send('Accessibility.enable')
  sessions.set(page, session)
  return session
}

async function ancestry(page: Page) {
  const session = await devtools(page)
  const { result } = await session.send('Runtime.evaluate', { expression: 'document.activeElement' })
  const { nodes } = await session.send('Accessibility.getAXNodeAndAncestors', { objectId: result.objectId })
  return nodes
}

const AROUND = ['group', 'alert', 'region']
const STATES = ['checked', 'invalid', 'required', 'expanded']

const words = ({ role, name }: Node): string =>
  `${role?.value}${name?.value ? ` “${String(name.value).replace(/\s+/g, ' ').trim()}”` : ''}`

const states = ({ properties = [] }: Node): string[] =>
  properties
    .filter(
      ({ name, value }) => STATES.includes(name) && !['false', 'undefined'].includes(String(value.value)),
    )
    .map(({ name }) => name)

/**
 * Of what has the focus: `radio “3”, checked, in “Bloating”, in “Over the last 7 days”: its help, its error`.
 * @returns one line
 */
export async function heard(page: Page): Promise<string> {
  await page.evaluate(() => new Promise(requestAnimationFrame)) // the tree follows the page a frame later
  const [node, ...around] = await ancestry(page)
  if (!node) return ''
  const within = around
    .filter((one) => AROUND.includes(String(one.role?.value)) && one.name?.value)
    .map((one) => `in “${one.name?.value}”`)
  const about = String(node.description?.value ?? '')
    .replace(/\s+/g, ' ')
    .trim()
  return [words(node), ...states(node), ...within].join(', ') + (about ? `: ${about}` : '')
}

/** Presses Tab until this is heard, or the page begins again. @returns what was heard at each stop, the last included */
export async function hearUntil(page: Page, last: RegExp): Promise<string[]> {
  await page.waitForLoadState()
  const stops: string[] = []
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press('Tab')
    const stop = await heard(page)
    if (stop !== stops.at(-1)) stops.push(stop)
    if (last.test(stop)) return stops
  }
  throw new Error(`Never heard ${last}:\n${stops.join('\n')}`)
}

const MOST_STOPS = 60

/** Whether what changes in this part is said by itself, and how: polite, assertive, or not at all. */
export async function announcedIn(page: Page, selector: string): Promise<string> {
  const session = await devtools(page)
  const expression = `document.querySelector(${JSON.stringify(selector)})`
  const { result } = await session.send('Runtime.evaluate', { expression })
  const given = { objectId: result.objectId, fetchRelatives: false }
  const { nodes } = await session.send('Accessibility.getPartialAXTree', given)
  const live = nodes[0]?.properties?.find(({ name }) => name === 'live')
  return String(live?.value.value ?? 'not at all')
}
