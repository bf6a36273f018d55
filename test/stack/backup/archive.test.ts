import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dumpName, isSealed, pack, unpack } from '../../../stack/backup/archive.ts'
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

async function packed(): Promise<{ path: string; whole: Buffer }> {
  const folder = temporaryFolder()
  const path = join(temporaryFolder(), 'board.agora')
  for (const name of [dumpName, 'batcher-1.sqlite']) writeFileSync(join(folder, name), name.repeat(400))
  const about = { agora: '1', server: '', madeAt: 'now', journals: [] }
  await pack(folder, path, { ...about, names: [dumpName, 'batcher-1.sqlite'] })
  return { path, whole: readFileSync(path) }
}

test('a thousand backups with one bit that is another are noticed, each', async () => {
  const { path, whole } = await packed()
  expect(await isSealed(path)).toBe(true)
  const copy = join(temporaryFolder(), 'flipped.agora')
  const places = Array.from({ length: 1_000 }, (_, n) => Math.floor((n * 2_654_435_761) % whole.length))
  const unnoticed: number[] = []
  for (const [index, place] of places.entries()) {
    const bytes = Buffer.from(whole)
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (place % 8))
    writeFileSync(copy, bytes)
    if (await isSealed(copy)) unnoticed.push(place)
    if (index % 50 === 0)
      await expect(unpack(copy, temporaryFolder())).rejects.toThrow(/is not a backup|is damaged|was made by/)
  }
  expect(unnoticed).toEqual([])
})

test('one that is cut, and one of a newer version, is refused in words, and any tar opens a whole one', async () => {
  const { path, whole } = await packed()
  const copy = join(temporaryFolder(), 'cut.agora')
  for (const length of [0, 1, 511, 700, 1_536, whole.length >> 1, whole.length - 513, whole.length - 1]) {
    writeFileSync(copy, whole.subarray(0, length))
    await expect(unpack(copy, temporaryFolder())).rejects.toThrow(
      /is not a backup of Agora, or damaged|or cut/,
    )
  }
  const newer = await backupWith([], [], { format: 3, agora: '9.9.9' })
  await expect(unpack(newer, temporaryFolder())).rejects.toThrow(
    "was made by Agora 9.9.9, whose backups this version can't read",
  )
  expect((await unpack(path, temporaryFolder())).format).toBe(2)
  expect((await run(['tar', '-tf', path])).output.split('\n')).toHaveLength(4)
})
