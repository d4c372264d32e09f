import mocha from 'mocha'

/** The usual list, then one plain line that a machine can read. */
export default class Reporter extends mocha.reporters.Spec {
  constructor(runner: mocha.Runner, options: mocha.MochaOptions) {
    super(runner, options)
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats
      process.on('exit', () => console.log(`${passes} passed, ${failures} failed, ${pending} skipped`))
    })
  }
}
