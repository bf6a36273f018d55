import { Database } from 'bun:sqlite'
import type { Sql } from '../../src/platform/db.ts'
import type { Line } from '../transfer/format.ts'

/** What admins have set of how the board presents itself. */
export async function settingsOf(sql: Sql): Promise<Record<string, string>> {
  const rows = await sql.rows<{ name: string; value: string }>(
    'archiveSettings',
    `SELECT name, value
       FROM settings
      WHERE name IN ('SITE_NAME', 'SITE_WELCOME', 'SITE_IMPRINT', 'TIME_ZONE', 'CURRENCY')`,
  )
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

export type Head = {
  id: number
  title: string
  category: number
  author: number | null
  likes: number
  comments: number
  createdAt: string
}

type StoredComment = { id: number; root: number | null; line: string }

/** What an export has, where it can be asked in another order. It is gone with the work. */
export function openCopy(path: string) {
  const db = new Database(path, { create: true })
  db.run('PRAGMA synchronous = OFF')
  db.run(`CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, category INTEGER, author INTEGER,
    likes INTEGER, comments INTEGER DEFAULT 0, createdAt TEXT, line TEXT)`)
  db.run('CREATE TABLE comments (id INTEGER PRIMARY KEY, post INTEGER, root INTEGER, line TEXT)')
  db.run('CREATE TABLE tagged (tag TEXT, post INTEGER)')
  db.run('BEGIN')

  return {
    addPost(line: Line<'posts'>) {
      db.query('INSERT INTO posts VALUES (?, ?, ?, ?, ?, 0, ?, ?)').run(
        ...([line.id, line.title, line.category, line.author ?? null, line.likes, line.createdAt] as const),
        JSON.stringify(line),
      )
      for (const tag of line.tags ?? []) db.query('INSERT INTO tagged VALUES (?, ?)').run(tag, line.id)
    },
    addComment(line: Line<'comments'>) {
      const { id, post, root = null } = line
      db.query('INSERT INTO comments VALUES (?, ?, ?, ?)').run(id, post, root, JSON.stringify(line))
    },
    /** All lines are there. */
    index() {
      db.run('CREATE INDEX comments_by_post ON comments (post, id)')
      db.run('CREATE INDEX posts_by_category ON posts (category, id)')
      db.run('CREATE INDEX posts_by_author ON posts (author, id)')
      db.run('CREATE INDEX tagged_by_tag ON tagged (tag, post)')
      db.run(`UPDATE posts SET comments = (
        SELECT COUNT(*) FROM comments WHERE post = posts.id AND line NOT LIKE '%"removedAt":"%')`)
      db.run('COMMIT')
    },
    *posts(): Generator<Line<'posts'>> {
      for (const { line } of db.query('SELECT line FROM posts ORDER BY id').iterate() as Iterable<{
        line: string
      }>)
        yield JSON.parse(line)
    },
    commentsOf: (post: number) =>
      (
        db
          .query('SELECT id, root, line FROM comments WHERE post = ? ORDER BY id')
          .all(post) as StoredComment[]
      ).map(({ line }): Line<'comments'> => JSON.parse(line)),
    hasPost: (id: number) => db.query('SELECT 1 FROM posts WHERE id = ?').get(id) !== null,
    /** The newest first. */
    heads: (
      of: 'category' | 'author' | 'tag' | undefined,
      value: string | number,
      after: number,
      limit: number,
    ) =>
      db
        .query(
          `SELECT posts.id, title, category, author, likes, comments, createdAt
             FROM posts
             ${of === 'tag' ? 'JOIN tagged ON tagged.post = posts.id AND tagged.tag = ?' : ''}
            WHERE posts.id < ? ${of === undefined || of === 'tag' ? '' : `AND ${of} = ?`}
            ORDER BY posts.id DESC
            LIMIT ?`,
        )
        .all(
          ...(of === 'tag'
            ? [value, after, limit]
            : of === undefined
              ? [after, limit]
              : [after, value, limit]),
        ) as Head[],
    count: (of: 'category' | 'author', value: number) =>
      (
        db.query(`SELECT COUNT(*) AS n FROM posts WHERE ${of} = ?`).get(value) as {
          n: number
        }
      ).n,
    tags: () =>
      (
        db.query('SELECT DISTINCT tag FROM tagged ORDER BY tag').all() as {
          tag: string
        }[]
      ).map(({ tag }) => tag),
    close: () => db.close(),
  }
}

export type Copy = ReturnType<typeof openCopy>
