import type { Sql } from '../platform/db.ts'
import { isShown } from '../removal/queries.ts'

/**
 * A picture in its two sizes, as WebP; `width` and `height` are of the large one. `hash` is the SHA-256 of
 * that.
 */
export type Picture = { hash: string; width: number; height: number; small: Uint8Array; large: Uint8Array }

/** The same picture again changes nothing, but is held until the transaction is over. */
export const insertPicture = (sql: Sql, { hash, width, height, small, large }: Picture) =>
  sql.write(
    'insertPicture',
    `INSERT IGNORE INTO images (hash, width, height, small, large)
     VALUES (?, ?, ?, ?, ?)`,
    [hash, width, height, Buffer.from(small), Buffer.from(large)],
  )

const isOfShownPost = `JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
                     WHERE ${isShown('posts')}`

/** Only while a post, offer or item shows it: it is gone with the last one, whenever its row is swept. */
export async function pictureOf(
  sql: Sql,
  hash: string,
  size: 'small' | 'large',
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [found] = await sql.rows<{ bytes: Uint8Array<ArrayBuffer> }>(
    'pictureOf',
    `SELECT ${size} AS bytes
       FROM images
      WHERE hash = ?
        AND (EXISTS (SELECT 1
                       FROM posts
                       ${isOfShownPost} AND posts.image_hash = images.hash)
             OR EXISTS (SELECT 1
                          FROM offer_pictures
                          JOIN posts ON posts.id = offer_pictures.post_id
                          ${isOfShownPost} AND offer_pictures.image_hash = images.hash)
             OR EXISTS (SELECT 1 FROM item_pictures WHERE item_pictures.image_hash = images.hash))`,
    [hash],
  )
  return found?.bytes
}
