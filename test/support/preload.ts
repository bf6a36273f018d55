import { afterAll, setDefaultTimeout } from 'bun:test'
import { closeAll } from './servers/cleanup.ts'
import { clearUp } from './servers/reaper.ts'

// Tests wait for conditions, on machines that may be busy; this is when they give up.
setDefaultTimeout(60_000)

// Loaded by bunfig.toml before the first test file: this runs once, after the last one.
afterAll(async () => {
  await closeAll()
  await clearUp()
}, 120_000)
