import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Questionnaire } from '../fhir.ts'
import { type Answered, type Asked, LIMIT, READING_LIMIT } from './protocol.ts'

export type Question = Pick<Asked, 'task' | 'key' | 'text'> & { questionnaire: Questionnaire }

/** `died`: it had to be stopped, or its memory was at an end; `busy`: too many were waiting. */
export type Answer = Exclude<Answered, { kind: 'ready' }> | { kind: 'died' } | { kind: 'busy' }

/** One process that evaluates, one question after the other. */
export type Lane = { ask(question: Question): Promise<Answer>; end(): Promise<void> }

type Running = { child: ChildProcess; known: Set<string>; ended: Promise<void> }

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url))
/** A hostile form may eat this much memory, in MB, before its process dies. */
const MEMORY = 64
/** In ms. The process stops itself in time; so much later it is stopped from outside. */
const GRACE = 500
const START_LIMIT = 20_000
const MOST_WAITING = 100
/** A form that failed so many times in a row has to pause, so that others get their turn. */
const MOST_FAILURES = 3
const PAUSE = 60_000
/** Drafts come with a key for each of their states. */
const MOST_KEYS = 1000
const IDLE = 10 * 60_000

/** @param isPatient forms of ours never have to pause: when they fail, it is for want of time on this machine */
export function createLane({ isPatient }: { isPatient: boolean }): Lane {
  let running: Promise<Running | undefined> | undefined
  let tail: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let isEnded = false
  let ids = 0
  let resting: NodeJS.Timeout | undefined
  const failures = new Map<string, { count: number; at: number }>()

  const started = (): Promise<Running | undefined> => {
    if (running) return running
    const starting = isEnded ? Promise.resolve(undefined) : start()
    const forget = () => {
      if (running === starting) running = undefined
    }
    starting.then((now) => (now ? now.ended.then(forget) : forget()))
    running = starting
    return starting
  }

  /** Nobody has asked for long: its memory is given back. */
  const rest = async (): Promise<void> => {
    const now = running
    running = undefined
    ;(await now)?.child.kill('SIGKILL')
  }

  const answerOf = async ({ questionnaire, ...question }: Question): Promise<Answer> => {
    const now = await started()
    if (!now) return { kind: 'died' }
    now.child.ref()
    now.child.channel?.ref()
    ids += 1
    const isKnown = question.task === 'evaluate' && now.known.has(question.key)
    const asked: Asked = { ...question, id: ids, ...(!isKnown && { questionnaire }) }
    const answer = await put(now.child, asked, isKnown ? LIMIT : LIMIT + READING_LIMIT)
    if (now.known.size >= MOST_KEYS) now.known.clear()
    now.known.add(question.key)
    if (answer.kind === 'tooLong' || answer.kind === 'died') await now.ended
    now.child.unref() // while it waits, it keeps nobody from ending
    now.child.channel?.unref()
    return answer
  }

  const answered = async (question: Question): Promise<Answer> => {
    const { task, key } = question
    if (isPausing(key)) return { kind: 'died' }
    const first = await answerOf(question)
    const answer = first.kind === 'unknown' ? await answerOf(await forgotten(question)) : first
    const isFailure = answer.kind === 'tooLong' || answer.kind === 'died'
    const count = failures.get(key)?.count ?? 0
    if (failures.size >= MOST_KEYS) failures.clear()
    if (isFailure && task === 'evaluate') failures.set(key, { count: count + 1, at: performance.now() })
    else failures.delete(key)
    return answer
  }

  const isPausing = (key: string): boolean => {
    const { count, at } = failures.get(key) ?? { count: 0, at: 0 }
    return !isPatient && count >= MOST_FAILURES && performance.now() - at < PAUSE
  }

  /** It has made room for other forms meanwhile. */
  const forgotten = async (question: Question): Promise<Question> => {
    const now = await running
    now?.known.delete(question.key)
    return question
  }

  return {
    ask(question) {
      if (waiting >= MOST_WAITING) return Promise.resolve({ kind: 'busy' })
      waiting += 1
      clearTimeout(resting)
      const answer = tail.then(() => answered(question)).catch((): Answer => ({ kind: 'died' }))
      tail = answer.then(() => {
        waiting -= 1
        if (waiting === 0) resting = setTimeout(rest, IDLE).unref()
      })
      return answer
    },
    async end() {
      isEnded = true
      clearTimeout(resting)
      const now = await running
      now?.child.ref()
      now?.child.kill('SIGKILL')
      await now?.ended
    },
  }
}

async function start(): Promise<Running | undefined> {
  const child = startWorker()
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve()) // it could not even begin
  })
  const ready = await nextAnswer(child, START_LIMIT)
  return ready.kind === 'died' ? undefined : { child, known: new Set(), ended }
}

/** With nothing of ours: no environment, no files to write, no process of its own, and nobody hears what it says. */
function startWorker(): ChildProcess {
  const child = fork(WORKER, {
    execArgv: [`--max-old-space-size=${MEMORY}`, '--permission', '--allow-fs-read=*'],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.on('error', () => child.kill('SIGKILL'))
  return child
}

/** What it says next, or `died` when it ended or had to be stopped after so many ms. */
function nextAnswer(child: ChildProcess, limit: number): Promise<Answered | { kind: 'died' }> {
  return new Promise((resolve) => {
    let isSettled = false
    const settle = (answer: Answered | { kind: 'died' }) => {
      isSettled = true
      clearTimeout(timer)
      child.off('message', settle)
      child.off('exit', died)
      child.off('error', died)
      resolve(answer)
    }
    const died = () => settle({ kind: 'died' })
    // An answer that came while this process was busy itself is read before the end is near.
    const timer = setTimeout(() => setImmediate(() => isSettled || child.kill('SIGKILL')), limit)
    child.on('message', settle)
    child.once('exit', died)
    child.once('error', died)
  })
}

async function put(child: ChildProcess, asked: Asked, limit: number): Promise<Answer> {
  const answer = nextAnswer(child, limit + GRACE)
  child.send(asked, (error) => {
    if (error) child.kill('SIGKILL')
  })
  return (await answer) as Answer
}
