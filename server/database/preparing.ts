import type pg from 'pg'

/** A connection keeps what it prepared in the memory of Postgres, some ten kilobytes each. */
const MOST_PREPARED = 120
const MOST_COUNTED = 1000
/** What a connection has run so often, it will run again. */
const OFTEN = 3

const ONE_STATEMENT = /^\s*(?:select|with|insert|update|delete)\b[^;]*$/i

type Asked = string | (pg.QueryConfig & { submit?: unknown })
type Answered = (error: Error | null, result?: unknown) => void
type Asking = { query(asked: Asked, ...rest: unknown[]): unknown }

/**
 * Lets a connection prepare the statements that it runs again and again, so that Postgres reads and plans them once:
 * a page that asks for little spends a fifth of its time on that. All that is asked of Postgres goes through here,
 * knex's and the libraries' own; what already has a name is left alone.
 */
export function prepareOften(client: pg.ClientBase): void {
  const prototype = Object.getPrototypeOf(client) as Asking
  const statements = countStatements()
  const asking = client as unknown as Asking
  asking.query = (asked, ...rest) => {
    const own = typeof asked === 'string' ? { text: asked } : asked
    const name = own.submit || own.name || !own.text ? undefined : statements.nameOf(own.text)
    if (name === undefined) return Reflect.apply(prototype.query, client, [asked, ...rest])
    const values = Array.isArray(rest[0]) ? (rest.shift() as unknown[]) : own.values
    const forget = () => statements.forget(own.text)
    const done = rest.pop() as Answered | undefined
    const answer = Reflect.apply(prototype.query, client, [
      { ...own, name, values },
      ...(done ? [noting(done, forget)] : []),
    ])
    if (!done) (answer as Promise<unknown>).catch((error) => isOutdated(error) && forget())
    return answer
  }
}

/** A migration may change what a prepared statement gives back: it is refused then, and prepared anew the next time. */
const isOutdated = (error: unknown): boolean => (error as { code?: string } | null)?.code === '0A000'

const noting =
  (done: Answered, forget: () => void): Answered =>
  (error, result) => {
    if (isOutdated(error)) forget()
    done(error, result)
  }

function countStatements() {
  const times = new Map<string, number>()
  const names = new Map<string, string>()
  let made = 0
  return {
    nameOf(text: string): string | undefined {
      const name = names.get(text)
      if (name !== undefined || made >= MOST_PREPARED) return name
      const count = (times.get(text) ?? 0) + 1
      if (count < OFTEN) {
        if (times.size < MOST_COUNTED) times.set(text, count)
        return undefined
      }
      times.delete(text)
      if (!ONE_STATEMENT.test(text)) return undefined
      made += 1
      names.set(text, `flora_${made}`)
      return names.get(text)
    },
    forget: (text: string) => void names.delete(text),
  }
}
