import { randomBytes } from 'node:crypto'
import { dataPaths, readObject, writeWhole } from './data-folder.ts'

const names = [
  'mysqlRoot',
  'web',
  'accounts',
  'admin',
  'batcher',
  'courier',
  'search',
  'redis',
  'stats',
  'demoAdmin',
  'likes',
] as const

/** Who sees HAProxy's stats page, with the secret `stats`. */
export const statsUser = 'agora'

/**
 * `web`, `accounts`, `admin`, `batcher`, `courier` and `search` are those of the database accounts,
 * `demoAdmin` signs in to the board, `likes` is what replicas show to batchers.
 */
export type Secrets = Record<(typeof names)[number], string>

/**
 * The stack's own secrets: 128 random bits each, made once, in a file that its owner alone may read. One
 * that is missing there or damaged is taken from `known`, or made anew, which a native stack's stores take at
 * their next start.
 */
export function openSecrets(data: string, known: Partial<Secrets> = {}): Secrets {
  const kept = readSecrets(data)
  const fresh = Object.fromEntries(
    names.map((name) => [name, kept?.[name] ?? known[name] ?? randomBytes(16).toString('hex')]),
  )
  const secrets = fresh as Secrets
  if (names.some((name) => kept?.[name] !== secrets[name])) {
    writeWhole(dataPaths(data).secrets, secretsText(secrets))
  }
  return secrets
}

export const secretsText = (secrets: Secrets) => `${JSON.stringify(secrets, null, 2)}\n`

/** Undefined before the first start. What is no secret is left out. */
export function readSecrets(data: string): Partial<Secrets> | undefined {
  const found = readObject(dataPaths(data).secrets)
  if (!found) return undefined
  return Object.fromEntries(Object.entries(found).filter(([, value]) => isSecret(value)))
}

const isSecret = (value: unknown) => typeof value === 'string' && /^[\w.~-]+$/.test(value)
