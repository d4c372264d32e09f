import type { Knex } from 'knex'
import type { Logger } from 'pino'
import { type Clock, SECOND } from '../../clock.ts'
import { headFile, readHeadFile, writeHeadFile } from './file.ts'
import { findHead, hasPassed } from './store.ts'

type Needs = { db: Knex; log: Logger; clock: Clock; folder: string }

const EVERY = SECOND

const STRAYED =
  'The audit in the database does not go on from the head outside, which is left as it is. Run npm run audit:verify'

/**
 * Keeps the head of the audit in a file and in the log, at most once a second and when it stops: whoever cuts the end off
 * in the database is found out. A head that the chain has never had is not overwritten, for it proves that.
 * It asks the database, so that what other processes and commands note is kept too.
 */
export function keepHeadOutside({ db, log, clock, folder }: Needs): { stop(): Promise<void> } {
  const file = headFile(folder)
  let kept = -1
  let isStopped = false
  let isStrayed = false
  let timer: NodeJS.Timeout | undefined

  async function keep(): Promise<void> {
    const head = await findHead(db)
    if (head.position === kept) return
    const outside = await readHeadFile(file)
    if (outside === 'unreadable' || (outside && !(await hasPassed(db, outside)))) {
      if (!isStrayed) log.error({ file, position: head.position }, STRAYED)
      isStrayed = true
      return
    }
    isStrayed = false
    await writeHeadFile(file, head, clock.now())
    kept = head.position
    log.info({ position: head.position, mac: head.mac.toString('hex') }, 'audit head')
  }

  let wasWrong = false
  const surely = () =>
    keep().then(
      () => {
        wasWrong = false
      },
      (error: Error) => {
        if (!wasWrong)
          log.error({ file, why: error.message }, 'the head of the audit could not be kept outside')
        wasWrong = true
      },
    )

  let turn = Promise.resolve()
  function go(): void {
    turn = surely().then(() => {
      if (!isStopped) timer = setTimeout(go, EVERY).unref()
    })
  }
  go()

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await turn
      await surely()
    },
  }
}
