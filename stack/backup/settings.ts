import { isAbsolute } from 'node:path'
import { ConfigError, type Environment, environment } from '../../src/platform/config.ts'

/** How many days, weeks and months keep their newest backup. */
export type Keep = { days: number; weeks: number; months: number }

export type BackupSettings = {
  /** A folder, or a place in a bucket. */
  to: { folder: string } | S3Place
  keep: Keep
  /** Who can open them: a recipient of age. Undefined: they are not encrypted. */
  key: string | undefined
  /** That they are not was said. */
  isPlain: boolean
}

export type S3Place = {
  bucket: string
  /** Before each name: empty, or with a slash at its end. */
  prefix: string
  endpoint: string | undefined
  region: string | undefined
  accessKeyId: string | undefined
  secretAccessKey: string | undefined
}

/** Reads where backups go by themselves. Throws a ConfigError that names the variable. */
export function backupSettings(env: Environment = environment): BackupSettings {
  const to = env.BACKUP_TO
  if (!to) throw new ConfigError('BACKUP_TO is not set: a folder, or s3://bucket/folder')
  const isPlain = env.BACKUP_KEY === 'off'
  return {
    to: placeOf(to, env),
    keep: keepOf(env.BACKUP_KEEP || '7d,4w,12m'),
    key: isPlain ? undefined : keyOf(env.BACKUP_KEY),
    isPlain,
  }
}

/**
 * Returns when backups are made each day, in minutes past midnight, UTC. Undefined: by hand alone. Throws a
 * ConfigError where they could not be.
 */
export function timeOfDay(env: Environment = environment): number | undefined {
  if (!env.BACKUP_AT) return undefined
  backupSettings(env)
  const [, hours, minutes] = env.BACKUP_AT.match(/^([01]\d|2[0-3]):([0-5]\d)$/) ?? []
  if (!hours || !minutes)
    throw new ConfigError(`BACKUP_AT must be a time in UTC as in 03:30, not "${env.BACKUP_AT}"`)
  return Number(hours) * 60 + Number(minutes)
}

/** How drills come about: by themselves after a backup, by hand as nobody here has the key, or not here. */
export type Drills = 'daily' | 'weekly' | 'by hand' | 'never'

/** Returns how drills come about with daily backups. Throws a ConfigError that names the variable. */
export function drillsOf(env: Environment = environment): Drills {
  const said = env.BACKUP_DRILL || undefined
  if (said !== undefined && said !== 'daily' && said !== 'weekly' && said !== 'never')
    throw new ConfigError(`BACKUP_DRILL must be daily, weekly or never, not "${said}"`)
  const isEncrypted = Boolean(env.BACKUP_KEY) && env.BACKUP_KEY !== 'off'
  if (identityOf(env) || !isEncrypted || said === 'never') return said ?? 'weekly'
  if (said === undefined) return 'by hand'
  throw new ConfigError(
    `BACKUP_DRILL=${said} opens no backup that BACKUP_KEY encrypts: BACKUP_IDENTITY names a file with the secret key`,
  )
}

/** Returns the file with the keys that open backups. Throws a ConfigError where it is no absolute path. */
export function identityOf(env: Environment = environment): string | undefined {
  const file = env.BACKUP_IDENTITY || undefined
  if (file !== undefined && !isAbsolute(file))
    throw new ConfigError(`BACKUP_IDENTITY must be the absolute path of a file, not "${file}"`)
  return file
}

function placeOf(to: string, env: Environment): BackupSettings['to'] {
  const [, bucket, folder = ''] = to.match(/^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/) ?? []
  if (bucket) {
    const prefix = folder.replace(/\/+$/, '')
    return {
      ...{ bucket, prefix: prefix === '' ? '' : `${prefix}/` },
      ...{ endpoint: env.BACKUP_S3_ENDPOINT || undefined, region: env.BACKUP_S3_REGION || undefined },
      ...{
        accessKeyId: env.BACKUP_S3_KEY_ID || undefined,
        secretAccessKey: env.BACKUP_S3_SECRET || undefined,
      },
    }
  }
  if (!isAbsolute(to))
    throw new ConfigError(`BACKUP_TO must be an absolute folder or s3://bucket/folder, not "${to}"`)
  return { folder: to }
}

function keepOf(text: string): Keep {
  const keep = { d: 0, w: 0, m: 0 }
  for (const part of text.split(',')) {
    const [, count, unit] = part.trim().match(/^(\d{1,4})([dwm])$/) ?? []
    if (!count || !unit)
      throw new ConfigError(`BACKUP_KEEP must say days, weeks and months as in 7d,4w,12m, not "${text}"`)
    keep[unit as keyof typeof keep] = Number(count)
  }
  return { days: keep.d, weeks: keep.w, months: keep.m }
}

function keyOf(key: string | undefined): string | undefined {
  if (!key) return undefined
  if (!/^age1[a-z0-9]{20,}$/.test(key))
    throw new ConfigError('BACKUP_KEY must be a public key of age, which begins with age1, or off')
  return key
}
