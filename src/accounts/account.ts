import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { noteEvent } from '../events/note.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { endLinks } from './links.ts'
import { hashOfPassword, passwordError } from './passwords.ts'
import { type Proof, provenBy, refuseTokens } from './proof.ts'
import { type Proven, setPassword, type Viewer } from './queries.ts'
import { tellOfNewPassword } from './recovery.ts'
import { removeAccount } from './removal.ts'
import { endSignIns } from './sessions.ts'

/**
 * Sets a new password, ends all their sessions, revokes their tokens and any link for a new password or a new
 * address: whoever knew the old one may have made some. Or says what is wrong, field by field.
 */
export async function changePassword(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
  password: string,
): Promise<{ errors: FieldErrors } | { proven: Proven }> {
  refuseTokens(request)
  const wrong = passwordError(password, viewer.name)
  if (wrong) return { errors: { password: wrong } }
  const { proven: was, errors } = await provenBy(context, request, viewer, proof, 'current')
  if (errors) return { errors }

  const passwordHash = await hashOfPassword(context, password)
  const ended = await context.db.transaction(async (sql) => {
    if (!(await setPassword(sql, was, passwordHash))) return undefined
    await endLinks(sql, viewer.id)
    await tellOfNewPassword(context, sql, viewer)
    await noteEvent(sql, viewer.id, 'password-changed')
    return endSignIns(sql, viewer.id, { withTokens: true })
  })
  if (!ended) return { errors: notYours }
  await context.cache.invalidate(invalidatedBy.signInsChanged(ended))
  return { proven: { ...was, passwordHash } }
}

const notYours = { current: 'This is not your password.' }

/**
 * Removes the member's own account, with its posts if `posts` is `remove`; or what is wrong, field by field.
 */
export async function leave(
  context: Context,
  request: Request,
  viewer: Viewer,
  proof: Proof,
  posts: string,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  if (posts !== 'keep' && posts !== 'remove')
    return { posts: 'Please say what should happen to your posts and comments.' }
  const { proven, errors } = await provenBy(context, request, viewer, proof)
  if (errors) return errors
  const account = { ...viewer, role: viewer.lacksFactor ? ('admin' as const) : viewer.role }
  const isGone = await removeAccount(context, account, { withPosts: posts === 'remove', proven })
  return isGone ? undefined : { confirm: 'This is not your password.' }
}
