import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths, readObject, writeWhole } from './data-folder.ts'

/** Returns the version of the code in a folder, with the commit where it has one: "0.2.0 (1a2b3c4)". */
export function versionOf(folder: string): string {
  const { version } = readObject(join(folder, 'package.json')) ?? {}
  const name = typeof version === 'string' ? version : 'unknown'
  const git = existsSync(join(folder, '.git')) ? Bun.which('git') : null
  if (!git) return name
  const { stdout, success } = Bun.spawnSync([git, '-C', folder, 'rev-parse', '--short', 'HEAD'], {
    stderr: 'ignore',
  })
  return success ? `${name} (${stdout.toString().trim()})` : name
}

/** Notes the version that a stack is brought to. Returns the sentence that says from which. */
export function noteVersion(data: string, version: string): string {
  const { version: before } = readObject(dataPaths(data).version) ?? {}
  writeWhole(dataPaths(data).version, `${JSON.stringify({ version })}\n`)
  if (typeof before !== 'string') return `Version ${version}.`
  return before === version ? `Version ${version}, as before.` : `From version ${before} to ${version}.`
}
