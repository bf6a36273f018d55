import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { FailpointName } from '../../courier/failpoint.ts'
import { killCouriers, startCourier } from '../support/servers/courier.ts'
import { freshDatabase, type TestDatabase } from '../support/servers/database.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const author = 1

let database: TestDatabase
beforeEach(async () => {
  database = await freshDatabase()
  await addMembers(30)
  await database.write(
    `INSERT INTO categories (id, name, name_key) VALUES (1, 'Books', 'x'), (2, 'Town', 'y')`,
  )
  await database.write(
    `INSERT INTO posts (id, category_id, author_id, title, body) VALUES (1, 1, ${author}, 'Read', 'Me #tea')`,
  )
  await database.write('INSERT INTO comments (id, post_id, author_id, body) VALUES (1, 1, 1, ?)', ['So do I'])
  await database.write(`INSERT INTO tags (id, name) VALUES (1, 'tea')`)
  await database.write('INSERT INTO post_tags (tag_id, post_id, likes, hot) VALUES (1, 1, 0, 0)')
})
afterEach(killCouriers)

/** Members with the ids from 1 on. */
const addMembers = (count: number) =>
  database.write('INSERT INTO users (name, name_key) VALUES ?', [
    Array.from({ length: count }, (_, n) => [`bo${n}`, `bo${n}`]),
  ])

const follow = (kind: string, user: number, level: string, subject = 1) =>
  database.write(`INSERT INTO ${kind}_follows (subject_id, user_id, level) VALUES (?, ?, ?)`, [
    subject,
    user,
    level,
  ])

const ofPost = () => database.write('INSERT INTO fan_outs (post_id) VALUES (1)')
const ofComment = () => database.write('INSERT INTO fan_outs (post_id, comment_id) VALUES (1, 1)')

const allTold = () =>
  until(async () => (await database.rows('SELECT id FROM fan_outs WHERE spread_at IS NULL')).length === 0)

const start = (diesAt?: FailpointName, diesAfter = 1) =>
  startCourier(database, '', {
    env: { MAIL: 'off' },
    isAwaited: diesAt === undefined,
    ...(diesAt && { diesAt, diesAfter }),
  })

async function told(): Promise<number[]> {
  const rows = await database.rows<{ user: number }>(
    'SELECT user_id AS user FROM notices ORDER BY user_id, id',
  )
  return rows.map(({ user }) => user)
}

describe('who is told of a new post', () => {
  test('follows its category, its author or a tag, and is no more than once', async () => {
    for (const kind of ['category', 'member', 'tag']) await follow(kind, 2, 'posts')
    await follow('category', 3, 'all')
    await follow('member', 4, 'posts')
    await follow('tag', 5, 'posts')
    await follow('category', 6, 'all', 2)
    await ofPost()

    await start()
    await allTold()

    expect(await told()).toEqual([2, 3, 4, 5])
    const [row] = await database.rows('SELECT cause, kind, post_id, comment_id FROM notices')
    expect(row).toEqual({ cause: 'post 1', kind: 'follow', post_id: 1, comment_id: null })
  })

  test('is not its author, nor who is shut out, or has muted its author, its category or a tag', async () => {
    for (const user of [author, 2, 3, 4, 5, 6]) await follow('category', user, user === 5 ? 'mute' : 'all')
    await follow('member', 3, 'mute')
    await follow('tag', 4, 'mute')
    await follow('member', 5, 'all')
    await database.write('UPDATE users SET disabled_at = NOW(3) WHERE id = 6')
    await ofPost()

    await start()
    await allTold()

    expect(await told()).toEqual([2])
  })
})

describe('who is told of a new comment', () => {
  test('follows the post, or everything of its place or writer, and not only posts', async () => {
    await follow('post', 2, 'all')
    await follow('category', 3, 'all')
    await follow('category', 4, 'posts')
    await follow('member', 5, 'all')
    await follow('tag', 6, 'posts')
    await ofComment()

    await start()
    await allTold()

    expect(await told()).toEqual([2, 3, 5])
  })

  test('has not muted the post, but may have muted the category around it', async () => {
    await follow('category', 2, 'all')
    await follow('post', 2, 'mute')
    await follow('category', 3, 'mute')
    await follow('post', 3, 'all')
    await ofComment()

    await start()
    await allTold()

    expect(await told()).toEqual([3])
  })

  test('has not been told of it as an answer', async () => {
    await follow('post', 2, 'all')
    await database.write(
      `INSERT INTO notices (user_id, cause, kind, post_id, comment_id) VALUES (2, 'comment 1', 'answer', 1, 1)`,
    )
    await ofComment()

    await start()
    await allTold()

    expect(await told()).toEqual([2])
  })

  test('is nobody while its post is hidden', async () => {
    await follow('post', 2, 'all')
    await ofPost()
    await ofComment()
    await database.write(`INSERT INTO removed_posts (post_id, title, reason) VALUES (1, 'Read', 'Off topic')`)

    await start()
    await allTold()
    await database.write('DELETE FROM removed_posts')

    expect(await told()).toEqual([])
  })

  test('is nobody when it is gone by then', async () => {
    await follow('post', 2, 'all')
    await ofComment()
    await database.write('UPDATE comments SET removed_at = NOW(3) WHERE id = 1')

    await start()
    await allTold()

    expect(await told()).toEqual([])
  })
})

describe('ten thousand followers', () => {
  const most = 10_000

  beforeEach(async () => {
    await database.write('DELETE FROM posts')
    await database.write('DELETE FROM users')
    await database.write('ALTER TABLE users AUTO_INCREMENT = 1')
    await addMembers(most)
    await database.write(`INSERT INTO posts (id, category_id, title, body) VALUES (1, 1, 'Read', 'Me')`)
    await database.write(
      `INSERT INTO post_follows (subject_id, user_id, level) SELECT 1, id, 'all' FROM users`,
    )
    await database.write('INSERT INTO comments (id, post_id, body) VALUES (1, 1, ?)', ['So do I'])
    await ofComment()
  })

  test('are told once each, by couriers that are killed at every step, one after the other', async () => {
    const steps: [FailpointName, number][] = [
      ['before telling', 1],
      ['while telling', 1],
      ['after telling', 1],
      ['while telling', 4],
      ['before telling', 3],
      ['after telling', 3],
      ['while telling', 2],
    ]
    for (const [step, times] of steps) {
      const { running } = await start(step, times)
      await running.exited
      const users = await told()
      expect(new Set(users).size).toBe(users.length)
    }
    expect((await told()).length).toBeLessThan(most)

    await start()
    await allTold()

    const users = await told()
    expect([users.length, new Set(users).size]).toEqual([most, most])
  })

  test('are told once each by two couriers at once, and none of them when the comment is taken back', async () => {
    await Promise.all([start(), start()])
    await allTold()
    expect((await told()).length).toBe(most)

    await database.write('DELETE FROM comments')

    expect(await told()).toEqual([])
  })
})
