import { readConfig } from './server/config.ts'
import { migrations } from './server/database/migrate.ts'

/** For the knex command line (npx knex migrate:make …); the program itself migrates when it starts. */
export default {
  client: 'pg',
  connection: readConfig(process.env).databaseUrl,
  migrations: { ...migrations, extension: 'ts' },
}
