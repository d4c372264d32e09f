import { format } from 'node:util'
import mocha from 'mocha'

/** What one of several processes has to say at its end: how many tests came out how, and the failures in words. */
export type Outcome = { passes: number; failures: number; pending: number; words: string }

export const summary = ({ passes, failures, pending }: Omit<Outcome, 'words'>): string =>
  `${passes} passed, ${failures} failed, ${pending} skipped`

// One of several ends with run.ts, however that came to its end.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()

/** The usual list, then one plain line that a machine can read; one of several processes leaves both to run.ts. */
export default class Reporter extends mocha.reporters.Spec {
  override epilogue(): void {
    const { passes, failures, pending } = this.stats
    if (!process.send) {
      super.epilogue()
      process.on('exit', () => console.log(summary({ passes, failures, pending })))
      return
    }
    const lines: string[] = []
    mocha.reporters.Base.consoleLog = (...words) => void lines.push(format(...words))
    super.epilogue()
    process.send({ passes, failures, pending, words: lines.join('\n') } satisfies Outcome)
  }
}
