import { existsSync, readFileSync, statSync } from 'node:fs'
import { identityToRecipient } from 'age-encryption'
import { ConfigError, type Environment, environment } from '../../src/platform/config.ts'
import { hasCode } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { drillsByHand } from './record.ts'
import { drillsOf, identityOf } from './settings.ts'

/** Returns the secret keys in a file as age-keygen makes it. Throws a UserError where there is none. */
export function secretKeysIn(file: string): string[] {
  const keys = textOf(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^AGE-SECRET-KEY-/.test(line))
  if (keys.length === 0) throw new UserError(`${file} has no secret key of age`)
  return keys
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) throw new UserError(`there is no file ${file}`)
    if (hasCode(error, 'EISDIR')) throw new UserError(`${file} is a folder, no file with a key of age`)
    throw error
  }
}

/**
 * Returns the file that BACKUP_IDENTITY names. Throws a ConfigError where others than its owner may read it.
 */
export function privateIdentity(env: Environment = environment): string | undefined {
  const file = identityOf(env)
  if (file === undefined) return undefined
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & 0o077) !== 0)
    throw new ConfigError(`BACKUP_IDENTITY must be a file that its owner alone may read: chmod 600 ${file}`)
  return file
}

/**
 * Returns a line for each thing to know of drills, at a start that makes backups each day. Throws a
 * ConfigError where the file that BACKUP_IDENTITY names may be read by others, or does not open what
 * BACKUP_KEY encrypts.
 */
export async function identityNotes(env: Environment = environment): Promise<string[]> {
  if (!env.BACKUP_AT) return []
  if (drillsOf(env) === 'by hand') return [drillsByHand]
  const file = privateIdentity(env)
  if (file === undefined) return []
  // A board is not kept from its start by a disk that is not there yet.
  if (!existsSync(file)) return [`BACKUP_IDENTITY: there is no file ${file}, and drills fail until there is.`]
  const { BACKUP_KEY: key } = env
  const recipients = await recipientsOf(file)
  if (key && key !== 'off' && !recipients.includes(key))
    throw new ConfigError(`BACKUP_IDENTITY: no key in ${file} opens what BACKUP_KEY encrypts`)
  return []
}

async function recipientsOf(file: string): Promise<string[]> {
  try {
    return await Promise.all(secretKeysIn(file).map((key) => identityToRecipient(key)))
  } catch (error) {
    throw new ConfigError(
      `BACKUP_IDENTITY: ${error instanceof UserError ? error.message : `a key of age in ${file} is damaged`}`,
    )
  }
}
