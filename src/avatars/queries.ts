import type { Sql } from '../platform/db.ts'

/** The name of a member's picture, if they have one. */
export async function avatarOf(sql: Sql, user: number): Promise<string | null> {
  const [found] = await sql.rows<{ hash: string }>('avatarOf', 'SELECT hash FROM avatars WHERE user_id = ?', [
    user,
  ])
  return found?.hash ?? null
}

export async function avatarNamed(sql: Sql, hash: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [found] = await sql.rows<{ picture: Uint8Array<ArrayBuffer> }>(
    'avatarNamed',
    'SELECT picture FROM avatars WHERE hash = ? LIMIT 1',
    [hash],
  )
  return found?.picture
}

export const setAvatar = (sql: Sql, user: number, hash: string, picture: Uint8Array) =>
  sql.write(
    'setAvatar',
    `REPLACE INTO avatars (user_id, hash, picture)
     VALUES (?, ?, ?)`,
    [user, hash, Buffer.from(picture)],
  )

export const deleteAvatar = (sql: Sql, user: number) =>
  sql.write('deleteAvatar', 'DELETE FROM avatars WHERE user_id = ?', [user])
