import type { Connection, RowDataPacket } from 'mysql2/promise'

/** SQLite: keeps every other process out of the file for as long as this one lives. */
export const holdAlone = 'BEGIN EXCLUSIVE'

/**
 * Returns what the server runs by itself at each start, one statement a line, before it lets anyone in.
 * MariaDB makes a root without a password for this machine's name too.
 */
export function rootAccess(password: string, hostname: string): string {
  const nameless = hostname === 'localhost' ? [] : [`DROP USER IF EXISTS 'root'@'${hostname.toLowerCase()}';`]
  return [
    ...nameless,
    `DROP USER IF EXISTS 'root'@'::1';`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
    `CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`,
    '',
  ].join('\n')
}

/** True once this connection alone holds the lock; it is let go when the connection ends. */
export async function isAloneWith(server: Connection, lock: string, waitSeconds: number): Promise<boolean> {
  const [rows] = await server.query<({ held: number | null } & RowDataPacket)[]>(
    `SELECT GET_LOCK(?, ?) AS held`,
    [lock, waitSeconds],
  )
  return rows[0]?.held === 1
}

export async function createDatabase(server: Connection): Promise<void> {
  await server.query(`CREATE DATABASE IF NOT EXISTS agora CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  await server.query(`USE agora`)
}

export async function dropDatabase(server: Connection): Promise<void> {
  await server.query(`DROP DATABASE IF EXISTS agora`)
}

export async function tableNames(server: Connection): Promise<string[]> {
  const [rows] = await server.query<({ name: string } & RowDataPacket)[]>(
    `SELECT table_name AS name
     FROM information_schema.tables
     WHERE table_schema = 'agora'`,
  )
  return rows.map(({ name }) => name)
}

/** The table that is there exactly while the database is being built. */
export const unfinished = 'setup_unfinished'

export async function markUnfinished(server: Connection): Promise<void> {
  await server.query(`CREATE TABLE ${unfinished} (id INT PRIMARY KEY)`)
}

export async function markFinished(server: Connection): Promise<void> {
  await server.query(`DROP TABLE ${unfinished}`)
}

export async function createIfMissing(server: Connection, name: string, password: string): Promise<void> {
  await server.query(`CREATE USER IF NOT EXISTS ?@'%' IDENTIFIED BY ?`, [name, password])
}

export async function createAccount(server: Connection, name: string, password: string): Promise<void> {
  await createIfMissing(server, name, password)
  await server.query(`ALTER USER ?@'%' IDENTIFIED BY ?`, [name, password])
}

export async function revokeAll(server: Connection, name: string): Promise<void> {
  await server.query(`REVOKE ALL PRIVILEGES, GRANT OPTION FROM ?@'%'`, [name])
}

/** Whether the account has connections now. `SHOW` because MySQL is giving up its table of the same name. */
export async function isInUse(server: Connection, account: string): Promise<boolean> {
  const [rows] = await server.query<({ User: string } & RowDataPacket)[]>(`SHOW PROCESSLIST`)
  return rows.some(({ User }) => User === account)
}

export async function hasAdmin(server: Connection): Promise<boolean> {
  const [rows] = await server.query<RowDataPacket[]>(
    `SELECT id
     FROM agora.users
     WHERE role = 'admin'
     LIMIT 1`,
  )
  return rows.length > 0
}

export async function addAdmin(server: Connection, name: string, passwordHash: string): Promise<void> {
  await server.query(
    `INSERT INTO agora.users (name, name_key, password_hash, role)
     VALUES (?, UNHEX(SHA2(?, 256)), ?, 'admin')`,
    [name, name, passwordHash],
  )
}

/** What of `settings` says how the board was started last, and what an admin chose of it. */
export async function settingsOfStarts(
  server: Connection,
): Promise<{ started: string | undefined; signUp: string | undefined }> {
  const [rows] = await server.query<({ name: string; value: string } & RowDataPacket)[]>(
    `SELECT name, value
     FROM agora.settings
     WHERE name IN ('STARTED_WITH', 'SIGN_UP')`,
  )
  const named = (name: string) => rows.find((row) => row.name === name)?.value
  return { started: named('STARTED_WITH'), signUp: named('SIGN_UP') }
}

export async function putStarted(server: Connection, value: string): Promise<void> {
  await server.query(
    `INSERT INTO agora.settings (name, value)
     VALUES ('STARTED_WITH', ?)
         ON DUPLICATE KEY UPDATE value = VALUES(value)`,
    [value],
  )
}

/**
 * The link by which a member sets a new password, for 30 minutes, in place of an older one. Both are hashes
 * in hex, so that the containers' client, which binds no values, takes it too.
 */
export const putPasswordLink = (nameHash: string, tokenHash: string) =>
  `REPLACE INTO password_links (user_id, token_hash, expires_at)
   SELECT id, UNHEX('${tokenHash}'), CURRENT_TIMESTAMP(3) + INTERVAL 30 MINUTE
   FROM users
   WHERE name_key = UNHEX('${nameHash}') AND disabled_at IS NULL`

/** Ends the second factor of the member whose name has this hash, in hex. */
export const dropFactor = (nameHash: string) =>
  `DELETE second_factors
     FROM second_factors
     JOIN users ON users.id = second_factors.user_id
    WHERE users.name_key = UNHEX('${nameHash}')`

/** Its owner reads of it on the page of their account. */
export const noteForOwner = (nameHash: string, what: 'link-made' | 'factor-off') =>
  `INSERT INTO account_events (user_id, what, detail)
   SELECT id, '${what}', ''
     FROM users
    WHERE name_key = UNHEX('${nameHash}')`

export async function useDatabase(server: Connection): Promise<void> {
  await server.query(`USE agora`)
}

/**
 * Makes the table of what this database has of `sql/migrations/`. `statements` of a migration are done,
 * `begun` says that one more may be; `sha256` is over those that are done. `applied_at` is NULL until all
 * are.
 */
export async function createMigrationsTable(server: Connection): Promise<void> {
  await server.query(migrationsTable)
}

const migrationsTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
       number     SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
       name       VARCHAR(100) NOT NULL,
       contract   TINYINT UNSIGNED NOT NULL,
       statements SMALLINT UNSIGNED NOT NULL DEFAULT 0,
       begun      TINYINT UNSIGNED NOT NULL DEFAULT 0,
       sha256     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
       applied_at DATETIME(3) NULL
     ) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin`

export type AppliedMigration = {
  number: number
  name: string
  contract: 0 | 1
  statements: number
  begun: 0 | 1
  sha256: string
  applied_at: Date | null
}

export async function appliedMigrations(server: Connection): Promise<AppliedMigration[]> {
  const [rows] = await server.query<(AppliedMigration & RowDataPacket)[]>(
    `SELECT number, name, contract, statements, begun, sha256, applied_at
     FROM schema_migrations
     ORDER BY number`,
  )
  return rows
}

/** Notes a migration of which nothing is done yet. */
export async function addMigration(
  server: Connection,
  { number, name, isContract }: { number: number; name: string; isContract: boolean },
): Promise<void> {
  await server.query(
    `INSERT INTO schema_migrations (number, name, contract, sha256)
     VALUES (?, ?, ?, SHA2('', 256))`,
    [number, name, isContract],
  )
}

export async function noteBegun(server: Connection, number: number, begun: boolean): Promise<void> {
  await server.query(
    `UPDATE schema_migrations
     SET begun = ?
     WHERE number = ?`,
    [begun, number],
  )
}

export async function noteDone(
  server: Connection,
  done: { number: number; statements: number; sha256: string; isWhole: boolean },
): Promise<void> {
  await server.query(
    `UPDATE schema_migrations
     SET statements = ?, begun = 0, sha256 = ?, applied_at = IF(?, CURRENT_TIMESTAMP(3), NULL)
     WHERE number = ?`,
    [done.statements, done.sha256, done.isWhole, done.number],
  )
}

/** The table that is there between the exchange of the tables and the end of a restore. */
export const restoring = 'restore_unfinished'

/** What comes before a dump that is read for a restore. */
export const beginRestored = `
DROP DATABASE IF EXISTS agora_restored;
CREATE DATABASE agora_restored CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE agora_restored;
CREATE TABLE ${restoring} (id INT PRIMARY KEY);
`

/** A table of a dump. */
export type Restored = {
  name: string
  /** In their order in the dump. */
  columns: string[]
  /** Those of them that are made of others. */
  generated: string[]
  /** The number of its next row, where it gives numbers. */
  next: string | undefined
}

/** What tables of a dump are made by, where the dump is of another kind of server. */
export const madeTables = (statements: string[]) => `
USE agora_restored;
SET NAMES utf8mb4;
${[...statements, migrationsTable].join(';\n')};
SET FOREIGN_KEY_CHECKS = 0;
`

export const emptied = (table: string) => `DELETE FROM \`${table}\`;\n`

/** Prints a table's name and its definition, a line each with \\n for line breaks. */
export const definitionsOf = (tables: string[]) =>
  ['USE agora_restored;', ...tables.map((table) => `SHOW CREATE TABLE \`${table}\`;`)].join('\n')

type GeneratedColumn = { table: string; definition: string }

/** Comes before rows: a generated column takes what a dump has for it. */
export const beforeRows = (generated: GeneratedColumn[]) => `
USE agora_restored;
SET NAMES utf8mb4;
SET FOREIGN_KEY_CHECKS = 0, UNIQUE_CHECKS = 0, SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO', TIME_ZONE = '+00:00';
${modified(generated.map((each) => ({ ...each, definition: usual(each.definition) })))}
`

const modified = (columns: GeneratedColumn[]) =>
  columns.map(({ table, definition }) => `ALTER TABLE \`${table}\` MODIFY ${definition};\n`).join('')

const usual = (definition: string) => definition.replace(/ GENERATED ALWAYS AS .*$/, '')

export const afterRows = (generated: GeneratedColumn[]) => modified(generated)

export const rowsInto = ({ name, columns }: Restored) =>
  `INSERT INTO \`${name}\` (${columns.map((each) => `\`${each}\``).join(',')}) VALUES`

export const numberedFrom = (table: string, next: string) =>
  `ALTER TABLE \`${table}\` AUTO_INCREMENT = ${next};\n`

export const namesOfTables = `
SELECT table_schema, table_name
FROM information_schema.tables
WHERE table_schema IN ('agora', 'agora_restored');
`

/** Puts what was restored in place of what was there, at once. */
export function exchangeTables(present: string[], restored: string[]): string {
  const moves = [
    ...present.map((table) => `agora.\`${table}\` TO agora_before.\`${table}\``),
    ...restored.map((table) => `agora_restored.\`${table}\` TO agora.\`${table}\``),
  ]
  return `
CREATE DATABASE IF NOT EXISTS agora CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
DROP DATABASE IF EXISTS agora_before;
CREATE DATABASE agora_before CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
RENAME TABLE ${moves.join(', ')};
`
}

export const endRestored = `
DROP TABLE agora.${restoring};
DROP DATABASE agora_before;
DROP DATABASE agora_restored;
`

export const serverVersion = 'SELECT VERSION()'

/** In what a dump prints: its first table, and the comment at its end. */
export const dumpMarks = { beginning: '\nCREATE TABLE', ending: '-- Dump completed' }

/** Posts that a visitor may read, at random: id, and title in hex. */
export const randomPosts = (limit: number) =>
  `SELECT posts.id, HEX(posts.title)
     FROM posts
     JOIN categories ON categories.id = posts.category_id AND categories.removed_at IS NULL
    WHERE NOT EXISTS (SELECT 1 FROM removed_posts WHERE removed_posts.post_id = posts.id)
      AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = posts.author_id AND users.posts_removed)
      AND NOT EXISTS (SELECT 1 FROM acts WHERE acts.post_id = posts.id)
    ORDER BY RAND()
    LIMIT ${limit}`

/** Orders that take stock without saying of what, and those that are over and don't say since when. */
export const brokenOrders = `SELECT COUNT(*)
   FROM orders
  WHERE NOT EXISTS (SELECT 1 FROM order_lines WHERE order_lines.order_id = orders.id)
     OR (state = 'open') <> (closed_at IS NULL)`

export const countsOfBoard = 'SELECT (SELECT COUNT(*) FROM posts), (SELECT COUNT(*) FROM users)'
