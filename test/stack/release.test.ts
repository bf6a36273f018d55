import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parts } from '../../stack/release.ts'
import { projectFiles } from '../support/project.ts'

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

test('a release has every folder that replicas and migrations import from', () => {
  const read = importedFrom(['src', 'views', 'texts'])

  expect(read).toContain('texts')
  expect(read.filter((each) => !parts.includes(each))).toEqual([])
})

test('so has the image, and the engine is sent them', () => {
  const copied = readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (\w+) \1$/gm)
  const sent = readFileSync('.dockerignore', 'utf8').matchAll(/^!(\w+)$/gm)
  const [inImage, inContext] = [copied, sent].map((lines) => [...lines].map(([, folder]) => folder))

  const read = importedFrom(['src', 'views', 'texts', 'batcher', 'stack'])
  expect(read.filter((each) => !inImage?.includes(each))).toEqual([])
  expect(read.filter((each) => !inContext?.includes(each))).toEqual([])
})
