import assert from 'node:assert/strict'
import { codeOf, type Import, importsOf, sources } from './sources.ts'

const server = sources('server', '.ts')
const imports = [...server].flatMap(([file, text]) => importsOf(file, text))

/** Imports run one way, down; a new folder must say here where it stands. */
const floors: Record<string, number> = Object.fromEntries(
  [
    ['web', 'database', 'jobs', 'mail'],
    ['practice', 'accounts', 'clients', 'availability', 'audit', 'sealing', 'forms', 'signs', 'requests'],
    [
      'appointments',
      'booking',
      'holds',
      'inquiries',
      'articles',
      'consents',
      'signatures',
      'responses',
      'files',
      'people',
      'appointment-types',
      'schedule',
    ],
    [
      'home',
      'today',
      'settings',
      'calendar',
      'desk',
      'my',
      'sample',
      'health',
      'chart',
      'notes',
      'records',
      'erasure',
    ],
  ].flatMap((folders, floor) => folders.map((folder) => [folder, floor])),
)
const PLUMBING = ['web', 'database', 'jobs', 'mail']

/** Files at the top: the first may be used by everybody, the others by no feature. */
const SHARED = ['clock.ts', 'words.ts']
/** A type alone names what the whole program is made with. */
const SHARED_AS_TYPE = ['deps.ts', 'config.ts']

const OUTSIDE = ['routes.ts', 'forms.ts', 'store.ts', 'jobs.ts']

/** Files that are neither pure nor one of the four, each for a reason. */
const exceptions: Record<string, string> = {
  'audit/outside/file.ts': 'the head of the audit is a file outside the database',
  'audit/outside/keeping.ts': 'writes that file again and again while the program runs',
  'accounts/password.ts': 'hashing is slow and random by nature; argon2 is its only package',
  'sealing/seal.ts': 'encryption needs random bytes',
  'sealing/reading.ts': 'opens what seal.ts sealed, and logs where it could not',
  'sealing/rotation.ts': 'walks through the sealed columns; its SQL is in the store',
  'accounts/factors/recovery.ts': 'recovery codes are random',
  'accounts/factors/totp.ts': 'the secret of an authenticator app is random',
  'accounts/passkeys/ceremony.ts': 'challenges are random; the checking is the package’s',
  'files/pictures.ts': 'decodes and writes pictures; sharp is its only package',
  'files/upload.ts': 'has pictures.ts write a picture anew',
  'forms/expressions/engine.ts': 'runs FHIRPath, in the process that evaluates',
  'forms/expressions/worker.ts':
    'is a process: it answers what it is sent, and ends itself when it took too long',
  'forms/expressions/lane.ts': 'starts and stops the process that evaluates',
  'forms/expressions/evaluator.ts': 'evaluation is another process’s: its answers come later',
  'records/archive.ts': 'writes a zip into a stream; yazl is its only package',
  'availability/query.ts': 'reads addresses as forms.ts reads forms, and refuses with BadRequest',
}

/** Packages that only compute: values in, values out. */
const COMPUTING = ['luxon', 'ical-generator', 'markdown-it', 'qrcode-generator', 'zod']

const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : '')
const nameOf = (file: string): string => file.split('/').at(-1) as string
const isFeature = (file: string) => file.includes('/') && !PLUMBING.includes(folderOf(file))
const isPure = (file: string) => isFeature(file) && !OUTSIDE.includes(nameOf(file)) && !(file in exceptions)

/** Whether an import is one that a pure file can’t have. */
function reachesOut({ target, isOurs, isType, names }: Import): boolean {
  if (isType) return false
  const isHash = target === 'node:crypto' && /^\{ createH(ash|mac) \}$/.test(names)
  if (!isOurs) return !COMPUTING.includes(target) && !isHash
  if (SHARED.includes(target)) return names.includes('systemClock')
  return !isPure(target) && !['mail/letter.ts', 'mail/kinds.ts'].includes(target)
}

const told = (found: Import[]) => found.map(({ file, target }) => `${file} imports ${target}`)

describe('the ground plan of server/', () => {
  it('has a floor for each folder', () => {
    const folders = new Set([...server.keys()].map(folderOf).filter((folder) => folder !== ''))
    assert.deepEqual([...folders].sort(), Object.keys(floors).sort())
  })

  it('lets only routes, forms, stores and jobs of a feature touch the outside world', () => {
    assert.deepEqual(told(imports.filter((one) => isPure(one.file) && reachesOut(one))), [])
  })

  it('has no exception that is not needed', () => {
    for (const file of Object.keys(exceptions))
      assert.ok(
        imports.some((one) => one.file === file && reachesOut(one)),
        `${file} is gone, or pure by now: take it off the list`,
      )
  })

  it('runs FHIRPath only in the process that evaluates', () => {
    const wrong = imports.filter(({ file, target, isType }) => {
      if (target.startsWith('fhirpath') && !isType) return file !== 'forms/expressions/engine.ts'
      return target === 'forms/expressions/engine.ts' && file !== 'forms/expressions/worker.ts'
    })
    assert.deepEqual(told(wrong), [])
  })

  it('imports downwards only', () => {
    const wrong = imports.filter(({ file, target, isOurs, isType }) => {
      if (!isOurs || !file.includes('/')) return false
      if (target.includes('/')) return (floors[folderOf(target)] ?? 0) > (floors[folderOf(file)] ?? 0)
      return !SHARED.includes(target) && !(isType && SHARED_AS_TYPE.includes(target))
    })
    assert.deepEqual(told(wrong), [])
  })

  it('keeps the routes, forms and jobs of a feature to itself', () => {
    const own = ['routes.ts', 'forms.ts', 'jobs.ts']
    const wrong = imports.filter(
      ({ file, target, isOurs }) =>
        isOurs && file.includes('/') && own.includes(nameOf(target)) && folderOf(target) !== folderOf(file),
    )
    assert.deepEqual(told(wrong), [])
  })

  it('has no circle of imports', () => {
    const next = Map.groupBy(
      imports.filter(({ isOurs, isType }) => isOurs && !isType),
      ({ file }) => file,
    )
    const done = new Set<string>()
    const visit = (file: string, way: string[]) => {
      assert.ok(!way.includes(file), `A circle: ${[...way, file].join(' -> ')}`)
      if (done.has(file)) return
      for (const { target } of next.get(file) ?? []) visit(target, [...way, file])
      done.add(file)
    }
    for (const file of server.keys()) visit(file, [])
  })

  it('hands the environment to readConfig and reads it nowhere else', () => {
    for (const [file, text] of server) {
      const uses = codeOf(text).match(/process\.env(?!\))|(?<!readConfig\()process\.env/g) ?? []
      assert.deepEqual(uses, [], file)
    }
  })

  it('takes the time from the clock it was handed', () => {
    for (const [file, text] of server) {
      if (file === 'clock.ts') continue
      assert.doesNotMatch(codeOf(text), /Date\.now\(|new Date\(\)|DateTime\.(now|local|utc)\(\)/, file)
      // The clock of the program is made once, where the program starts.
      if (file.includes('/')) assert.doesNotMatch(text, /systemClock/, file)
    }
  })

  it('has no SQL that asks the database for the time', () => {
    const migrations = [...sources('migrations', '.ts')]
    for (const [file, text] of [...server, ...migrations]) {
      const sql = codeOf(text).replace('now(): Instant', '')
      assert.doesNotMatch(
        sql,
        /(?<!\.)\bnow\(\)|\b(current_(timestamp|date|time)|localtime(stamp)?|clock_timestamp)\b/i,
        file,
      )
    }
  })
})

describe('the views', () => {
  const views = sources('views', '.ejs')
  /** HTML that is ours or was made safe: the page inside its layout, and articles without the author's HTML. */
  const raw = [/^include\(/, /^icon\(/, /^body$/, /^html(Before|After)$/, /^(consent|policy)\.html$/]

  it('escape all they are given but what is HTML already', () => {
    for (const [file, text] of views)
      for (const [, inside = ''] of text.matchAll(/<%-\s*([\s\S]*?)\s*-?%>/g))
        assert.ok(
          raw.some((pattern) => pattern.test(inside)),
          `${file}: <%- ${inside} %>`,
        )
  })

  it('have no script, style or event of their own', () => {
    for (const [file, text] of views) {
      // Inside of a file that is read away from the portal.
      if (file === 'records/style.ejs') continue
      assert.doesNotMatch(text, /<script(?![^>]* src=)/i, file)
      assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=|javascript:/i, file)
    }
  })

  it('name what they are given in their first line', () => {
    for (const [file, text] of views) assert.match(text, /^<%# ?[\s\S]*?%>/, file)
  })
})
