import { endTestApp } from './app.ts'
import { endTestDatabase } from './database.ts'

const said: string[] = []
const say = console.error

/** Whatever reaches console.error is a defect that nobody looked at: the test that caused it fails. */
export const mochaHooks = {
  beforeAll() {
    console.error = (...words: unknown[]) => {
      said.push(words.map(String).join(' '))
    }
  },
  afterEach() {
    const words = said.splice(0)
    if (words.length > 0) throw new Error(`console.error: ${words.join('\n')}`)
  },
  async afterAll() {
    console.error = say
    await endTestApp()
    await endTestDatabase()
  },
}
