import { stdin, stdout } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Asks on the terminal. @param isSecret what is typed is not shown */
export async function askOnTerminal(question: string, isSecret: boolean): Promise<string> {
  let isHidden = false
  const output = new Writable({
    write(chunk, encoding, done) {
      if (!isHidden) stdout.write(chunk, encoding)
      done()
    },
  })
  const terminal = createInterface({ input: stdin, output, terminal: stdin.isTTY })
  const answer = terminal.question(`${question}: `)
  isHidden = isSecret
  const text = await answer.finally(() => terminal.close())
  if (isHidden) stdout.write('\n')
  return text
}
