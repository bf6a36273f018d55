import { randomBytes } from 'node:crypto'
import {
  boardLaws,
  ConfigError,
  type Environment,
  environment,
  identity,
  type Law,
  laws,
} from '../../src/platform/config.ts'
import { withIdentity } from '../../src/platform/identity.ts'

export const roles = ['web', 'accounts', 'admin', 'batcher', 'courier', 'search'] as const

export type Preparation = {
  /** A MySQL address with an account that may do everything. */
  adminUrl: string
  /** Of the database accounts `agora_web` and so on. */
  passwords: Record<(typeof roles)[number], string>
  /** Begin a new database with the small board and market of sql/sample.sql. */
  sample: boolean
  adminName: string
  /** Made up when there is none. */
  adminPassword: string | undefined
  /** What the board is started with. */
  laws: GivenLaws
}

/** What holds of each law, and whether somebody said so. */
export type GivenLaws = Record<Law, { holds: string; isGiven: boolean }>

/**
 * Reads what `stack/database/prepare.ts` runs on by itself, as it does in a container. Throws a ConfigError
 * that names the variable.
 */
export function setupConfig(env: Environment = environment): Preparation {
  return {
    adminUrl: adminUrl(env),
    passwords: {
      web: required(env, 'DB_PASSWORD_WEB'),
      accounts: required(env, 'DB_PASSWORD_ACCOUNTS'),
      admin: required(env, 'DB_PASSWORD_ADMIN'),
      batcher: required(env, 'DB_PASSWORD_BATCHER'),
      // Where there is no courier, nobody can use its account.
      courier: env.DB_PASSWORD_COURIER || unknowable(),
      // Where nothing searches, nobody can use its account.
      search: env.DB_PASSWORD_SEARCH || unknowable(),
    },
    ...firstStart(env, 'off'),
    laws: givenLaws(env),
  }
}

/** Reads what a board is started with. Throws a ConfigError that names the variable. */
export function givenLaws(env: Environment): GivenLaws {
  const held = boardLaws(env)
  const each = laws.map((name) => [name, { holds: held[name], isGiven: Boolean(env[name]) }])
  return Object.fromEntries(each)
}

/**
 * Returns what a new board begins with; `usually` is whether with the sample. Throws a ConfigError that names
 * the variable.
 */
export function firstStart(
  env: Environment,
  usually: 'on' | 'off',
): Pick<Preparation, 'sample' | 'adminName' | 'adminPassword'> {
  const sample = env.SAMPLE || usually
  if (sample !== 'on' && sample !== 'off') throw new ConfigError(`SAMPLE must be on or off, not "${sample}"`)
  return {
    sample: sample === 'on',
    adminName: env.ADMIN_NAME || 'admin',
    adminPassword: env.ADMIN_PASSWORD || undefined,
  }
}

/** A password that nobody is told. */
export const unknowable = () => randomBytes(16).toString('hex')

/** Where the database is, with an account that may do everything. Throws a ConfigError. */
export function adminUrl(env: Environment = environment): string {
  return withIdentity(required(env, 'DATABASE_ADMIN_URL'), identity(env))
}

function required(env: Environment, name: string): string {
  const value = env[name]
  if (!value) throw new ConfigError(`${name} is not set`)
  return value
}
