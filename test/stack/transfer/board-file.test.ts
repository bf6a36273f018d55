import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { readBoard, writeBoard } from '../../../stack/transfer/board-file.ts'
import { exportBoard } from '../../../stack/transfer/export/export.ts'
import { aboutName, jsonSchema, kinds } from '../../../stack/transfer/format.ts'
import { importBoard } from '../../../stack/transfer/import/import.ts'
import { freshDatabase, type TestDatabase } from '../../support/servers/database.ts'
import { run } from '../../support/servers/processes.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { addWholeBoard } from '../../support/site/whole-board.ts'

setDefaultTimeout(120_000)

let path: string
let target: TestDatabase
beforeAll(async () => {
  const source = await freshDatabase()
  await addWholeBoard(source)
  path = join(temporaryFolder(), 'board.tar')
  await exportBoard({ url: source.url, batchers: [], ask: async () => new Uint8Array() }, path, () => {})
  target = await freshDatabase()
})

/** What an import says of a file; it may not change anything then. */
async function saidOf(file: string): Promise<string> {
  const before = await target.rows('SELECT COUNT(*) AS n FROM users')
  const said = await importBoard(target.url, file, { isDryRun: false, print: () => {} }).then(
    () => 'nothing',
    (error: Error) => `${error.name}: ${error.message}`,
  )
  expect(await target.rows('SELECT COUNT(*) AS n FROM users')).toEqual(before)
  return said
}

test('the document of the format is what the program checks by, and an export is as it says', async () => {
  const document = JSON.parse(readFileSync('docs/export.schema.json', 'utf8'))
  expect(document).toEqual(JSON.parse(JSON.stringify(jsonSchema)))

  const ajv = addFormats(new Ajv({ strict: false })).addSchema(document, 'board')
  const { printed: names } = await run(['tar', '-tf', path])
  let lines = 0
  for (const name of names.split('\n').filter((each) => each.endsWith('.jsonl'))) {
    const { printed } = await run(['tar', '-xOf', path, name])
    for (const line of printed.trimEnd().split('\n')) {
      const validate = ajv.getSchema(`board#/$defs/${name.split('/')[0]}`)
      expect([name, line, validate?.(JSON.parse(line))]).toEqual([name, line, true])
      lines++
    }
  }
  const { printed: about } = await run(['tar', '-xOf', path, aboutName])
  expect(ajv.getSchema('board#/$defs/about')?.(JSON.parse(about))).toBe(true)
  expect(lines).toBeGreaterThan(80)
})

test('a thousand files with one bit that is another are noticed, each', () => {
  const whole = readFileSync(path)
  const copy = join(temporaryFolder(), 'flipped.tar')
  const places = Array.from({ length: 1_000 }, (_, n) => Math.floor((n * 2_654_435_761) % whole.length))
  // The last blocks, and one of every kind of place.
  const ends = Array.from({ length: 64 }, (_, n) => whole.length - 1 - n * 32)
  for (const place of [...places, ...ends, 0, 148, 150, 155, 511]) {
    const bytes = Buffer.from(whole)
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (place % 8))
    writeFileSync(copy, bytes)
    expect([place, saidByReading(copy)]).toEqual([place, expect.stringContaining(copy)])
  }
})

function saidByReading(file: string): string {
  try {
    readBoard(file).close()
    return 'nothing'
  } catch (error) {
    const { name, message } = error as Error
    return name === 'UserError' && !message.includes('\n') ? message : `no line: ${name} ${message}`
  }
}

test('a file that is cut anywhere is noticed', async () => {
  const whole = readFileSync(path)
  const copy = join(temporaryFolder(), 'cut.tar')
  for (const length of [0, 1, 511, 512, 1_024, whole.length >> 1, whole.length - 2_048, whole.length - 1]) {
    writeFileSync(copy, whole.subarray(0, length))
    expect([length, saidByReading(copy)]).toEqual([
      length,
      expect.stringMatching(/is no export of Agora, or damaged|is damaged or cut/),
    ])
  }
  expect(await saidOf(copy)).toContain('UserError: ')
  expect(await saidOf('/nowhere/board.tar')).toBe('UserError: there is no file /nowhere/board.tar')
})

type Lines = Partial<Record<(typeof kinds)[number], unknown[]>>

/** A file as another program would write it. */
function fileWith(lines: Lines, about: object = {}): string {
  const file = join(temporaryFolder(), 'made.tar')
  const writer = writeBoard(file)
  const board = '00000000-0000-4000-8000-000000000000'
  writer.add(
    aboutName,
    Buffer.from(
      JSON.stringify({ format: 'agora-board', version: 1, board, agora: 'none', madeAt: time, ...about }),
    ),
  )
  for (const kind of kinds) {
    const own = lines[kind]
    if (own)
      writer.add(
        `${kind}/000001.jsonl`,
        Buffer.from(
          own.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
        ),
      )
  }
  writer.finish()
  writer.close()
  return file
}

const time = '2026-01-01T00:00:00.000Z'
const member = (id: number, name: string) => ({ id, name, role: 'member', createdAt: time })
const post = (id: number, more: object = {}) => ({
  ...{ id, category: 1, title: 'A', body: '', likes: 0, createdAt: time, ...more },
})
const comment = (id: number, more: object = {}) => ({ id, post: 1, body: `${id}`, createdAt: time, ...more })

test.each<[string, Lines, object, string]>([
  [
    'a newer version',
    {},
    { version: 2 },
    'is of version 2 of the format, made by Agora none; this one reads version 1: upgrade first',
  ],
  ['another format', {}, { format: 'x' }, 'is no export of Agora, or damaged'],
  ['no id of a board', {}, { board: 'x' }, 'is no export of Agora: agora.json in it: /board'],
  [
    'a line that is no JSON',
    { members: ['{'] },
    {},
    "can't be read: members/000001.jsonl, line 1: it is no JSON",
  ],
  [
    'a field that nobody knows',
    { members: [{ ...member(1, 'a'), age: 3 }] },
    {},
    'line 1: /age: Unexpected property',
  ],
  [
    'a date that is none',
    { members: [{ ...member(1, 'a'), createdAt: '2026-13-01T00:00:00.000Z' }] },
    {},
    "line 1: /createdAt: Expected string to match 'date-time' format",
  ],
  ['a number too large', { posts: [post(1, { likes: 2 ** 60 })] }, {}, 'line 1: /likes'],
  [
    'a number twice',
    { members: [member(1, 'a'), member(1, 'b')] },
    {},
    "can't be read: members 1 comes after members 1",
  ],
  [
    'a broken chain',
    {
      actions: [
        {
          number: 1,
          act: 'hide',
          kind: 'post',
          subject: 1,
          reason: '',
          by: 1,
          doneAt: time,
          hash: 'a'.repeat(64),
        },
      ],
    },
    {},
    'actions 1 is not as it was written',
  ],
])('a file with %s is refused in one line, and changes nothing', async (_, lines, about, words) => {
  const said = await saidOf(fileWith(lines, about))

  expect(said).toStartWith('UserError: ')
  expect(said).toContain(words)
  expect(said).not.toContain('\n')
})

test('what cannot come is said line by line, and the rest comes', async () => {
  const odd = fileWith({
    members: [
      member(1, 'one'),
      member(2, 'one'),
      { ...member(3, 'three'), avatar: 'a'.repeat(64), createdAt: '2999-01-01T00:00:00.000Z' },
    ],
    categories: [{ id: 1, name: 'Odd things', place: 1 }],
    posts: [
      post(1, { author: 77, picture: { hash: 'b'.repeat(64), alt: '', width: 1, height: 1 } }),
      post(2, { category: 9 }),
    ],
    comments: [
      comment(1, { root: 2, parent: 2 }),
      comment(2, { root: 1, parent: 1 }),
      comment(3, { root: 3, parent: 3 }),
      comment(4, { post: 2 }),
    ],
    likes: [{ post: 1, member: 55, at: time }],
    orders: [
      { id: 1, state: 'open', createdAt: time, lines: [{ item: 4, name: 'x', quantity: 1, price: '1' }] },
    ],
    follows: [{ kind: 'category', subject: 5, member: 1, level: 'all' }],
  })
  const told: string[] = []

  await importBoard(target.url, odd, { isDryRun: false, print: (line) => told.push(line) })

  expect(told).toEqual([
    'members 3 "three": its createdAt 2999-01-01T00:00:00.000Z is in the future, and becomes now',
    'members 3 "three": its picture aaaaaaaaaaaa is not in the file',
    'posts 1: there is no member 77, so it has no author',
    'posts 1: its picture bbbbbbbbbbbb is not in the file',
    'posts 2: there is no category 9',
    'comments 1: it answers comment 2, which is not before it on its post, and stands on the post',
    'comments 3: it answers comment 3, which is not before it on its post, and stands on the post',
    'comments 4: there is no post 2',
    'likes 1 55 2026-01-01T00:00:00.000Z: its post or its member is not there',
    'orders 1: there is no item 4',
    'follows category 5 1: its category or its member is not there',
  ])
  const names = await target.rows<{ name: string }>('SELECT name FROM users ORDER BY id')
  expect(names.map(({ name }) => name)).toEqual(['one', 'one-2', 'three'])
  const talk = await target.rows(
    'SELECT comments.body, parents.body AS parent FROM comments LEFT JOIN comments AS parents ON parents.id = comments.parent_id ORDER BY comments.id',
  )
  expect(talk).toEqual([
    { body: '1', parent: null },
    { body: '2', parent: '1' },
    { body: '3', parent: null },
  ])
})
