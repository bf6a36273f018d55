import { endLinks } from '../accounts/links.ts'
import { lockAdmins, lockUser, type Role, signInsOf } from '../accounts/queries.ts'
import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { type Noted, noteEvent } from '../events/note.ts'
import { claimedBy, deleteInGroup, groupsWithClaims, insertInGroup } from '../groups/queries.ts'
import { setRole } from '../moderation/queries.ts'
import type { Sql } from '../platform/db.ts'
import {
  deleteGroupModerator,
  type GroupRoles,
  insertGroupModerator,
  setMadeAdmin,
  signOnOf,
} from './queries.ts'

/**
 * Makes a member an admin, or a moderator of the whole board, who is in the group that makes them, and puts
 * them into the groups here that theirs there fill; takes it again from who is not any more. What an admin
 * gave stays, and so does the last admin.
 */
export async function followGroups(
  context: Context,
  { id, name }: { id: number; name: string },
  roles: GroupRoles,
): Promise<void> {
  const { adminGroup, moderatorGroup } = context.config.signOn ?? {}
  const before = await claimedBy(context.db, id)
  const isSame = before.join() === [...roles.inGroups].sort((a, b) => a - b).join()
  if (adminGroup === undefined && moderatorGroup === undefined && isSame) return
  const { changes, signIns, isMoved } = await context.db.transaction(async (sql) => {
    // All admins before one of them, as everyone does who locks them.
    const admins = await lockAdmins(sql, context.config.signOn)
    const account = await lockUser(sql, id)
    const isLast = admins.every((admin) => admin.id === id)
    const changes: Noted[] = []
    if (account && adminGroup !== undefined)
      changes.push(...(await followAdmins(sql, { id, role: account.role, isLast }, roles.isAdmin)))
    if (account && moderatorGroup !== undefined)
      changes.push(...(await followModerators(sql, id, roles.isModerator)))
    for (const what of changes) await noteEvent(sql, id, what)
    const isMoved = account !== undefined && (await fillGroups(sql, id, roles.inGroups))
    const isOther = isMoved || changes.length > 0
    return { changes, isMoved, signIns: isOther ? await signInsOf(sql, id) : [] }
  })
  if (changes.length === 0 && !isMoved) return
  context.log.info('a group changed a role', { user: id, changes })
  await context.cache.invalidate([
    ...invalidatedBy.userAddedOrChanged(name, id),
    ...invalidatedBy.signInsChanged(signIns),
  ])
}

async function followAdmins(
  sql: Sql,
  { id, role, isLast }: { id: number; role: Role; isLast: boolean },
  isAdmin: boolean,
): Promise<Noted[]> {
  if (isAdmin && role === 'member') {
    await change(sql, id, 'admin')
    // A link that was made for a member must not open an admin's account.
    await endLinks(sql, id)
    return ['group-made-admin']
  }
  const madeAdmin = (await signOnOf(sql, id))?.madeAdmin === 1
  if (isAdmin || !madeAdmin || role !== 'admin' || isLast) return []
  await change(sql, id, 'member')
  return ['group-made-member']
}

async function change(sql: Sql, id: number, role: Role): Promise<void> {
  await setRole(sql, id, role)
  await setMadeAdmin(sql, id, role === 'admin')
}

/**
 * Puts a member into exactly these groups, as far as it is not done by hand. Returns whether it changes any.
 */
export async function fillGroups(sql: Sql, user: number, inGroups: number[]): Promise<boolean> {
  const before = await claimedBy(sql, user)
  // One of them may have been removed since they signed in there.
  const there = new Set((await groupsWithClaims(sql)).map(({ id }) => id))
  const added = inGroups.filter((id) => !before.includes(id) && there.has(id))
  const ended = before.filter((id) => !inGroups.includes(id))
  for (const group of added) await insertInGroup(sql, { group, user, byClaim: true })
  for (const group of ended) await deleteInGroup(sql, { group, user, byClaim: true })
  return added.length + ended.length > 0
}

async function followModerators(sql: Sql, id: number, isModerator: boolean): Promise<Noted[]> {
  if (isModerator) return (await insertGroupModerator(sql, id)) ? ['group-made-moderator'] : []
  return (await deleteGroupModerator(sql, id)) ? ['group-end-moderator'] : []
}
