import { endLinks } from '../accounts/links.ts'
import { confirmElsewhere, type Proof, refuseTokens } from '../accounts/proof.ts'
import { memberById, type Role, signInsOf, type Viewer } from '../accounts/queries.ts'
import { endSignIns, sessionOf } from '../accounts/sessions.ts'
import { invalidatedBy, type SignIn } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { insertEvent } from '../events/queries.ts'
import { pageOf } from '../http/paging.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { type Noted, noteAdmin } from '../removal/queries.ts'
import { likeOf } from '../text/like.ts'
import {
  type Account,
  accountById,
  accountsLike,
  forgetGroupAdmin,
  holdAdmin,
  holdMember,
  newestAccounts,
  setDisabled,
  setRole,
} from './queries.ts'

export type MemberChange = { role: Role } | { isDisabled: boolean }

const pageSize = 50

/**
 * A page of members, the newest first; of those whose name begins with `part`, whatever its case and accents.
 */
export async function members({ db }: Context, part: string, cursor: string) {
  const start = part.trim()
  const rows = await (start === ''
    ? newestAccounts(db, cursor, pageSize + 1)
    : accountsLike(db, likeOf(start), cursor, pageSize + 1))
  const page = pageOf(rows, pageSize)
  return { members: page.rows, nextCursor: page.last?.id }
}

/**
 * Gives or takes a member's role, or shuts or opens their account, for all their sessions and tokens at once.
 * Nobody changes their own account, so one admin stays; that holds for two who demote each other too, because
 * each must hold their own row first: one of them waits, and then is no admin any more. Throws a 422 when
 * `proof` is not the admin's own. Other admins read who did it.
 */
export async function changeMember(
  context: Context,
  request: Request,
  admin: Viewer,
  proof: Proof,
  id: number,
  change: MemberChange,
): Promise<Account> {
  refuseTokens(request)
  if (id === admin.id) throw new Refusal(409, 'Another admin has to change your own account.')
  await confirmElsewhere(context, request, proof)
  const signIns = await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    await holdMember(sql, id)
    const member = await accountById(sql, id)
    if (member) await noteAdmin(sql, noteOf(change), { subject: member.name, by: admin.id })
    if (member && 'role' in change) await insertEvent(sql, id, `made-${change.role}`, '')
    return apply(sql, id, change)
  })

  const account = await accountById(context.db, id)
  // Their whole name, which lists cut.
  const member = await memberById(context.db, `${id}`)
  if (!account || !member) throw new Refusal(404, 'There is no such member.')
  await context.cache.invalidate([
    ...invalidatedBy.userAddedOrChanged(member.name, id),
    ...invalidatedBy.signInsChanged(signIns),
  ])
  return account
}

const noteOf = (change: MemberChange): Noted =>
  'role' in change ? `make-${change.role}` : change.isDisabled ? 'disable' : 'enable'

/** Throws a 403 for who is an admin no more; one who is stays that until the transaction ends. */
export async function stayAdmin(sql: Sql, request: Request, admin: Viewer): Promise<void> {
  const isStill = await holdAdmin(sql, admin.id, sessionOf(request) ?? '')
  if (!isStill) throw new Refusal(403, 'This is for admins only.')
}

/**
 * Returns the sessions and tokens that this concerns. Those of a shut account end, and so do the links for a
 * new password and a new address; they stay so when it is opened again.
 */
async function apply(sql: Sql, id: number, change: MemberChange): Promise<SignIn[]> {
  if ('role' in change) {
    await setRole(sql, id, change.role)
    await forgetGroupAdmin(sql, id)
    // A link that was made for a member must not open an admin's account.
    if (change.role === 'admin') await endLinks(sql, id)
    return signInsOf(sql, id)
  }
  await setDisabled(sql, id, change.isDisabled)
  if (!change.isDisabled) return signInsOf(sql, id)
  await endLinks(sql, id)
  return endSignIns(sql, id, { withTokens: true })
}
