import { endLinks } from '../accounts/links.ts'
import { lockAdmins, lockUser, type Role, signInsOf } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteEvent } from '../events/note.ts'
import { setRole } from '../moderation/queries.ts'
import type { Sql } from '../platform/db.ts'
import { setMadeAdmin, signOnOf } from './queries.ts'

/**
 * Makes a member an admin who is in the group that makes admins, and takes the role again from who is not any
 * more. One that another admin gave stays, and so does the last admin.
 */
export async function followGroups(
  context: Context,
  { id, name }: { id: number; name: string },
  isAdmin: boolean,
): Promise<void> {
  if (context.config.signOn?.adminGroup === undefined) return
  const signIns = await context.db.transaction(async (sql) => {
    // All admins before one of them, as everyone does who locks them.
    const admins = await lockAdmins(sql)
    const account = await lockUser(sql, id)
    const madeAdmin = (await signOnOf(sql, id))?.madeAdmin === 1
    if (isAdmin && account?.role === 'member') return change(sql, id, 'admin')
    const isLast = admins.every((admin) => admin.id === id)
    if (!isAdmin && madeAdmin && account?.role === 'admin' && !isLast) return change(sql, id, 'member')
    return undefined
  })
  if (!signIns) return
  context.log.info('a group changed a role', { user: id, role: isAdmin ? 'admin' : 'member' })
  await context.cache.invalidate([
    ...invalidatedBy.userAddedOrChanged(name, id),
    ...invalidatedBy.signInsChanged(signIns),
  ])
}

async function change(sql: Sql, id: number, role: Role) {
  await setRole(sql, id, role)
  await setMadeAdmin(sql, id, role === 'admin')
  // A link that was made for a member must not open an admin's account.
  if (role === 'admin') await endLinks(sql, id)
  await noteEvent(sql, id, role === 'admin' ? 'group-made-admin' : 'group-made-member')
  return signInsOf(sql, id)
}
