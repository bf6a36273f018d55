import type { Sql } from '../platform/db.ts'

export type Role = 'member' | 'admin'

/** Who is signed in. */
export type Viewer = { id: number; name: string; role: Role }

/** A member as everyone may see them. */
export type Member = { id: number; name: string; role: Role; createdAt: string }

export async function memberNamed(sql: Sql, name: string): Promise<Member | undefined> {
  const [member] = await sql.rows<Member>(
    'memberNamed',
    `SELECT id, name, role, created_at AS createdAt
       FROM users
      WHERE name_key = UNHEX(SHA2(?, 256))`,
    [name],
  )
  return member
}

export async function passwordOf(sql: Sql, name: string) {
  const [found] = await sql.rows<Viewer & { passwordHash: string | null; disabledAt: string | null }>(
    'passwordOf',
    `SELECT id, name, role, password_hash AS passwordHash, disabled_at AS disabledAt
       FROM users
      WHERE name_key = UNHEX(SHA2(?, 256))`,
    [name],
  )
  return found
}

export async function insertUser(sql: Sql, name: string, passwordHash: string | null): Promise<number> {
  const { insertId } = await sql.write(
    'insertUser',
    `INSERT INTO users (name, name_key, password_hash)
     VALUES (?, UNHEX(SHA2(?, 256)), ?)`,
    [name, name, passwordHash],
  )
  return insertId
}

/** `token` is the SHA-256, in hex, of what the visitor's cookie holds. */
export const insertSession = (sql: Sql, token: string, user: number, seconds: number) =>
  sql.write(
    'insertSession',
    `INSERT INTO sessions (token_key, user_id, expires_at)
     VALUES (UNHEX(?), ?, CURRENT_TIMESTAMP(3) + INTERVAL ? SECOND)`,
    [token, user, seconds],
  )

export async function viewerBySession(sql: Sql, token: string): Promise<Viewer | undefined> {
  const [viewer] = await sql.rows<Viewer>(
    'viewerBySession',
    `SELECT users.id, users.name, users.role
       FROM sessions
       JOIN users ON users.id = sessions.user_id
      WHERE sessions.token_key = UNHEX(?)
        AND sessions.expires_at > CURRENT_TIMESTAMP(3)
        AND users.disabled_at IS NULL`,
    [token],
  )
  return viewer
}

export const deleteSession = (sql: Sql, token: string) =>
  sql.write('deleteSession', 'DELETE FROM sessions WHERE token_key = UNHEX(?)', [token])

export const deleteExpiredSessions = (sql: Sql) =>
  sql.write(
    'deleteExpiredSessions',
    'DELETE FROM sessions WHERE expires_at < CURRENT_TIMESTAMP(3) LIMIT 1000',
  )

/** `token` is the SHA-256, in hex, of what the program sends. */
export async function viewerByToken(sql: Sql, token: string): Promise<Viewer | undefined> {
  const [viewer] = await sql.rows<Viewer>(
    'viewerByToken',
    `SELECT users.id, users.name, users.role
       FROM tokens
       JOIN users ON users.id = tokens.user_id
      WHERE tokens.token_key = UNHEX(?)
        AND users.disabled_at IS NULL`,
    [token],
  )
  return viewer
}

/** Everything by which a member may be remembered: sessions, tokens. */
export const signInsOf = (sql: Sql, user: number) =>
  sql.rows<{ session: string | null; token: string | null }>(
    'signInsOf',
    `SELECT LOWER(HEX(token_key)) AS session, NULL AS token FROM sessions WHERE user_id = ?
      UNION ALL
     SELECT NULL, LOWER(HEX(token_key)) FROM tokens WHERE user_id = ?`,
    [user, user],
  )

export const deleteUser = (sql: Sql, user: number) =>
  sql.write('deleteUser', 'DELETE FROM users WHERE id = ?', [user])

export const postsBy = (sql: Sql, author: number) =>
  sql.rows<{ id: number; categoryId: number; authorId: number }>(
    'postsBy',
    'SELECT id, category_id AS categoryId, author_id AS authorId FROM posts WHERE author_id = ?',
    [author],
  )
