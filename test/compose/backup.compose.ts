import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { sha256 } from '../../src/platform/sha256.ts'
import { backUp } from '../../stack/backup/backup.ts'
import { restore } from '../../stack/backup/restore.ts'
import { hashOf, readMigrations } from '../../stack/database/migration-files.ts'
import { dockerBoard } from '../../stack/docker/backup.ts'
import { compose, projectOf } from '../../stack/docker/engine.ts'
import type { Board } from '../../stack/transfer/board.ts'
import { readBoard } from '../../stack/transfer/board-file.ts'
import { exportBoard } from '../../stack/transfer/export/export.ts'
import { noteMigrations, sourceOn, targetOn } from '../support/servers/backups.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { type Ask, describeSchema } from '../support/servers/schema.ts'
import { sharedMysql } from '../support/servers/services.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { fresh } from '../support/site/page.ts'
import { addWholeBoard } from '../support/site/whole-board.ts'

setDefaultTimeout(300_000)

/** The board that comes from MariaDB, and what an export of it says. */
let board: TestDatabase
let content: string
let stack: Stack
beforeAll(async () => {
  const folder = temporaryFolder()
  const [backup, data] = [join(folder, 'board.agora'), join(folder, 'data')]
  board = await freshDatabase()
  await addWholeBoard(board)
  await noteMigrations(board)
  content = await contentOf(boardOn(board))
  await backUp(await sourceOn(board), backup)
  const { code, output } = await runAgora(['restore', backup, '--docker', '--data', data])
  expect([code, output]).toEqual([0, expect.stringContaining('Start it with')])
  stack = await startStack({ mode: 'docker', replicas: 1, data, env: { FLUSH_SECONDS: '3600' } })
})

test('a board goes from MariaDB to MySQL and back, each time the same by content', async () => {
  const server = await sharedMysql()
  const file = join(temporaryFolder(), 'back.agora')
  const inContainers = await dockerBoard(stack.data)
  const there = await contentOf(inContainers)
  await inContainers.close()

  await runAgora(['backup', file, '--data', stack.data])
  const target = await targetOn(server)
  await restore({ flavour: 'mariadb', open: (work) => work(target) }, file, temporaryFolder())

  expect(await versionOf(server)).toContain('MariaDB')
  expect(there).toBe(content)
  expect(await contentOf({ url: `${server.url}/agora`, batchers: [], ask: nobody })).toBe(content)
})

test('on MySQL, too, all migrations together make what schema.sql makes', async () => {
  const migrations = await readMigrations()
  const sum = migrations.flatMap(({ statements }) => statements).join(';\n')
  await mysql(`CREATE DATABASE made; USE made; ${await Bun.file('sql/schema.sql').text()}`)

  await mysql(`CREATE DATABASE summed; USE summed; ${sum};`)

  expect(await describeSchema(ask, 'summed')).toEqual(await describeSchema(ask, 'made'))
  expect(await ask('SELECT number, sha256 FROM agora.schema_migrations ORDER BY number')).toEqual(
    migrations.map((each) => [`${each.number}`, hashOf(each)]),
  )
  await mysql('DROP DATABASE made; DROP DATABASE summed')
})

test('a board in containers is restored into a new one with its waiting likes', async () => {
  const file = join(temporaryFolder(), 'board.agora')
  const sendLike = (url: string, key: string) =>
    fetch(`${url}/api/posts/3/likes`, { method: 'POST', headers: { 'idempotency-key': key } })
  const answers = await Promise.all(['ana', 'bo', 'cem'].map((key) => sendLike(stack.url, key)))
  const posts = await stack.sql('SELECT COUNT(*), MAX(id) FROM posts')

  const { code, output } = await runAgora(['backup', file, '--data', stack.data])
  expect([code, output]).toEqual([0, expect.stringContaining(file)])
  const likes = await likesOfThree(stack.url)
  await stack.down()
  const data = join(temporaryFolder(), 'restored')
  const restored = await runAgora(['restore', file, '--docker', '--data', data])
  expect([restored.code, restored.output]).toEqual([0, expect.stringContaining('Start it with')])
  const other = await startStack({ mode: 'docker', replicas: 1, data, env: { FLUSH_SECONDS: '3600' } })

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await other.sql('SELECT COUNT(*), MAX(id) FROM posts')).toEqual(posts)
  expect(await likesOfThree(other.url)).toBe(likes)
  await sendLike(other.url, 'ana')
  await sendLike(other.url, 'dora')
  expect(await likesOfThree(other.url)).toBe(likes + 1)
  expect(await (await fetch(`${other.url}/api/audit`, fresh)).json()).toMatchObject({
    answered: 4,
    waiting: 4,
    drift: 0,
  })
  const again = await runAgora(['restore', file, '--data', data])
  expect([again.code, again.output]).toEqual([1, expect.stringContaining('say --force')])
})

const nobody = async () => new Uint8Array()
const boardOn = ({ url }: TestDatabase): Board => ({ url, batchers: [], ask: nobody })

/** The SHA-256 of each part of an export but the first, which says when it was made. */
async function contentOf(board: Board): Promise<string> {
  const path = join(temporaryFolder(), 'board.tar')
  await exportBoard(board, path, () => {})
  const { entries, read, close } = readBoard(path)
  const parts = entries.slice(1).map((entry) => `${entry.name} ${sha256(read(entry))}`)
  close()
  return parts.join('\n')
}

async function versionOf({ url }: { url: string }): Promise<string> {
  const connection = await createConnection({ uri: url })
  const [[row]] = await connection.query<({ version: string } & RowDataPacket)[]>(
    'SELECT VERSION() AS version',
  )
  await connection.end()
  return row?.version ?? ''
}

async function likesOfThree(url: string): Promise<number> {
  return ((await (await fetch(`${url}/api/posts/3`, fresh)).json()) as { likes: number }).likes
}

async function mysql(input: string): Promise<string> {
  const client = 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" exec mysql --user=root --batch --skip-column-names'
  const { code, output, errors } = await compose(projectOf(stack.data)).capture(
    ['exec', '-T', 'mysql', 'sh', '-c', client],
    { input },
  )
  if (code !== 0) throw new Error(errors)
  return output
}

const ask: Ask = async (statement) =>
  (await mysql(`${statement};`))
    .split('\n')
    .filter(Boolean)
    .map((row) => row.split('\t'))
