import { ConfigError } from '../src/platform/config.ts'

/** Something a person has to mend; the message says all they need, no stack trace. */
export class UserError extends Error {
  override name = 'UserError'
}

/** What the system says of a disk or a folder: a person mends it, and the message names what it is about. */
const ofTheDisk = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]

/**
 * Returns what a person reads: the message alone where they can mend it, all we know where the bug is ours.
 */
export function explain(error: unknown): string {
  if (error instanceof UserError || error instanceof ConfigError) return error.message
  if (error instanceof Error && 'code' in error && ofTheDisk.includes(String(error.code)))
    return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
