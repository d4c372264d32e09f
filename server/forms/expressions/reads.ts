/** What an expression can read, as far as its text says so for certain: nothing is run. */

/** Items of the response, from the outside in, each found by its linkId; `isDeep`: they stand anywhere. */
export type Path = { steps: ((linkId: string) => boolean)[]; isDeep: boolean }

const TEXT = `'[^'\\\\]*'`
const IS = `linkId\\s*=\\s*${TEXT}`
const CONDITION = `(?:${IS}(?:\\s+or\\s+${IS})*|linkId\\.startsWith\\(${TEXT}\\)|${TEXT}\\.contains\\('\\|'\\s*\\+\\s*linkId\\s*\\+\\s*'\\|'\\))`
const WHERE = `\\.where\\(\\s*(${CONDITION})\\s*\\)`
const FROM_TOP = new RegExp(`%(?:resource|rootResource)((?:\\.item${WHERE})+)`, 'y')
const ANYWHERE = new RegExp(`%(?:resource|rootResource)\\.repeat\\(item\\)${WHERE}`, 'y')

/** Within these a name is one of what stands before the point. */
const INNER = ['where', 'select', 'all', 'exists', 'repeat', 'aggregate']
/** Names that read nothing of where the expression stands. */
const HARMLESS = new Set(
  'iif true false and or xor implies div mod in contains today now timeOfDay'.split(' '),
)
const OWN = ['resource', 'rootResource', 'context', 'questionnaire', 'qitem']
const TOKEN =
  /\s+|(?<text>'(?:[^'\\]|\\.)*')|\d+(?:\.\d+)?|\.(?<call>\w+)\s*\(|\.\w+|%(?<variable>[A-Za-z_]\w*)|\$(?:this|total|index)(?<self>)|(?<name>[A-Za-z_]\w*)|(?<open>\()|(?<close>\))|\/(?![/*])|[-+*&|<>=!~,{}[\]]/y

/** @returns undefined when it may read anything */
export function pathsIn(expression: string): Path[] | undefined {
  const paths: Path[] = []
  const inner: boolean[] = []
  for (let at = 0; at < expression.length; ) {
    const path = pathAt(expression, at)
    if (path) {
      paths.push(path.path)
      at = path.end
      continue
    }
    TOKEN.lastIndex = at
    const token = TOKEN.exec(expression)
    if (!token?.groups) return undefined
    const { call, variable, name, self, open, close } = token.groups
    const isInner = inner.at(-1) ?? false
    if (call !== undefined) inner.push(isInner || INNER.includes(call))
    if (open !== undefined) inner.push(isInner)
    if (close !== undefined) inner.pop()
    if (variable !== undefined && OWN.includes(variable)) return undefined
    if (self !== undefined && !isInner) return undefined
    if (name !== undefined && !HARMLESS.has(name) && !(isInner && /^[a-z]/.test(name))) return undefined
    at = TOKEN.lastIndex
  }
  return paths
}

function pathAt(expression: string, at: number): { path: Path; end: number } | undefined {
  for (const [pattern, isDeep] of [
    [FROM_TOP, false],
    [ANYWHERE, true],
  ] as const) {
    pattern.lastIndex = at
    const found = pattern.exec(expression)
    if (!found) continue
    const wheres = isDeep ? [found[1] as string] : conditionsIn(found[1] as string)
    return { path: { steps: wheres.map(isMeantBy), isDeep }, end: pattern.lastIndex }
  }
  return undefined
}

const conditionsIn = (steps: string): string[] =>
  [...steps.matchAll(new RegExp(WHERE, 'g'))].map(([, condition = '']) => condition)

function isMeantBy(condition: string): (linkId: string) => boolean {
  const texts = (condition.match(new RegExp(TEXT, 'g')) ?? []).map((text) => text.slice(1, -1))
  const [first = ''] = texts
  if (condition.startsWith('linkId.')) return (linkId) => linkId.startsWith(first)
  if (condition.startsWith("'")) return (linkId) => first.includes(`|${linkId}|`)
  const wanted = new Set(texts)
  return (linkId) => wanted.has(linkId)
}
