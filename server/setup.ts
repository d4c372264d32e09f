import { stdin } from 'node:process'
import { parseArgs } from 'node:util'
import type { Knex } from 'knex'
import { hashPassword } from './accounts/password.ts'
import { insertAccount } from './accounts/store.ts'
import { type Instant, systemClock } from './clock.ts'
import { readConfig } from './config.ts'
import { migrate } from './database/migrate.ts'
import { bringOwnForms } from './forms/own/store.ts'
import { type Setup, setupForm } from './practice/forms.ts'
import { slugOf } from './practice/slug.ts'
import { starterHours, starterTypes } from './practice/starter.ts'
import { findPractice, insertDietitian, insertOffer, insertPractice } from './practice/store.ts'
import { explainFailure, openDatabase, readSecrets } from './process.ts'
import { askStarterForms } from './requests/store.ts'
import { createSealer } from './sealing/seal.ts'
import { acceptKeys } from './sealing/store.ts'
import { askOnTerminal } from './terminal.ts'
import { readForm } from './web/form.ts'

/** npm run setup: makes the first practice in an empty database. What no option says is asked for. */

const questions: Record<keyof Setup, string> = {
  practice: 'Name of the practice',
  zone: 'Its time zone (like America/Chicago)',
  dietitian: 'The dietitian’s name',
  email: 'The e-mail address to sign in with',
  password: 'A password (10 characters or more)',
}

const names = Object.keys(questions) as (keyof Setup)[]

class SetupRefusal extends Error {}

function readOptions(): Partial<Setup> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ options, strict: true })
  return values as Partial<Setup>
}

const messageFor = (given: Partial<Setup>, name: keyof Setup): string | undefined => {
  const read = readForm(setupForm, given)
  return read.ok ? undefined : read.form.errorFor(name)
}

async function complete(given: Partial<Setup>): Promise<Setup> {
  const answers = { ...given }
  for (const name of names) {
    if (name in given && messageFor(answers, name))
      throw new SetupRefusal(`--${name}: ${messageFor(answers, name)}`)
    if (!(name in given) && !stdin.isTTY)
      throw new SetupRefusal(`Say it with an option: --${name}="…" (${questions[name]})`)
    while (answers[name] === undefined || messageFor(answers, name)) {
      if (answers[name] !== undefined) console.log(`  ${messageFor(answers, name)}`)
      answers[name] = await askOnTerminal(questions[name], name === 'password')
    }
  }
  return setupForm.parse(answers)
}

async function makePractice(db: Knex, setup: Setup, now: Instant): Promise<void> {
  const passwordHash = await hashPassword(setup.password)
  await db.transaction(async (trx) => {
    const { practice: name, zone, email, dietitian } = setup
    const texts = {
      tagline: '',
      phone: '',
      address: '',
      headline: '',
      introduction: '',
      about: '',
      callToAction: '',
    }
    await insertPractice(trx, { ...texts, name, zone, email, habits: [] }, now)
    const accountId = await insertAccount(trx, { role: 'dietitian', email, passwordHash }, now)
    const about = { slug: slugOf(dietitian, 'dietitian'), name: dietitian, credentials: '', biography: '' }
    const dietitianId = await insertDietitian(
      trx,
      { ...about, accountId, zone, dailyLimit: null, videoUrl: null, position: 0 },
      now,
    )
    await insertOffer(trx, dietitianId, { types: starterTypes, hours: starterHours }, now)
    await askStarterForms(trx)
  })
}

async function setUp(): Promise<void> {
  const config = readConfig(process.env)
  const given = readOptions()
  const { db, embedded } = await openDatabase(config, () => {})
  try {
    await migrate(db)
    const { sealingKeys } = await readSecrets(config)
    await acceptKeys(db, createSealer(sealingKeys), systemClock.now())
    await bringOwnForms(db, systemClock.now())
    const practice = await findPractice(db)
    if (practice)
      throw new SetupRefusal(`There is a practice already: ${practice.name}. Nothing was changed.`)
    const setup = await complete(given)
    await makePractice(db, setup, systemClock.now())
    console.log(
      `${setup.practice} is set up: the four usual appointment types, Monday to Friday from 9 to 12 and 1 to 5.`,
    )
    console.log(`Start the portal with npm start and sign in as ${setup.email} at /practice.`)
  } finally {
    await db.destroy()
    await embedded?.stop()
  }
}

await setUp().catch((error) => {
  const isOurs = error instanceof SetupRefusal || (error instanceof TypeError && 'code' in error)
  console.error(isOurs ? error.message : explainFailure(error))
  process.exit(1)
})
