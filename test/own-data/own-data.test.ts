import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../support/servers/processes.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { addWholeBoard } from '../support/site/whole-board.ts'

setDefaultTimeout(60_000)

const password = 'correct horse battery'
let replica: Replica
let ana: Visitor

beforeAll(async () => {
  replica = await openReplica({ role: 'accounts' })
  const { database } = replica
  await addWholeBoard(database)
  await database.write('UPDATE users SET password_hash = ? WHERE id = 1', [
    await Bun.password.hash(password, { algorithm: 'argon2id', memoryCost: 8, timeCost: 1 }),
  ])
  for (const sql of [
    'UPDATE posts SET author_id = 1 WHERE id IN (3, 4)',
    'UPDATE hidden_comments SET author_id = 1',
    'UPDATE reports SET reporter_id = 1 WHERE id = 4',
    'UPDATE appeals SET user_id = 1 WHERE action_number = 1',
    'INSERT INTO likes (post_id, user_id) VALUES (2, 1)',
    `INSERT INTO offer_interests (post_id, user_id, message) VALUES (5, 1, 'I would take it')`,
    'INSERT INTO stock_waits (item_id, user_id) VALUES (1, 1)',
    `REPLACE INTO market_follows (user_id, level) VALUES (1, 'mute')`,
    'INSERT INTO confirmations (post_id, user_id, confirmed_at) VALUES (2, 1, CURRENT_TIMESTAMP(3))',
    `INSERT INTO held_texts (author_id, category_id, title, body, cause)
     VALUES (1, 1, 'Held', 'It waits', 'first')`,
  ])
    await database.write(sql)
  ana = replica.visitor()
  expect((await ana.post('/login', { username: 'ana', password, next: '/' })).status).toBe(303)
})

async function signedUp(username: string): Promise<Visitor> {
  const visitor = replica.visitor()
  expect((await visitor.post('/signup', { username, password })).status).toBe(303)
  return visitor
}

const download = (visitor: Visitor, confirm = password) => visitor.post('/account/data', { confirm })

/** What is in a file: names, and each line of JSON by where it stands. */
async function within(answer: Response) {
  const path = join(temporaryFolder(), 'my-data.tar')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  writeFileSync(path, bytes)
  const { printed } = await run(['tar', '-tf', path])
  const names = printed.trimEnd().split('\n')
  const linesOf = async (name: string) =>
    (await run(['tar', '-xOf', path, name])).printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { bytes, names, linesOf }
}

test('a member downloads all that the board keeps of them, and nothing of others', async () => {
  const answer = await download(ana)

  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    ...[200, 'application/x-tar', 'no-store'],
  ])
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="my-data.tar"')
  const { bytes, names, linesOf } = await within(answer)
  const kinds = ['posts', 'comments', 'hidden-comments', 'waiting', 'likes', 'orders', 'follows-category']
  expect(names).toEqual([
    ...['account.json', 'avatar.webp', expect.stringMatching(/^pictures\/[0-9a-f]{64}\.webp$/)],
    ...[...kinds, 'interests', 'stock-waits', 'reports', 'appeals', 'confirmations'].map(
      (kind) => `${kind}/000001.jsonl`,
    ),
  ])
  expect(await linesOf('account.json')).toMatchObject([
    {
      ...{ format: 'agora-member', version: 1, id: 1, name: 'ana', address: 'ana@example.org' },
      ...{ addressLanguage: 'ar', mailPace: 'never', timeZone: 'Africa/Cairo' },
      sessions: [{ usedAt: expect.any(String) }],
      events: [{ what: 'signed-in' }, { what: 'data-downloaded' }],
    },
  ])
  const posts = await linesOf('posts/000001.jsonl')
  expect(posts.find(({ id }) => id === 3)).toMatchObject({
    ...{ offer: 'sale', price: '12.5000', place: 'Élm Row', pictureText: 'A "bread" \\ 🍞' },
    pictures: [expect.any(String)],
  })
  expect(posts.find(({ id }) => id === 4)).toMatchObject({ hiddenBecause: 'twice' })
  const counted = await replica.database.rows<{ n: number }>(
    'SELECT COUNT(*) AS n FROM posts WHERE author_id = 1',
  )
  expect(posts).toHaveLength(counted[0]?.n ?? 0)
  expect(await linesOf('hidden-comments/000001.jsonl')).toMatchObject([{ body: 'What was said' }])
  expect(await linesOf('waiting/000001.jsonl')).toMatchObject([{ title: 'Held', body: 'It waits' }])
  expect(await linesOf('likes/000001.jsonl')).toMatchObject([{ id: 2 }])
  expect(await linesOf('orders/000001.jsonl')).toMatchObject([
    { id: 70, lines: [{ name: 'Cake', quantity: 2 }, { name: 'No longer sold' }] },
  ])
  expect(await linesOf('interests/000001.jsonl')).toMatchObject([{ message: 'I would take it' }])
  expect(await linesOf('stock-waits/000001.jsonl')).toMatchObject([{ id: 1 }])
  expect(await linesOf('reports/000001.jsonl')).toMatchObject([{ body: 'Rude' }])
  expect(await linesOf('appeals/000001.jsonl')).toMatchObject([{ id: 1, answer: 'it was' }])
  const text = Buffer.from(bytes).toString('latin1')
  for (const secret of ['$argon2id$', 'An answer', 'who@example.org', 'a'.repeat(43)])
    expect([secret, text.includes(secret)]).toEqual([secret, false])
})

test('a member who may not read a category any more gets their texts, and not what it is called now', async () => {
  const { write } = replica.database
  await write('UPDATE posts SET author_id = 1, category_id = 2 WHERE id = 4')
  await write(
    `INSERT INTO held_texts (author_id, category_id, title, body, cause) VALUES (1, 2, 'H', 'H', 'first')`,
  )
  await write(`REPLACE INTO doors (category_id, read_by, write_by) VALUES (2, 'groups', 'groups')`)
  await write('DELETE FROM door_groups WHERE category_id = 2')
  await write('UPDATE users SET role = ? WHERE id = 1', ['member'])
  await write('DELETE FROM moderators WHERE user_id = 1')

  const { linesOf } = await within(await download(ana))

  const [posts, waiting] = [await linesOf('posts/000001.jsonl'), await linesOf('waiting/000001.jsonl')]
  expect(posts.find(({ id }) => id === 4)).not.toHaveProperty('category')
  expect(posts.filter(({ category }) => category !== undefined).length).toBeGreaterThan(0)
  expect(waiting.map(({ category }) => category)).toContain(undefined)
})

test('a member with very many texts gets each once, in files of about a megabyte', async () => {
  const writer = await signedUp('cem-who-writes')
  const [row] = await replica.database.rows<{ id: number }>(
    `SELECT id FROM users WHERE name = 'cem-who-writes'`,
  )
  const id = row?.id ?? 0
  const many = Array.from({ length: 60 }, (_, index) => [1, id, `Post ${index}`, 'ä'.repeat(20_000)])
  await replica.database.write('INSERT INTO posts (category_id, author_id, title, body) VALUES ?', [many])
  const comments = Array.from({ length: 45 }, (_, index) => [1 + (index % 3), id, `Comment ${index}`])
  await replica.database.write('INSERT INTO comments (post_id, author_id, body) VALUES ?', [comments])

  const { names, linesOf } = await within(await download(writer))

  const parts = names.filter((name) => name.startsWith('posts/'))
  expect(parts).toHaveLength(3)
  const titles = (await Promise.all(parts.map(linesOf))).flat().map(({ title }) => title)
  expect(titles).toEqual(many.map(([, , title]) => title))
  const bodies = (await linesOf('comments/000001.jsonl')).map(({ body }) => body)
  expect(bodies.toSorted()).toEqual(comments.map(([, , body]) => String(body)).toSorted())
})

test('who gives a wrong password, is nobody, or had it five times this hour, gets none', async () => {
  const bo = await signedUp('bo-who-asks')

  const wrong = await download(bo, 'wrong')
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([422, 'text/html; charset=utf-8'])
  expect(await wrong.text()).toContain('This is not your password.')
  expect((await download(replica.visitor())).status).toBe(401)

  const answers = await Promise.all(Array.from({ length: 7 }, () => download(bo)))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 429, 429])
  for (const answer of answers) await answer.arrayBuffer()
  await replica.database.write(
    `UPDATE account_events SET happened_at = happened_at - INTERVAL 61 MINUTE WHERE what = 'data-downloaded'`,
  )
  expect((await download(bo)).status).toBe(200)
})

test('the page says what goes and what stays when an account is deleted, and the account leads there', async () => {
  const page = await (await ana.get('/account/data')).text()
  expect(page).toContain('What goes')
  expect(page).toContain('your likes in the numbers of posts, and your orders and reports without your name')

  const account = await (await ana.get('/account')).text()
  expect(account).toContain('href="/account/data#erased"')
  expect(account).toContain('Somebody downloaded all that this board keeps of you.')
})
