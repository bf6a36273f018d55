import { expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { forgetReleases, parts, releasesKept, takeRelease } from '../../../stack/native/release.ts'
import { bunOf } from '../../../stack/process/program.ts'
import { projectFiles } from '../../support/rules/project.ts'
import { run } from '../../support/servers/processes.ts'
import { root, temporaryFolder } from '../../support/servers/reaper.ts'

setDefaultTimeout(60_000)

/** The folders of the project that files below `folders` import from. */
function importedFrom(folders: string[]): string[] {
  const files = projectFiles().filter(
    ({ path }) => /\.tsx?$/.test(path) && folders.some((each) => path.startsWith(`${each}/`)),
  )
  const paths = files.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, to]) => join(dirname(path), to ?? '')),
  )
  return [...new Set(paths.flatMap((path) => (path.includes('/') ? path.split('/').slice(0, 1) : [])))].sort()
}

test('a release has every folder that the programs of a stack import from', () => {
  const read = importedFrom(['src', 'views', 'texts', 'batcher', 'courier', 'search', 'stack'])

  expect(read).toContain('texts')
  expect(read.filter((each) => !parts.includes(each))).toEqual([])
})

test('so has the image, and the engine is sent them', () => {
  const copied = readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (\w+) \1$/gm)
  const sent = readFileSync('.dockerignore', 'utf8').matchAll(/^!(\w+)$/gm)
  const [inImage, inContext] = [copied, sent].map((lines) => [...lines].map(([, folder]) => folder))

  const read = importedFrom(['src', 'views', 'texts', 'batcher', 'courier', 'search', 'stack'])
  expect(read.filter((each) => !inImage?.includes(each))).toEqual([])
  expect(read.filter((each) => !inContext?.includes(each))).toEqual([])
})

test('a release runs by itself: all that its programs import is in it', async () => {
  const release = takeRelease(temporaryFolder(), root)
  const programs = ['src/app.ts', 'batcher/server.ts', 'stack/native/supervisor.ts', 'stack/scaler/scaler.ts']
  const code = `
    for (const name of ${JSON.stringify(programs)}) await import('${release}/' + name)
    const [sharp] = [import.meta.resolve('sharp', '${release}/src/app.ts')]
    console.log(sharp, process.execPath)`

  const { printed, output } = await run([bunOf(release), '--eval', code], { cwd: release })

  const used = printed.trim().split(' ')
  expect(output).toBe(printed)
  expect(used).toHaveLength(2)
  for (const path of used) expect(path).toContain(release)
})

test('packages and Bun take room once', () => {
  const release = takeRelease(join(root, 'node_modules', '.cache', basename(temporaryFolder())), root)

  expect(statSync(join(release, 'node_modules/elysia/package.json')).nlink).toBeGreaterThan(1)
  expect(existsSync(join(release, 'node_modules/playwright-core'))).toBe(false)
  rmSync(dirname(dirname(release)), { recursive: true })
})

test('of releases the newest few are kept, and those that something runs from', () => {
  const data = temporaryFolder()
  const all = Array.from({ length: 6 }, () => takeRelease(data, root))
  const [, used = ''] = all

  forgetReleases(data, [used, '/no/such/folder'])

  const left = readdirSync(join(data, 'releases')).map((name) => join(data, 'releases', name))
  expect(left.sort()).toEqual([used, ...all.slice(-releasesKept)].sort())
})
