import type { Knex } from 'knex'

/** A word as it could stand somewhere: in letters, in an address, in JSON, as hex, as base64 at any offset. */
function shapesOf(word: string): string[] {
  const bytes = Buffer.from(word)
  const encoded = [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    // Only the letters that hold nothing but the word.
    const middle = whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const escaped = JSON.stringify(word).replace(
    /[^ -~]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  const shapes = [word, encodeURIComponent(word), escaped.slice(1, -1), bytes.toString('hex'), ...encoded]
  // A bytea comes out of the dump as hex, so whatever it holds has to be looked for as hex too.
  return [...new Set([...shapes, ...shapes.map((shape) => Buffer.from(shape).toString('hex'))])]
}

/** Every row of every table of every schema as text; bytea as hex. */
export async function dumpAll(db: Knex): Promise<Record<string, string>> {
  const { rows: tables } = await db.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1`,
  )
  const all: Record<string, string> = {}
  for (const { name } of tables) {
    const { rows } = await db.raw<{ rows: { row: string }[] }>(`select t::text as row from ${name} t`)
    all[name] = rows.map(({ row }) => row).join('\n')
  }
  return all
}

/** Where a word can be found, in any shape. */
export function findIn(texts: Record<string, string>, word: string): string[] {
  const shapes = shapesOf(word).map((shape) => shape.toLowerCase())
  return Object.entries(texts)
    .filter(([, text]) => shapes.some((shape) => text.toLowerCase().includes(shape)))
    .map(([name]) => name)
}
