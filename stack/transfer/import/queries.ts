import type { Sql, SqlValue } from '../../../src/platform/db.ts'

/** The board that a file came from, as this board knows it. */
export type Import = { id: number; keepsIds: 0 | 1 }

/** Nobody else brings anything of that board until the transaction is over. */
export async function lockImport(sql: Sql, board: string): Promise<Import | undefined> {
  const [found] = await sql.rows<Import>(
    'lockImport',
    `SELECT id, keeps_ids AS keepsIds
       FROM imports
      WHERE board = ?
        FOR UPDATE`,
    [board],
  )
  return found
}

export const addImport = (sql: Sql, board: string, program: string, keepsIds: boolean) =>
  sql.write('addImport', 'INSERT INTO imports (board, program, keeps_ids) VALUES (?, ?, ?)', [
    ...[board, program, keepsIds],
  ])

export const giveUpIds = (sql: Sql, id: number) =>
  sql.write('giveUpIds', 'UPDATE imports SET keeps_ids = 0 WHERE id = ?', [id])

/** Who came with their number here, by their number there. */
export const imported = (sql: Sql, from: number, kind: string, ids: number[]) =>
  sql.rows<{ source: number; local: number }>(
    'imported',
    `SELECT source_id AS source, local_id AS local
       FROM imported
      WHERE import_id = ? AND kind = ? AND source_id IN (?)`,
    [from, kind, ids],
  )

export const addImported = (sql: Sql, from: number, kind: string, pairs: [source: number, local: number][]) =>
  sql.write('addImported', 'INSERT INTO imported (import_id, kind, source_id, local_id) VALUES ?', [
    pairs.map(([source, local]) => [from, kind, source, local]),
  ])

/** What there is on a board beside its first admin. */
export type Content = { members: number; others: number; admin: number | null }

export async function contentOf(sql: Sql): Promise<Content> {
  const [found] = await sql.rows<Content>(
    'boardContent',
    `SELECT (SELECT COUNT(*) FROM (SELECT id FROM users LIMIT 2) AS some) AS members,
            EXISTS (SELECT 1 FROM posts) + EXISTS (SELECT 1 FROM categories) + EXISTS (SELECT 1 FROM items)
              + EXISTS (SELECT 1 FROM orders) + EXISTS (SELECT 1 FROM order_windows)
              + EXISTS (SELECT 1 FROM moderation_actions)
              + EXISTS (SELECT 1 FROM removed_posts) + EXISTS (SELECT 1 FROM rules)
              + EXISTS (SELECT 1 FROM reports) + EXISTS (SELECT 1 FROM imports) AS others,
            (SELECT MIN(id) FROM users WHERE role = 'admin') AS admin`,
  )
  return found ?? { members: 0, others: 0, admin: null }
}

export const deleteMember = (sql: Sql, id: number) =>
  sql.write('deleteFirstAdmin', 'DELETE FROM users WHERE id = ?', [id])

/** Tables with numbers of their own. */
export type Numbered =
  | 'users'
  | 'categories'
  | 'posts'
  | 'comments'
  | 'items'
  | 'order_windows'
  | 'pickups'
  | 'orders'
  | 'moderation_log'
  | 'admin_notes'
  | 'rules'
  | 'reports'
  | 'moderator_notes'

/** Numbers that others get from now on are above this. A lower one than there is changes nothing. */
export const numberAfter = (sql: Sql, table: Numbered, id: number) =>
  sql.write('numberAfter', `ALTER TABLE ${table} AUTO_INCREMENT = ?`, [id + 1])

export const idsThere = (sql: Sql, table: Numbered, ids: number[]) =>
  sql.rows<{ id: number }>('idsThere', `SELECT id FROM ${table} WHERE id IN (?)`, [ids])

/** How far apart the numbers are that a server gives, as one of several that take changes. */
export async function stepOfIds(sql: Sql): Promise<number> {
  const [row] = await sql.rows<{ step: number }>(
    'stepOfIds',
    'SELECT @@SESSION.auto_increment_increment AS step',
  )
  return row?.step ?? 1
}

/** Values of a row by column. */
export type Values = Record<string, SqlValue>

/** Adds rows of the same columns, one at least. Returns the number of the first, and how many were added. */
export async function insertRows(
  sql: Sql,
  table: string,
  rows: Values[],
  ignore = false,
): Promise<{ first: number; added: number }> {
  const columns = Object.keys(rows[0] ?? {})
  const { insertId, affectedRows } = await sql.write(
    'insertImported',
    `INSERT ${ignore ? 'IGNORE ' : ''}INTO ${table} (${columns.join(', ')}) VALUES ?`,
    [rows.map((row) => columns.map((name) => row[name] ?? null))],
  )
  return { first: insertId, added: affectedRows }
}

export const membersNamed = (sql: Sql, nameKeys: Buffer[]) =>
  sql.rows<{ id: number; nameKey: string; passwordHash: string | null }>(
    'membersNamed',
    `SELECT id, LOWER(HEX(name_key)) AS nameKey, password_hash AS passwordHash
       FROM users
      WHERE name_key IN (?)`,
    [nameKeys],
  )

export const categoriesNamed = (sql: Sql, nameKeys: Buffer[]) =>
  sql.rows<{ id: number; nameKey: string }>(
    'categoriesNamed',
    `SELECT id, LOWER(HEX(name_key)) AS nameKey
       FROM categories
      WHERE name_key IN (?) AND removed_at IS NULL`,
    [nameKeys],
  )

/**
 * Keeps others from opening, moving or closing a window, and from ordering, until the transaction is over.
 * `isOrderedIn`: from now on members order in windows alone; else it stays as it is.
 */
export const holdWindows = (sql: Sql, isOrderedIn: boolean) =>
  sql.write(
    'holdWindows',
    `INSERT INTO settings (name, value)
     VALUES ('ORDER_WINDOWS', ?)
         ON DUPLICATE KEY UPDATE value = IF(VALUES(value) = '', value, VALUES(value))`,
    [isOrderedIn ? 'yes' : ''],
  )

/** In which windows these are. */
export const windowsOfPickups = (sql: Sql, pickups: number[]) =>
  sql.rows<{ id: number; window: number }>(
    'windowsOfPickups',
    'SELECT id, window_id AS `window` FROM pickups WHERE id IN (?)',
    [pickups],
  )

/** Orders that have an invoice are not changed any more. */
export const setInvoiced = (sql: Sql, orders: number[]) =>
  sql.write('setInvoiced', 'UPDATE orders SET is_invoiced = TRUE WHERE id IN (?)', [orders])

/** Invoices of a year get numbers above this. A lower one than there is changes nothing. */
export const numberInvoicesAfter = (sql: Sql, year: number, number: number) =>
  sql.write(
    'numberInvoicesAfter',
    `INSERT INTO invoice_years (year, last)
     VALUES (?, ?)
         ON DUPLICATE KEY UPDATE last = GREATEST(last, VALUES(last))`,
    [year, number],
  )

/** Unless it is one here, or has some, or the other is one. Returns whether it is done. */
export async function makeVariant(sql: Sql, item: number, of: number): Promise<boolean> {
  const { affectedRows } = await sql.write(
    'makeVariant',
    `UPDATE items
       JOIN items AS parent ON parent.id = ? AND parent.id <> items.id AND parent.variant_of IS NULL
       LEFT JOIN items AS variants ON variants.variant_of = items.id
        SET items.variant_of = parent.id
      WHERE items.id = ? AND items.variant_of IS NULL AND variants.id IS NULL`,
    [of, item],
  )
  return affectedRows > 0
}

export const itemsNamed = (sql: Sql, names: string[]) =>
  sql.rows<{ id: number; name: string }>(
    'itemsNamed',
    `SELECT id, name
       FROM items
      WHERE name IN (?)`,
    [names],
  )

const keyed = {
  addresses: 'address_key',
  passkeys: 'credential_key',
  single_sign_ons: 'identity_key',
  acts: 'act_key',
}

/** Returns which of these keys, in hex, somebody else has. */
export async function keysTaken(sql: Sql, table: keyof typeof keyed, keys: Buffer[]): Promise<string[]> {
  if (keys.length === 0) return []
  const rows = await sql.rows<{ taken: string }>(
    'keysTaken',
    `SELECT LOWER(HEX(${keyed[table]})) AS taken FROM ${table} WHERE ${keyed[table]} IN (?)`,
    [keys],
  )
  return rows.map(({ taken }) => taken)
}

/** Posts and acts of a category that came just now. */
export const countIn = (sql: Sql, category: number, posts: number, acts: number) =>
  sql.write('countImported', 'UPDATE categories SET posts = posts + ?, acts = acts + ? WHERE id = ?', [
    posts,
    acts,
    category,
  ])

export const countComments = (sql: Sql, counts: [post: number, comments: number][]) =>
  sql.write(
    'countImportedComments',
    `UPDATE posts
        SET comments = comments + CASE id ${counts.map(() => 'WHEN ? THEN ?').join(' ')} ELSE 0 END
      WHERE id IN (?)`,
    [...counts.flat(), counts.map(([post]) => post)],
  )

export type Answer = { id: number; root: number | null; parent: number | null }

/** Gives comments the comment on the post that they go back to, and the one that they answer. */
export const setParents = (sql: Sql, answers: Answer[]) =>
  sql.write(
    'setImportedParents',
    `UPDATE comments
        SET root_id = CASE id ${answers.map(() => 'WHEN ? THEN ?').join(' ')} END,
            parent_id = CASE id ${answers.map(() => 'WHEN ? THEN ?').join(' ')} END
      WHERE id IN (?)`,
    [
      ...answers.flatMap(({ id, root }) => [id, root]),
      ...answers.flatMap(({ id, parent }) => [id, parent]),
      answers.map(({ id }) => id),
    ],
  )

/** Gives posts their tags, which are there, with their places in every order. */
export const linkTags = (sql: Sql, pairs: [tag: string, post: number][]) =>
  sql.write(
    'linkImportedTags',
    `INSERT IGNORE INTO post_tags (tag_id, post_id, likes, hot)
     SELECT tags.id, post_ranks.post_id, post_ranks.likes, post_ranks.hot
       FROM tags
       JOIN post_ranks
      WHERE (tags.name, post_ranks.post_id) IN (?)`,
    [pairs],
  )

export const tagsNamed = (sql: Sql, names: string[]) =>
  sql.rows<{ id: number; name: string }>('tagsNamed', 'SELECT id, name FROM tags WHERE name IN (?)', [names])

/** The chain of the batches in which likes came. */
export async function lastImportedBatch(
  sql: Sql,
  batcher: string,
): Promise<{ number: number; hash: string }> {
  const [row] = await sql.rows<{ number: number; hash: string }>(
    'lastImportedBatch',
    `SELECT number, hash
       FROM like_batches
      WHERE batcher = ?
      ORDER BY number DESC
      LIMIT 1
        FOR UPDATE`,
    [batcher],
  )
  return row ?? { number: 0, hash: '0'.repeat(64) }
}

/** Whether there are texts above this one, so that search has passed the place. */
export async function isPassed(sql: Sql, table: 'posts' | 'comments', id: number): Promise<boolean> {
  const rows = await sql.rows('isPassed', `SELECT id FROM ${table} WHERE id > ? LIMIT 1`, [id])
  return rows.length > 0
}

export const setHead = (sql: Sql, number: number, hash: string) =>
  sql.write('setImportedHead', 'UPDATE moderation_heads SET number = ?, hash = ? WHERE id = 1', [
    number,
    hash,
  ])

export const gonePostsThere = (sql: Sql, posts: number[]) =>
  sql.rows<{ id: number }>('gonePostsThere', 'SELECT id FROM posts WHERE id IN (?)', [posts])
