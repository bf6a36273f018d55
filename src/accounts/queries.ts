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
