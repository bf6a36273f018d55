import { batcherConfig, ConfigError } from '../src/platform/config.ts'
import { openLog } from '../src/platform/log.ts'
import { startBatcher } from './batcher.ts'
import type { Failpoint } from './failpoint.ts'
import { JournalError } from './ledger/journal.ts'

const drainWithinMs = 12_000

/** Starts one batcher, serves until SIGTERM, then drains. How likes survive is told in journal.ts and totals.ts. */
export async function main(at?: Failpoint) {
  const config = batcherConfig()
  const log = openLog(config.name, config.logLevel)
  const batcher = startBatcher(config, log, at)
  log.info('listening', { port: batcher.port, journal: config.journal })

  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  log.info('draining', { signal })
  await batcher.drain(drainWithinMs)
  log.info('stopped')
}

/** Runs `main` to its end and tells by the exit code how it went. */
export function run(at?: Failpoint) {
  main(at).then(
    () => process.exit(0),
    (error) => {
      const isExpected = error instanceof ConfigError || error instanceof JournalError
      console.error(isExpected ? `agora batcher: ${error.message}` : error)
      process.exit(1)
    },
  )
}

if (import.meta.main) run()
