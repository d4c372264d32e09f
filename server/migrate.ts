import { readConfig } from './config.ts'
import { migrate } from './database/migrate.ts'
import { explainFailure, openDatabase } from './process.ts'

/** npm run migrate: brings the schema up to date and stops; a start does the same by itself. */
try {
  const { db, embedded } = await openDatabase(readConfig(process.env), () => {})
  await migrate(db)
  await db.destroy()
  await embedded?.stop()
  console.log('The schema is up to date.')
} catch (error) {
  console.error(explainFailure(error))
  process.exit(1)
}
