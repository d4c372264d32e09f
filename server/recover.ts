import { stdin } from 'node:process'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { newPasswordForm } from './accounts/forms.ts'
import { hashPassword } from './accounts/password.ts'
import { findAccountByEmail, recoverAccount } from './accounts/store.ts'
import { systemClock } from './clock.ts'
import { readConfig } from './config.ts'
import { isMigrated } from './database/migrate.ts'
import { startJobs } from './jobs/worker.ts'
import { explainFailure, reachDatabase } from './process.ts'
import { askOnTerminal } from './terminal.ts'
import { readForm } from './web/form.ts'

/**
 * npm run account:recover -- --email=…: for a dietitian who has lost password, second factor and recovery codes. Sets a
 * new password, takes the old factors away and signs the account out everywhere; its owner hears of it by mail.
 */

class RecoveryRefusal extends Error {}

async function choosePassword(given: string | undefined): Promise<string> {
  if (given === undefined && !stdin.isTTY)
    throw new RecoveryRefusal('Say it with an option: --password="…" (the new password)')
  const password = given ?? (await askOnTerminal('The new password', true))
  const read = readForm(newPasswordForm, { password })
  if (!read.ok) throw new RecoveryRefusal(read.form.errors[0]?.message)
  return read.value.password
}

async function recover(): Promise<void> {
  const config = readConfig(process.env)
  const options = { email: { type: 'string' }, password: { type: 'string' } } as const
  const { email, password } = parseArgs({ options }).values
  if (!email) throw new RecoveryRefusal('Say whose account it is: --email="…"')
  const { url, db, leave } = await reachDatabase(config)
  try {
    if (!(await isMigrated(db))) throw new RecoveryRefusal('Run npm run migrate first.')
    const account = (await findAccountByEmail(db, email))?.account
    if (account?.role !== 'dietitian') throw new RecoveryRefusal(`No dietitian signs in as ${email}.`)
    const passwordHash = await hashPassword(await choosePassword(password))
    const jobs = await startJobs({ url, log: pino({ level: 'silent' }), isWorking: false })
    await recoverAccount(db, jobs, { accountId: account.id, passwordHash }, systemClock.now())
    await jobs.stop()
    console.log(`${email} signs in with the new password. A second factor has to be set up again.`)
  } finally {
    await leave()
  }
}

await recover().catch((error) => {
  const isOurs = error instanceof RecoveryRefusal || (error instanceof TypeError && 'code' in error)
  console.error(isOurs ? error.message : explainFailure(error))
  process.exitCode = 1
})
