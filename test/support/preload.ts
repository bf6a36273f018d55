import { afterAll } from 'bun:test'
import { closeAll } from './cleanup.ts'
import { clearUp } from './warden.ts'

// Loaded by bunfig.toml before the first test file: this runs once, after the last one.
afterAll(async () => {
  await closeAll()
  await clearUp()
}, 120_000)
