import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Environment, environment } from '../../src/platform/config.ts'
import { root } from '../root.ts'

/** Returns the command that runs a program of ours, by its path below the root or an absolute one. */
export function bunCommand(file: string, code = root): [string, ...string[]] {
  return [bunOf(code), '--no-env-file', resolve(root, file)]
}

/** The Bun that a release brought along; the one that runs this where a checkout is used as it is. */
export function bunOf(release: string): string {
  const own = join(release, 'bun')
  return existsSync(own) ? own : process.execPath
}

/**
 * Returns the environment of `./agora up`, which every process is given but for what one alone may know.
 * Bun's allocator, mimalloc, gives memory back in a thread of its own: once a second, unless the environment
 * says otherwise, as by itself that takes a tenth of a replica's time under load.
 */
export function inherited(env: Environment = environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ MIMALLOC_PURGE_DELAY: '1000', ...env }).flatMap(([name, value]) =>
      value === undefined || ofOneAlone.includes(name) ? [] : [[name, value]],
    ),
  )
}

/** What the courier alone may know, and the accounts replica. */
const ofOneAlone = ['SMTP_URL', 'OIDC_CLIENT_SECRET']
