import { batcherConfig, ConfigError } from '../src/platform/config.ts'
import { openLog } from '../src/platform/log.ts'
import { startBatcher } from './batcher.ts'
import type { Failpoint } from './failpoint.ts'
import { JournalError } from './ledger/journal.ts'

const drainWithinMs = 12_000

/**
 * Starts one batcher, serves until SIGTERM, then drains. How likes survive: ledger/journal.ts and
 * publish/totals.ts.
 */
async function main(failpoint?: Failpoint) {
  const config = batcherConfig()
  const log = openLog(config.name, config.logLevel)
  const batcher = startBatcher(config, log, failpoint)
  log.info('listening', { port: batcher.port, journal: config.journal })

  const signal = await new Promise<string>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  log.info('draining', { signal })
  await batcher.drain(drainWithinMs)
  log.info('stopped')
}

/** Runs one batcher to its end and exits with 0, or with 1 and the reason. */
export function run(failpoint?: Failpoint) {
  main(failpoint).then(
    () => process.exit(0),
    (error) => {
      const isExpected = error instanceof ConfigError || error instanceof JournalError
      console.error(isExpected ? `agora batcher: ${error.message}` : error)
      process.exit(1)
    },
  )
}

if (import.meta.main) run()
