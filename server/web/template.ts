import { readFileSync } from 'node:fs'
import ejs from 'ejs'

/** A file of EJS, compiled without `with`: V8 optimizes no function that has one. */

export type Locals = Record<string, unknown>

/** Draws another file in its place, with what is given on top of what this one has. */
export type Include = (part: string, given?: Locals) => string

/** What all parts of a page see; `names`: a number for which names these are. */
export type Around = { locals: Locals; names: number }

/** @param given to this part alone @throws for a name that nobody gave */
export type Template = (given: Locals, around: Around, include: Include) => string

type Run = (given: Locals, around: Locals, locals: Locals, tools: Tools) => string
type Tools = { include: Include; escape: typeof escaped; fail: (error: unknown, line: number) => Error }

const CODE = /<%[-_=]?([\s\S]*?)[-_]?%>/g
/** Not what stands behind a point, but for three of them. */
const NAME = /(?<![\w$]|(?<!\.\.)\.)[A-Za-z_$][\w$]*/g

// What is no name of ours: JavaScript's own words, and what the compiled text brings along.
const TAKEN = new Set(
  `await break case catch class const continue debugger default delete do else enum export extends false finally for
  function if implements import in instanceof interface let new null package private protected public return static super
  switch this throw true try typeof var void while with yield arguments eval
  include locals escapeFn __given __around __tools __line __output __append`.split(/\s+/),
)

/** Every word of the code that may be a name; those inside of texts do no harm. */
function namesIn(text: string): string[] {
  const code = [...text.matchAll(CODE)]
    .map(([, inner = '']) => inner)
    .filter((inner) => !inner.startsWith('#'))
  const names = code.flatMap((inner) => inner.match(NAME) ?? [])
  return [...new Set(names)].filter((name) => !TAKEN.has(name))
}

const RISKY = /[&<>"']/
const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

function escaped(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)
  return RISKY.test(text) ? text.replace(/[&<>"']/g, (sign) => entities[sign] as string) : text
}

const numbers = new Map<string, number>()

export function aroundOf(locals: Locals): Around {
  const names = Object.keys(locals).join()
  const number = numbers.get(names) ?? numbers.size
  numbers.set(names, number)
  return { locals, names: number }
}

/** The function is made for the names that there are, and for who gave them. */
type Made = { given: string[]; around: number; run: Run }

export function compile(file: string): Template {
  const text = readFileSync(file, 'utf8')
  const parsed = new ejs.Template(text, { filename: file, rmWhitespace: true, _with: false })
  parsed.compile()
  const names = namesIn(text)
  const seesAll = /\blocals\b/.test(text)
  const fail = failure(file)
  const all: Made[] = []

  function madeFor(given: Locals, { locals, names: around }: Around): Made {
    const own = names.filter((name) => Object.hasOwn(given, name))
    const others = names.filter((name) => !own.includes(name) && Object.hasOwn(locals, name))
    const made = { given: Object.keys(given), around, run: functionOf(parsed.source, own, others) }
    all.push(made)
    return made
  }

  return (given, around, include) => {
    const fits = (one: Made) => one.around === around.names && areKeys(one.given, given)
    const { run } = all.find(fits) ?? madeFor(given, around)
    const locals = seesAll ? Object.assign(Object.create(null), around.locals, given) : given
    return run(given, around.locals, locals, { include, escape: escaped, fail })
  }
}

function areKeys(keys: string[], of: Locals): boolean {
  let count = 0
  for (const key in of) {
    if (keys[count] !== key) return false
    count += 1
  }
  return count === keys.length
}

/** A name that nobody gave is not declared: to use it is an error, as with any other name. */
const functionOf = (source: string, given: string[], around: string[]): Run =>
  new Function(
    '__given, __around, locals, __tools',
    `const { ${given.join(', ')} } = __given, { ${around.join(', ')} } = __around;
    const { include, escape: escapeFn } = __tools;
    let __line = 1;
    try {
    ${source}
    } catch (error) { throw __tools.fail(error, __line) }`,
  ) as Run

/** Where in the file it happened; the innermost part says so first. */
const failure =
  (file: string) =>
  (error: unknown, line: number): Error => {
    const failed = error instanceof Error ? error : new Error(String(error))
    if (!failed.message.includes('.ejs:')) failed.message = `${file}:${line} ${failed.message}`
    return failed
  }
