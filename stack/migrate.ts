/**
 * Runs the migrations of `stack/database/migrate.ts` from where a supervisor, or `deploy/server.sh`, of 0.1.0
 * starts them when it deploys this code. Without this file it would start the new replicas on the old tables.
 */
import { main } from './database/migrate.ts'

await main(process.argv.slice(2))
