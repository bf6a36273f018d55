import { deletePendingAddress } from '../mail/queries.ts'
import type { Sql } from '../platform/db.ts'
import { deletePasswordLinkOf } from './queries.ts'

/**
 * Ends every link by which somebody comes into an account, now or later: the one for a new password, and the
 * one that confirms an address, to which links for new passwords would go. To be called wherever those who
 * could have made one are to be kept out.
 */
export async function endLinks(sql: Sql, user: number): Promise<void> {
  await deletePasswordLinkOf(sql, user)
  await deletePendingAddress(sql, user)
}
