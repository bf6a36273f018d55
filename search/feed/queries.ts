import type { Kind } from '../../src/finding/protocol.ts'
import type { Sql } from '../../src/platform/db.ts'

/** Where new rows come from: the kinds of texts, and what is told of changes of old ones. */
export type Source = Kind | 'change'

/** A row that is new in its source, at this place, or was late; and what has to be read again for it. */
type Noticed = { source: Source; place: number; kind: Kind; id: number }

const tables: [Source, string][] = [
  ['post', 'posts'],
  ['comment', 'comments'],
]

/** Ids above `high`, and those of `gaps` that are there by now. */
type Looked = { high: number; gaps: number[] }

/** Returns what is new in each source, by rising ids: `limit` of each at most. */
export const noticed = (sql: Sql, looked: Record<Source, Looked>, limit: number) =>
  sql.rows<Noticed>(
    'searchNoticed',
    [
      ...tables.map(
        ([kind, table]) =>
          `(SELECT '${kind}' AS source, id AS place, '${kind}' AS kind, id
              FROM ${table} WHERE id > ? OR id IN (?) ORDER BY place LIMIT ?)`,
      ),
      `(SELECT 'change' AS source, id AS place, kind, subject_id AS id
          FROM search_changes
         WHERE search_changes.id > ? OR search_changes.id IN (?)
         ORDER BY place
         LIMIT ?)`,
    ].join(' UNION ALL '),
    [...tables.map(([kind]) => kind), 'change' as const].flatMap((source) => {
      const { high, gaps } = looked[source]
      return [high, gaps.length > 0 ? gaps : [0], limit]
    }),
  )

/** The highest id of each source; 0 where there is none. */
export const highest = (sql: Sql) =>
  sql.rows<{ source: Source; high: number }>(
    'searchHighest',
    [...tables, ['change', 'search_changes']]
      .map(([source, table]) => `SELECT '${source}' AS source, COALESCE(MAX(id), 0) AS high FROM ${table}`)
      .join(' UNION ALL '),
  )

/** A text, or that its row is no text any more. */
export type FoundRow = {
  id: number
  title: string
  body: string
  parent: number | null
  category: number | null
  author: number | null
  /** Its body is shown as it is, and is no Markdown. */
  isPlain: 0 | 1
  createdAt: string
  isGone: 0 | 1
}

/** Of a text, characters that are indexed: captions from /api/v1 may be longer. */
const indexedCharacters = 20_000

/** Comments on a hidden post stay, for the day it comes back; whoever shows them asks the database. */
const ofPosts = `posts.id, posts.title, LEFT(posts.body, ${indexedCharacters}) AS body, NULL AS parent,
       posts.category_id AS category, posts.author_id AS author, posts.created_at AS createdAt,
       EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = posts.id) AS isGone,
       EXISTS (SELECT 1 FROM acts WHERE acts.post_id = posts.id) AS isPlain`
const ofComments = `comments.id, '' AS title, LEFT(comments.body, ${indexedCharacters}) AS body,
       comments.post_id AS parent, posts.category_id AS category, comments.author_id AS author,
       comments.created_at AS createdAt, comments.removed_at IS NOT NULL AS isGone, 0 AS isPlain`

type Reader = {
  withIds(sql: Sql, ids: number[]): Promise<FoundRow[]>
  /** The highest first. */
  below(sql: Sql, below: number, limit: number): Promise<FoundRow[]>
}

export const rows: Record<Kind, Reader> = {
  post: {
    withIds: (sql, ids) =>
      sql.rows<FoundRow>('searchPosts', `SELECT ${ofPosts} FROM posts WHERE id IN (?)`, [ids]),
    below: (sql, below, limit) =>
      sql.rows<FoundRow>(
        'searchPostsBelow',
        `SELECT ${ofPosts}
           FROM posts
          WHERE id < ?
          ORDER BY id DESC
          LIMIT ?`,
        [below, limit],
      ),
  },
  comment: {
    withIds: (sql, ids) =>
      sql.rows<FoundRow>(
        'searchComments',
        `SELECT ${ofComments}
           FROM comments
           JOIN posts ON posts.id = comments.post_id
          WHERE comments.id IN (?)`,
        [ids],
      ),
    below: (sql, below, limit) =>
      sql.rows<FoundRow>(
        'searchCommentsBelow',
        `SELECT ${ofComments}
           FROM (SELECT id FROM comments WHERE id < ? ORDER BY id DESC LIMIT ?) AS page
           JOIN comments ON comments.id = page.id
           JOIN posts ON posts.id = comments.post_id
          ORDER BY comments.id DESC`,
        [below, limit],
      ),
  },
}
