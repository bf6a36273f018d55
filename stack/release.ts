import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { dataPaths } from './data-folder.ts'
import { Trouble } from './trouble.ts'

const root = join(import.meta.dir, '..')

/** All that replicas and migrations read of a checkout. */
export const parts = [
  'src',
  'texts',
  'views',
  'public',
  'sql',
  'stack',
  'package.json',
  'bun.lock',
  'bunfig.toml',
  'tsconfig.json',
]
const kept = 3

/**
 * Copies the program of the replicas out of a checkout and gives the copy's folder. Replicas run from copies: one that
 * is started again has the code of its start, not what an editor or `git pull` made of the folder since, and a deploy
 * that fails goes back to what was there before. Packages are not copied but linked.
 */
export function takeRelease(data: string, from = root): string {
  if (!existsSync(join(from, 'src/main.ts'))) throw new Trouble(`${from} is no checkout of Agora`)
  const { releases } = dataPaths(data)
  mkdirSync(releases, { recursive: true, mode: 0o700 })
  const numbers = numbersIn(releases)
  const release = join(releases, String((numbers.at(-1) ?? 0) + 1))
  mkdirSync(release, { mode: 0o700 })
  for (const part of parts.filter((each) => existsSync(join(from, each)))) {
    cpSync(join(from, part), join(release, part), { recursive: true })
  }
  const packages = [from, root].map((folder) => join(folder, 'node_modules')).find(existsSync)
  if (packages) symlinkSync(packages, join(release, 'node_modules'))
  return release
}

/** Deletes old copies but the last few and those that are in use. */
export function forgetReleases(data: string, used: string[]): void {
  const { releases } = dataPaths(data)
  const old = numbersIn(releases)
    .slice(0, -kept)
    .map((number) => join(releases, String(number)))
  for (const release of old) if (!used.includes(release)) rmSync(release, { recursive: true, force: true })
}

function numbersIn(releases: string): number[] {
  if (!existsSync(releases)) return []
  return readdirSync(releases)
    .map(Number)
    .filter(Number.isInteger)
    .sort((one, other) => one - other)
}
