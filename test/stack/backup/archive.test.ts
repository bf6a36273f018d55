import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumpName, unpack } from '../../../stack/backup/archive.ts'
import { run } from '../../support/servers/processes.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'

type Journals = { batcher: string; name: string }[]

/** A backup whose bytes are all right, as somebody who means harm would make it. */
async function backupWith(names: string[], journals: Journals, manifest?: unknown): Promise<string> {
  const folder = temporaryFolder()
  const files = [dumpName, ...names].map((name) => {
    const path = join(folder, name)
    if (name !== 'link') writeFileSync(path, name)
    else symlinkSync('/etc/hostname', path)
    const text = readFileSync(path)
    return { name, bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }
  })
  const about = manifest ?? { format: 1, agora: '1', server: '', madeAt: 'now', journals, files }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(about))
  const path = join(temporaryFolder(), 'board.agora')
  await run(['tar', '-cf', path, '-C', folder, 'manifest.json', dumpName, '--', ...names])
  return path
}

test('a backup whose names are plain is unpacked', async () => {
  const folder = temporaryFolder()
  const path = await backupWith(['batcher-1.sqlite'], [{ batcher: 'batcher-1', name: 'batcher-1.sqlite' }])

  expect((await unpack(path, folder)).journals).toHaveLength(1)
  expect(readdirSync(folder).sort()).toEqual(['batcher-1.sqlite', dumpName].sort())
})

const journal = (name: string) => [{ batcher: 'batcher-1', name }]
const evil: [string, string[], Journals][] = [
  ['a journal is words of a shell', ['a'], journal('x; touch /tmp/gone #')],
  ['a journal leads out of its folder', ['a'], journal('../../etc/passwd')],
  ['a journal is a folder', ['a'], journal('..')],
  ['a journal is an option', ['a'], journal('-rf')],
  ['a journal is the dump', ['a'], journal(dumpName)],
  ['a journal is not among the files', ['a'], journal('b')],
  ['a file is an option', ['-x'], []],
  ['a file is a link', ['link'], journal('link')],
]
test.each(evil)('one in which %s is refused', async (_, names, journals) => {
  const path = await backupWith(names, journals)

  await expect(unpack(path, temporaryFolder())).rejects.toThrow(`${path} is not a backup of Agora`)
})

test.each([
  [{ format: 1 }],
  [{ format: 1, files: [{}], journals: [] }],
  [{ format: 1, files: [], journals: [null] }],
])('one that says %j of itself is refused in words', async (manifest) => {
  const path = await backupWith([], [], manifest)

  await expect(unpack(path, temporaryFolder())).rejects.toThrow(`${path} is not a backup of Agora`)
})
