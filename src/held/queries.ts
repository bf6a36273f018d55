import type { Decimal } from '../market/money.ts'
import type { HoldCause } from '../newcomers/queries.ts'
import type { OfferKind } from '../offers/queries.ts'
import type { Sql } from '../platform/db.ts'
import { nameStart } from '../platform/names.ts'
import { isOnBoard, mayModerate } from '../removal/queries.ts'

/** A text that is not on the board: it waits for moderators, or was not taken. */
export type Held = {
  id: number
  authorId: number
  author: string | null
  categoryId: number
  category: string
  /** Null: it is a post, else a comment on this one. */
  postId: number | null
  parentId: number | null
  /** Of the post itself, or that the comment is on. */
  title: string
  body: string
  cause: HoldCause
  createdAt: string
  refusedAt: string | null
  rule: string | null
  reason: string
  /** What it offers, if it does. */
  offer: OfferKind | null
  price: Decimal | null
  place: string | null
}

const columns = `held_texts.id, held_texts.author_id AS authorId, ${nameStart('users.name')} AS author,
            categories.id AS categoryId, ${nameStart('categories.name')} AS category,
            held_texts.post_id AS postId, held_texts.parent_id AS parentId,
            COALESCE(posts.title, held_texts.title) AS title, held_texts.body, held_texts.cause,
            held_texts.created_at AS createdAt, held_texts.refused_at AS refusedAt, held_texts.rule,
            held_texts.reason, held_offers.kind AS offer, held_offers.price, held_offers.place`
/** A comment waits where its post is by now. */
const joins = `JOIN users ON users.id = held_texts.author_id AND users.removed_at IS NULL
       LEFT JOIN posts ON posts.id = held_texts.post_id AND ${isOnBoard('posts.id')}
       LEFT JOIN held_offers ON held_offers.held_id = held_texts.id
       JOIN categories ON categories.id = COALESCE(posts.category_id, held_texts.category_id)
        AND categories.removed_at IS NULL`

/** A member's own, the last first. */
export const heldOf = (sql: Sql, member: number, limit: number) =>
  sql.rows<Held>(
    'heldOf',
    `SELECT ${columns}
       FROM held_texts
       ${joins}
      WHERE held_texts.author_id = ?
      ORDER BY held_texts.id DESC
      LIMIT ?`,
    [member, limit],
  )

/** Those that wait for this moderator, the first first. */
export const heldFor = (sql: Sql, moderator: number, limit: number) =>
  sql.rows<Held>(
    'heldFor',
    `SELECT ${columns}
       FROM held_texts
       ${joins}
      WHERE held_texts.refused_at IS NULL AND ${mayModerate('categories.id')}
      ORDER BY held_texts.id
      LIMIT ?`,
    [moderator, limit],
  )

/** One that waits, held until the transaction is over. */
export async function lockHeld(sql: Sql, id: number): Promise<Held | undefined> {
  const locked = await sql.rows(
    'lockHeld',
    'SELECT id FROM held_texts WHERE id = ? AND refused_at IS NULL FOR UPDATE',
    [id],
  )
  if (locked.length === 0) return undefined
  const [held] = await sql.rows<Held>(
    'heldById',
    `SELECT ${columns}
       FROM held_texts
       ${joins}
      WHERE held_texts.id = ?`,
    [id],
  )
  return held
}

export const deleteHeld = (sql: Sql, id: number) =>
  sql.write('deleteHeld', 'DELETE FROM held_texts WHERE id = ?', [id])

/** Returns whether there was such a text of this member's. */
export async function deleteOwnHeld(sql: Sql, id: number, member: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'deleteOwnHeld',
    'DELETE FROM held_texts WHERE id = ? AND author_id = ?',
    [id, member],
  )
  return affectedRows > 0
}

/** Of each member's that were not taken, the newest are kept. */
const mostRefused = 20

export async function refuseHeld(
  sql: Sql,
  { id, authorId }: Pick<Held, 'id' | 'authorId'>,
  { rule, reason }: { rule: string | null; reason: string },
): Promise<void> {
  await sql.write(
    'refuseHeld',
    'UPDATE held_texts SET refused_at = CURRENT_TIMESTAMP(3), rule = ?, reason = ? WHERE id = ?',
    [rule, reason, id],
  )
  const old = await sql.rows<{ id: number }>(
    'oldRefused',
    `SELECT id
       FROM held_texts
      WHERE author_id = ? AND refused_at IS NOT NULL
      ORDER BY id DESC
      LIMIT 100 OFFSET ?`,
    [authorId, mostRefused],
  )
  for (const { id: one } of old) await deleteHeld(sql, one)
}
