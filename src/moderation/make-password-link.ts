import { confirmElsewhere, type Proof, refuseTokens } from '../accounts/proof.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { insertEvent } from '../events/queries.ts'
import { Refusal } from '../platform/errors.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { logModeration } from '../removal/queries.ts'
import { stayAdmin } from './members.ts'
import { accountById, putPasswordLink } from './queries.ts'

/**
 * Makes a link by which a member who forgot their password sets a new one; the one made before stops working.
 * Returns its token, which is stored nowhere, and whose it is. Throws a 422 when `proof` is not the
 * admin's own, a 409 for an admin: whoever runs the machine makes theirs.
 */
export async function makePasswordLink(
  context: Context,
  request: Request,
  admin: Viewer,
  proof: Proof,
  id: number,
): Promise<{ token: string; name: string }> {
  refuseTokens(request)
  await confirmElsewhere(context, request, proof)
  const token = newSecret()
  const name = await context.db.transaction(async (sql) => {
    await stayAdmin(sql, request, admin)
    const member = await accountById(sql, id)
    if (!member) throw new Refusal(404, 'There is no such member.')
    if (!(await putPasswordLink(sql, id, sha256(token))))
      throw new Refusal(409, 'Such a link is only for members whose account is open.')
    await insertEvent(sql, id, 'link-made', '')
    await logModeration(sql, 'password-link', member.name, admin.id)
    return member.name
  })
  return { token, name }
}
