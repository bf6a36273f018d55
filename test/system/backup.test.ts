import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora, type Stack, startStack } from '../support/servers/stack.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

// Flushes are frequent, so that many happen while a backup is made.
let stack: Stack
beforeAll(async () => {
  stack = await startStack({
    env: { FLUSH_LIKES: '3', FLUSH_SECONDS: '1', FLUSH_EVERY_MS: '20', RATE_LIMITS: 'off' },
  })
})

test('a backup made under a load of likes restores to all that were answered before it, none twice', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'board.agora')
  await until(() => looksAreNoted(stack))
  const liking = likeUntilStopped(stack.url)
  await until(() => liking.answered.size > 300)
  const before = new Set(liking.answered)

  const { code, output } = await runAgora(['backup', file, '--data', stack.data])

  expect([code, output]).toEqual([0, expect.stringContaining(file)])
  const sent = new Set(liking.sent)
  await liking.stop()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['board.agora'])

  const data = join(folder, 'restored')
  expect((await runAgora(['restore', file, '--native', '--data', data])).code).toBe(0)
  const restored = await startStack({
    data,
    env: { FLUSH_SECONDS: '3600', FLUSH_LIKES: '1000000', RATE_LIMITS: 'off' },
  })

  const { answered, waiting, drift, recount, silent } = await auditOf(restored)
  expect(answered).toBeGreaterThanOrEqual(before.size)
  expect(answered).toBeLessThanOrEqual(sent.size)
  expect(recount.applied + waiting).toBe(answered)
  expect({ drift, flaws: recount.flaws, silent }).toEqual({ drift: 0, flaws: [], silent: 0 })

  // A like that is in the backup has its id there: sent again, it adds nothing. Those that are not count
  // now.
  const shownBefore = await likesOf(restored)
  await Promise.all([...before].map((key) => sendLike(restored.url, key)))
  expect(await likesOf(restored)).toEqual(shownBefore)
  expect((await auditOf(restored)).answered).toBe(answered)
  await sendLike(restored.url, 'a new one')
  expect((await auditOf(restored)).answered).toBe(answered + 1)
  await expectSameTables(stack, restored)
  await restored.down()
})

test('a drill proves a backup of a closed board and its likes, made under load, and leaves nothing', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'board.agora')
  const liking = likeUntilStopped(stack.url)
  await until(() => liking.answered.size > 2_000, { withinMs: 90_000 })
  const earlier = (await auditOf(stack)).answered - liking.answered.size
  const before = liking.answered.size
  const startedWith = (laws: string) =>
    stack.sql(`UPDATE settings SET value = '${laws}' WHERE name = 'STARTED_WITH'`)
  await startedWith('{"READ":"members","SIGN_UP":"invite"}')
  await runAgora(['backup', file, '--data', stack.data])
  await startedWith('{}')
  const sent = liking.sent.size
  await liking.stop()

  const { code, output } = await runAgora(['drill', file, '--data', stack.data])

  expect([code, output]).toEqual([0, expect.stringMatching(/\d+ likes, \d+ pages, no differences\.\n$/)])
  const likes = Number(output.match(/(\d+) likes,/)?.[1])
  expect(likes).toBeGreaterThanOrEqual(before)
  // What was answered before this test is in it, too.
  expect(likes).toBeLessThanOrEqual(earlier + sent + 4)
  expect(readdirSync(folder)).toEqual(['board.agora'])
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('agora-drill-'))).toEqual([])
})

test('a drill finds a like too many, a broken log, and says in a line what can not be restored', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'board.agora')
  await stack.sql('UPDATE posts SET likes = likes + 1 WHERE id = 40')
  await stack.sql(`UPDATE moderation_heads SET number = 3`)
  await runAgora(['backup', file, '--data', stack.data])
  await stack.sql('UPDATE posts SET likes = likes - 1 WHERE id = 40')
  await stack.sql(`UPDATE moderation_heads SET number = 0`)

  const { code, output } = await runAgora(['drill', file, '--data', stack.data])

  expect([code, output]).toEqual([1, expect.stringContaining('2 differences.')])
  expect(output).toContain('- likes of posts differ from their batches by 1\n')
  expect(output).toContain('- the moderation log is broken at 1\n')
  await Bun.write(file, 'no backup')
  const other = await runAgora(['drill', file, '--data', stack.data])
  expect([other.code, other.output]).toEqual([
    1,
    expect.stringMatching(/agora: restore failed: \S+board.agora is not a backup of Agora, or damaged\n$/),
  ])
})

test('a stack that runs or holds a board is not overwritten without --force', async () => {
  const file = join(temporaryFolder(), 'board.agora')
  await runAgora(['backup', file, '--data', stack.data])

  const { code, output } = await runAgora(['restore', file, '--data', stack.data])

  expect([code, output]).toEqual([
    1,
    expect.stringContaining('stop it first with ./agora down, or say --force'),
  ])
  expect((await runAgora(['backup', file, '--data', stack.data])).output).toContain('is not overwritten')
})

const changes = await Bun.file(join(root, 'CHANGELOG.md')).text()
const releases = [...changes.matchAll(/^## (\d+\.\d+\.\d+), /gm)].map(([, version]) => version as string)

test('there are releases, each with a board', () => expect(releases).toContain('0.1.0'))

test.each(releases)('the board kept of release %s comes up with the likes that waited', async (version) => {
  const data = join(temporaryFolder(), 'data')
  const file = join(root, 'test/releases', `${version}.agora`)
  const restored = await runAgora(['restore', file, '--native', '--data', data])
  expect([restored.code, restored.output]).toEqual([0, expect.stringContaining('Start it with')])

  const board = await startStack({ data, replicas: 1, env: { FLUSH_SECONDS: '1' } })

  const send = async (key: string) => {
    const headers = { 'idempotency-key': key }
    const answer = await fetch(`${board.url}/api/posts/3/likes`, { method: 'POST', headers })
    return ((await answer.json()) as { likes: number }).likes
  }
  const before = await send('kept-1')
  expect(await send('kept-5')).toBe(before)
  expect(await send('new')).toBe(before + 1)
  const { answered, drift, recount } = await until(async () => {
    const audit = await auditOf(board)
    return audit.recount.applied === 6 && audit
  })
  expect({ answered, drift, flaws: recount.flaws }).toEqual({ answered: 6, drift: 0, flaws: [] })
  expect((await fetch(`${board.url}/posts/3`)).status).toBe(200)
  await board.down()
})

test('a damaged file changes nothing, nor does one of a newer version', async () => {
  const folder = temporaryFolder()
  const newer = join(folder, 'newer.agora')
  await stack.sql(`INSERT INTO schema_migrations (number, name, contract, sha256, applied_at)
    VALUES (9998, 'drop-it', 1, SHA2('later', 256), NOW(3))`)
  await runAgora(['backup', newer, '--data', stack.data])
  await stack.sql('DELETE FROM schema_migrations WHERE number = 9998')
  const refused = await runAgora(['restore', newer, '--force', '--data', stack.data])
  expect([refused.code, refused.output]).toEqual([
    1,
    `agora: ${newer} was made by a newer version of Agora (9998-drop-it), which this one can't work with: restore it there\n`,
  ])
  const file = join(folder, 'board.agora')
  await runAgora(['backup', file, '--data', stack.data])
  const bytes = await Bun.file(file).bytes()
  bytes[Math.floor(bytes.length / 2)]! ^= 1
  await Bun.write(file, bytes)

  const { code, output } = await runAgora(['restore', file, '--force', '--data', stack.data])

  expect([code, output]).toEqual([1, expect.stringContaining('is damaged')])
  expect((await fetch(stack.url)).status).toBe(200)
  const fresh = join(folder, 'fresh')
  expect((await runAgora(['restore', file, '--native', '--data', fresh])).code).toBe(1)
  expect(existsSync(fresh)).toBe(false)
})

test('with --force a board goes back to what it was, and a restore that was interrupted is not started', async () => {
  const file = join(temporaryFolder(), 'board.agora')
  await runAgora(['backup', file, '--data', stack.data])
  const before = await stack.sql(`SELECT COUNT(*) FROM posts`)
  await stack.sql('DELETE FROM posts WHERE id = 1')

  expect((await runAgora(['restore', file, '--force', '--data', stack.data])).code).toBe(0)
  const back = await startStack({ data: stack.data })

  expect(await back.sql(`SELECT COUNT(*) FROM posts`)).toEqual(before)
  await back.sql('CREATE TABLE restore_unfinished (id INT PRIMARY KEY)')
  await back.down()
  const { code, output } = await runAgora([
    'up',
    '--native',
    '--detach',
    '--port',
    `${back.port}`,
    '--data',
    stack.data,
  ])
  expect([code, output]).toEqual([1, expect.stringContaining('a restore was interrupted')])
})

const posts = [1, 2, 3, 4, 5]

/** Four people like, each time under an id of its own. */
function likeUntilStopped(url: string) {
  const sent = new Set<string>()
  const answered = new Set<string>()
  let isOver = false
  const people = ['ana', 'bo', 'cem', 'dora'].map(async (name) => {
    for (let index = 0; !isOver; index++) {
      const key = `${name}-${index}`
      sent.add(key)
      if ((await sendLike(url, key)).ok) answered.add(key)
    }
  })
  const stop = async () => {
    isOver = true
    await Promise.all(people)
  }
  return { sent, answered, stop }
}

/** Each id is always for the same post. */
function sendLike(url: string, key: string) {
  const post = posts[Bun.hash.crc32(key) % posts.length]
  return fetch(`${url}/api/posts/${post}/likes`, { method: 'POST', headers: { 'idempotency-key': key } })
}

async function auditOf({ url }: Stack) {
  return (await (await fetch(`${url}/api/audit`)).json()) as {
    answered: number
    waiting: number
    drift: number
    silent: number
    recount: { applied: number; flaws: unknown[] }
  }
}

const likesOf = ({ url }: Stack) =>
  Promise.all(
    posts.map(
      async (id) => ((await (await fetch(`${url}/api/posts/${id}`)).json()) as { likes: number }).likes,
    ),
  )

/** Replicas note what names look like a moment after they started. */
async function looksAreNoted({ data }: Stack): Promise<boolean> {
  const left = `SELECT (SELECT COUNT(*) FROM users WHERE look_key IS NULL)
    + (SELECT COUNT(*) FROM categories WHERE look_key IS NULL) AS n`
  return /^n\s+0\s*$/.test((await runAgora(['sql', left, '--data', data])).printed)
}

/** Tables that likes don't change are the same to the last row. */
async function expectSameTables(a: Stack, b: Stack): Promise<void> {
  const unchanged = ['users', 'categories', 'sessions', 'tokens', 'items', 'orders', 'order_lines', 'images']
  for (const table of [...unchanged, 'removed_posts', 'moderation_log', 'admin_notes', 'schema_migrations']) {
    const rows = async ({ data }: Stack) =>
      (await runAgora(['sql', `SELECT * FROM ${table} ORDER BY 1`, '--data', data])).printed
    expect([table, await rows(b)]).toEqual([table, await rows(a)])
  }
}
