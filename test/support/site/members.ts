import type { Replica } from '../servers/replica.ts'
import { password } from './page.ts'
import type { Visitor } from './visitor.ts'

/** A new member who visits the board, signed in; `role` is what they are from now on. */
export async function newMember(
  web: Replica,
  name: string,
  role: 'member' | 'admin' = 'member',
): Promise<Visitor> {
  const accounts = (await web.as('accounts')).visitor()
  await accounts.post('/signup', { username: name, password })
  await web.database.write('UPDATE users SET role = ? WHERE name = ?', [role, name])
  const visitor = web.visitor()
  for (const [key, value] of accounts.cookies) visitor.cookies.set(key, value)
  return visitor
}

export const addCategory = (web: Replica, name: string) =>
  web.database.write('INSERT INTO categories (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [name, name])

/** Writes a post. Returns its address. */
export async function writePost(visitor: Visitor, title: string, body: string, category = 'Books') {
  const answer = await visitor.post('/posts', { category, title, body })
  return answer.headers.get('location') ?? ''
}
