import assert from 'node:assert/strict'
import type { TestApp } from './app.ts'
import {
  ancestor,
  byTag,
  controlsOf,
  type Element,
  messageFor,
  nameOf,
  readHtml,
  sentBy,
  type Tree,
  textOf,
} from './html.ts'

/** A little browser: opens pages, keeps cookies, follows redirects, presses buttons by what is written on them. */
export type Visitor = {
  cookies: Map<string, string>
  open(path: string, headers?: Record<string, string>): Promise<Page>
  /** Posts fields as a form of ours would, without a page that has it. */
  post(path: string, fields: Fields, headers?: Record<string, string>): Promise<Page>
  /** One request as it is: redirects are not followed. */
  send(method: string, path: string, options?: Sending): Promise<Answer>
}

export type Fields = Record<string, string | string[]>
type Sending = { body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> }
export type Answer = { status: number; headers: Headers; body: string; location: string | null }

/** Values to type, by the name of the field, several for a repeated one; null leaves a tick box or a choice empty. */
export type Typed = Record<string, string | string[] | null>

export type Page = {
  /** Where one landed, after redirects. */
  path: string
  status: number
  headers: Headers
  html: string
  tree: Tree
  title: string
  h1: string
  /** All that is read out of the page's main part. */
  text: string
  links: { name: string; href: string }[]
  buttons: string[]
  link(name: string | RegExp): Promise<Page>
  button(name: string | RegExp, typed?: Typed): Promise<Page>
  value(field: string): string | undefined
  errorFor(field: string): string | undefined
  hasField(field: string): boolean
}

const FORM = 'application/x-www-form-urlencoded'
const MOST_REDIRECTS = 5

export function visit(app: Pick<TestApp, 'baseUrl'>): Visitor {
  const cookies = new Map<string, string>()

  async function send(method: string, path: string, { body, headers }: Sending = {}): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${app.baseUrl}${path}`, {
      method,
      redirect: 'manual',
      // Packing and unpacking would take a quarter of the time of the tests.
      headers: { 'accept-encoding': 'identity', ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    })
    answer.headers.getSetCookie().forEach(keep)
    const location = answer.headers.get('location')
    return { status: answer.status, headers: answer.headers, body: await answer.text(), location }
  }

  function keep(line: string) {
    const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? []
    if (/expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name)
    else cookies.set(name, value)
  }

  async function follow(first: Answer, path: string): Promise<Page> {
    let answer = first
    let at = path
    for (let turn = 0; answer.status === 303; turn += 1) {
      assert.ok(turn < MOST_REDIRECTS, `Redirected in circles at ${at}`)
      at = answer.location ?? ''
      assert.match(at, /^\//, `Redirected to another site: ${at}`)
      answer = await send('GET', at)
    }
    return pageOf(visitor, answer, at)
  }

  const visitor: Visitor = {
    cookies,
    send,
    open: async (path, headers = {}) => follow(await send('GET', path, { headers }), path),
    async post(path, fields, headers = {}) {
      const all = { 'content-type': FORM, 'sec-fetch-site': 'same-origin', ...headers }
      return follow(await send('POST', path, { body: encode(fields), headers: all }), path)
    },
  }
  return visitor
}

export const encode = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  ).toString()

const fits = (name: string | RegExp, text: string) =>
  typeof name === 'string' ? text === name : name.test(text)

/** The one that has this name; when several have, the first, as a person would take it. */
function theOne(elements: Element[], name: string | RegExp, kind: string): Element {
  const found = elements.find((element) => fits(name, nameOf(element)))
  const names = elements.map((element) => `  ${nameOf(element)}`).join('\n')
  return found ?? assert.fail(`No ${kind} ${name} on this page. There are:\n${names}`)
}

/** Reads an answer as a page, at the address it came from; no more of it than is asked for, as reading takes its time. */
export function pageOf(visitor: Visitor, answer: Answer, path: string): Page {
  const tree = once(() => readHtml(answer.body))
  const controls = once(() => byTag(tree(), 'input', 'select', 'textarea'))
  const control = (field: string) => {
    const found = controls().filter(({ attribs }) => attribs.name === field)
    return found.find((one) => sentBy(one) !== undefined) ?? found[0]
  }
  const links = once(() => byTag(tree(), 'a').filter(({ attribs }) => attribs.href !== undefined))
  const buttons = once(() => byTag(tree(), 'button'))
  const named = once(() => ({
    title: byTag(tree(), 'title').map(titleText).join(),
    h1: byTag(tree(), 'h1').map(textOf).join(' | '),
    text: textOf(byTag(tree(), 'main')[0] ?? tree()),
    links: links().map((link) => ({ name: nameOf(link), href: link.attribs.href as string })),
    buttons: buttons().map(nameOf),
  }))
  return {
    path,
    status: answer.status,
    headers: answer.headers,
    html: answer.body,
    get tree() {
      return tree()
    },
    get title() {
      return named().title
    },
    get h1() {
      return named().h1
    },
    get text() {
      return named().text
    },
    get links() {
      return named().links
    },
    get buttons() {
      return named().buttons
    },
    link: (name) => visitor.open(resolve(theOne(links(), name, 'link').attribs.href as string, path)),
    button: (name, typed = {}) => press(visitor, theOne(buttons(), name, 'button'), typed, path),
    hasField: (field) => control(field) !== undefined,
    value: (field) => {
      const found = control(field)
      return found && sentBy(found)
    },
    errorFor: (field) => {
      const found = control(field)
      return found && messageFor(tree(), found)
    },
  }
}

function once<T>(work: () => T): () => T {
  let made: { it: T } | undefined
  return () => {
    made ??= { it: work() }
    return made.it
  }
}

const titleText = (title: Element): string => title.children.map((node) => textOf(node)).join('')

function resolve(href: string, base: string): string {
  const { pathname, search } = new URL(href, new URL(base, 'http://flora.test'))
  return pathname + search
}

function press(visitor: Visitor, button: Element, typed: Typed, path: string): Promise<Page> {
  const form = ancestor(button, 'form') ?? assert.fail(`The button ${nameOf(button)} is in no form`)
  const method = (form.attribs.method ?? 'get').toLowerCase()
  const fields = filledIn(form, typed)
  if (button.attribs.name) fields[button.attribs.name] = [button.attribs.value ?? '']
  const action = resolve(button.attribs.formaction ?? form.attribs.action ?? '', path)
  return method === 'post' ? visitor.post(action, fields) : visitor.open(`${action}?${encode(fields)}`)
}

/** What the form would send after somebody typed. */
function filledIn(form: Element, typed: Typed): Record<string, string[]> {
  const controls = controlsOf(form).filter((control) => !isOff(control))
  const names = new Set(controls.map(({ attribs }) => attribs.name))
  for (const name of Object.keys(typed)) assert.ok(names.has(name), `The form has no field ${name}`)
  const fields: Record<string, string[]> = {}
  for (const control of controls) {
    const { name, type } = control.attribs
    if (!name || (Object.hasOwn(typed, name) && Object.hasOwn(fields, name))) continue
    const given = Object.hasOwn(typed, name) ? typed[name] : sentBy(control)
    const values = given === null || given === undefined ? [] : [given].flat()
    for (const value of values) checkChoice(control, controls, value, type)
    const sent = control.name === 'textarea' ? values.map((value) => value.replace(/\r?\n/g, '\r\n')) : values
    if (sent.length > 0 || Object.hasOwn(typed, name)) fields[name] = [...(fields[name] ?? []), ...sent]
  }
  return fields
}

/** Inside of a part of the form that is off, nothing is sent. */
function isOff(control: Element): boolean {
  for (let at = ancestor(control, 'fieldset'); at; at = ancestor(at, 'fieldset'))
    if ('disabled' in at.attribs) return true
  return false
}

const isNamed =
  ({ attribs: { name } }: Element) =>
  ({ attribs }: Element) =>
    attribs.name === name

/** A person can only choose what is there. */
function checkChoice(control: Element, controls: Element[], value: string, type = 'text') {
  if (type !== 'radio' && !(type === 'checkbox' && controls.filter(isNamed(control)).length > 1)) return
  const choices = controls.filter(isNamed(control))
  const values = choices.map(({ attribs }) => attribs.value)
  assert.ok(values.includes(value), `${control.attribs.name} can’t be ${value}, only ${values.join(', ')}`)
}
