import { randomBytes } from 'node:crypto'
import { dataPaths, readIfThere, writeWhole } from './data-folder.ts'

const names = ['mysqlRoot', 'web', 'accounts', 'admin', 'batcher', 'redis', 'stats', 'demoAdmin'] as const

/** `web`, `accounts`, `admin` and `batcher` are those of the database accounts, `demoAdmin` signs in to the board. */
export type Secrets = Record<(typeof names)[number], string>

/** The stack's own secrets: 128 random bits each, made once, kept in a file that its owner alone may read. */
export function openSecrets(data: string): Secrets {
  const kept = readSecrets(data)
  const fresh = Object.fromEntries(
    names.map((name) => [name, kept?.[name] ?? randomBytes(16).toString('hex')]),
  )
  const secrets = fresh as Secrets
  if (names.some((name) => kept?.[name] !== secrets[name])) {
    writeWhole(dataPaths(data).secrets, `${JSON.stringify(secrets, null, 2)}\n`)
  }
  return secrets
}

/** Undefined before the first start. */
export function readSecrets(data: string): Partial<Secrets> | undefined {
  const text = readIfThere(dataPaths(data).secrets)
  return text === undefined ? undefined : JSON.parse(text)
}
