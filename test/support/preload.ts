import { afterAll, setDefaultTimeout } from 'bun:test'
import { constants } from 'node:os'
import { closeAll } from './servers/cleanup.ts'
import { clearUp } from './servers/reaper.ts'

// Tests wait for conditions, on machines that may be busy; this is when they give up.
setDefaultTimeout(60_000)

// A replica in this process takes these to drain, and the run would go on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]))
}

// Loaded by bunfig.toml before the first test file: this runs once, after the last one.
afterAll(async () => {
  await closeAll()
  await clearUp()
}, 120_000)
