import type { Role, Viewer } from '../accounts/queries.ts'
import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import {
  type Account,
  accountById,
  accountsLike,
  deleteSessionsOf,
  holdAdmin,
  sessionsOf,
  setDisabled,
  setRole,
} from './queries.ts'

export type MemberChange = { role: Role } | { isDisabled: boolean }

const pageSize = 50

export async function members({ db }: Context, part: string, before: string) {
  const rows = await accountsLike(db, part, before, pageSize + 1)
  const members = rows.slice(0, pageSize)
  return { members, older: rows.length > pageSize ? members.at(-1)?.id : undefined }
}

/**
 * Gives or takes a member's role, or shuts or opens their account, for all their sessions at once. Nobody changes their
 * own account, so one admin stays; that holds for two who demote each other too, because each must hold their own row
 * first: one of them waits, and then is no admin any more.
 */
export async function changeMember(
  context: Context,
  admin: Viewer,
  id: number,
  change: MemberChange,
): Promise<Account> {
  if (id === admin.id) throw new Refusal(409, 'Another admin has to change your own account.')
  const tokens = await context.db.transaction(async (sql) => {
    if (!(await holdAdmin(sql, admin.id))) throw new Refusal(403, 'This is for admins only.')
    return apply(sql, id, change)
  })

  const account = await accountById(context.db, id)
  if (!account) throw new Refusal(404, 'There is no such member.')
  await context.cache.forget([
    ...untrueAfter.userAddedOrChanged(account.name),
    ...tokens.flatMap(untrueAfter.sessionEnded),
  ])
  return account
}

/** Gives the sessions that this concerns. Those of a shut account end. */
async function apply(sql: Sql, id: number, change: MemberChange): Promise<string[]> {
  if ('role' in change) await setRole(sql, id, change.role)
  else await setDisabled(sql, id, change.isDisabled)
  const tokens = await sessionsOf(sql, id)
  if ('isDisabled' in change && change.isDisabled) await deleteSessionsOf(sql, id)
  return tokens
}
