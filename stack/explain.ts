import { ConfigError } from '../src/platform/config.ts'
import { Trouble } from './trouble.ts'

/** What to tell a person: the message alone where they can mend it, all we know where the bug is ours. */
export function explain(error: unknown): string {
  if (error instanceof Trouble || error instanceof ConfigError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
