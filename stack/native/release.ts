import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { dataPaths, hasCode } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { root } from '../root.ts'
import { letRead } from './system-users.ts'

/** All of a checkout that a native stack runs or reads. */
export const parts = [
  'src',
  'texts',
  'views',
  'public',
  'sql',
  'batcher',
  'courier',
  'search',
  'stack',
  'haproxy',
  'deploy/monitoring',
  'package.json',
  'bun.lock',
  'bunfig.toml',
  'tsconfig.json',
]
/** How many of the newest are kept, whether or not something runs from them. */
export const releasesKept = 3

/**
 * Copies what a native stack runs out of the checkout `from`, with its packages and the Bun at `bun`, and
 * returns the copy's folder. All of a stack runs from copies: what is started again is what was started at
 * first, not what an editor, `git pull` or an installation made of the checkout since, and a deploy that
 * fails goes back to what was there before. Packages and Bun are linked where that is possible, so they take
 * room once. Throws a UserError when `from` is no checkout.
 */
export function takeRelease(data: string, from: string, bun = process.execPath): string {
  if (!existsSync(join(from, 'src/main.ts'))) throw new UserError(`${from} is no checkout of Agora`)
  const release = newFolder(data)
  for (const part of parts.filter((each) => existsSync(join(from, each)))) {
    cpSync(join(from, part), join(release, part), { recursive: true })
  }
  link(bun, join(release, 'bun'))
  const own = root
  const packages = [from, own].map((folder) => join(folder, 'node_modules')).find(existsSync)
  if (packages) takePackages(from, realpathSync(packages), join(release, 'node_modules'))
  // It holds no secrets, and its programs may run as other users.
  letRead(release)
  return release
}

/** Deletes copies but the newest few and those that are in use. */
export function forgetReleases(data: string, used: string[]): void {
  const { releases } = dataPaths(data)
  const inUse = new Set(used.filter(existsSync).map((each) => realpathSync(each)))
  for (const number of numbersIn(releases).slice(0, -releasesKept)) {
    const release = realpathSync(join(releases, String(number)))
    if (!inUse.has(release)) rmSync(release, { recursive: true, force: true })
  }
}

/** Two that begin at the same moment get one each. */
function newFolder(data: string): string {
  const { releases } = dataPaths(data)
  mkdirSync(releases, { recursive: true, mode: 0o700 })
  for (let number = (numbersIn(releases).at(-1) ?? 0) + 1; ; number++) {
    const release = join(releases, String(number))
    try {
      mkdirSync(release, { mode: 0o700 })
      return release
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }
}

function numbersIn(releases: string): number[] {
  if (!existsSync(releases)) return []
  return readdirSync(releases)
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b)
}

type Described = {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/**
 * Takes the packages that the site needs. What tests and benchmarks need is most of those that are installed.
 */
function takePackages(checkout: string, packages: string, into: string): void {
  const needed = new Set<string>()
  const seen = new Set<string>()
  const visit = (folder: string) => {
    if (seen.has(folder)) return
    seen.add(folder)
    for (const name of dependenciesOf(folder)) {
      const inside = join(folder, 'node_modules', name)
      if (folder !== checkout && existsSync(inside)) visit(inside)
      else if (existsSync(join(packages, name))) {
        needed.add(name)
        visit(join(packages, name))
      }
    }
  }
  visit(checkout)
  for (const name of needed) linkFolder(join(packages, name), join(into, name))
}

function dependenciesOf(folder: string): string[] {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Described
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = about
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers]
}

function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkFolder(source, target)
    else if (entry.isFile()) link(source, target)
  }
}

/**
 * Whoever installs packages or Bun puts new files in the place of old ones, and does not write into these.
 */
function link(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // Another disk, or somebody else's file.
    copyFileSync(from, to)
  }
}
