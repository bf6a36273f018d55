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

/** A picture as a thing has it: what it is known by, and what it shows in words. */
export type Shown = { hash: string; alt: string }

/** The size is that of its large form. */
export type ShownPicture = Shown & { width: number; height: number }

const tables = {
  Item: { table: 'item_pictures', owner: 'item_id', alt: 'image_alt' },
  Offer: { table: 'offer_pictures', owner: 'post_id', alt: 'alt' },
} as const
type Kind = keyof typeof tables

/** In their order. */
export function picturesOf(sql: Sql, kind: Kind, id: number) {
  const { table, owner, alt } = tables[kind]
  return sql.rows<ShownPicture>(
    `picturesOf${kind}`,
    `SELECT images.hash, ${table}.${alt} AS alt, images.width, images.height
       FROM ${table}
       JOIN images ON images.hash = ${table}.image_hash
      WHERE ${table}.${owner} = ?
      ORDER BY ${table}.place`,
    [id],
  )
}

/** The pictures that it has from now on, in their order; the caller's transaction has its row locked. */
export async function setPictures(sql: Sql, kind: Kind, id: number, pictures: Shown[]): Promise<void> {
  const { table, owner } = tables[kind]
  await sql.write(`deletePicturesOf${kind}`, `DELETE FROM ${table} WHERE ${owner} = ?`, [id])
  if (pictures.length > 0) await insertPictures(sql, kind, id, pictures)
}

/** The same of what has none yet. */
export function insertPictures(sql: Sql, kind: Kind, id: number, pictures: Shown[]) {
  const { table, owner, alt } = tables[kind]
  return sql.write(
    `insertPicturesOf${kind}`,
    `INSERT INTO ${table} (${owner}, place, image_hash, ${alt}) VALUES ?`,
    [pictures.map((each, index) => [id, index + 1, each.hash, each.alt])],
  )
}
