import { ConfigError, searchConfig } from '../src/platform/config.ts'
import { openLog } from '../src/platform/log.ts'
import { startSearch } from './search.ts'

/** Searches for replicas until SIGTERM. What it keeps may be lost at any time. */
async function main() {
  const config = searchConfig()
  const log = openLog(config.name, config.logLevel)
  const search = startSearch(config, log)
  log.info('listening', { port: search.port, index: config.file })

  const { promise, resolve } = Promise.withResolvers<void>()
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
  const damage = await Promise.race([promise, search.damaged])
  await search.stop()
  if (damage !== undefined) throw damage
  log.info('stopped')
}

if (import.meta.main)
  main().then(
    () => process.exit(0),
    (error) => {
      console.error(error instanceof ConfigError ? `agora search: ${error.message}` : error)
      process.exit(1)
    },
  )
