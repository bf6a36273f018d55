import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { endLinks } from './links.ts'
import { hashOfPassword, passwordError } from './passwords.ts'
import { provenBy, refuseTokens } from './proof.ts'
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
  current: string,
  password: string,
): Promise<{ errors: FieldErrors } | { proven: Proven }> {
  refuseTokens(request)
  const wrong = passwordError(password, viewer.name)
  if (wrong) return { errors: { password: wrong } }
  const was = await provenBy(context, request, viewer, current)
  if (!was) return { errors: notYours }

  const passwordHash = await hashOfPassword(context, password)
  const ended = await context.db.transaction(async (sql) => {
    if (!(await setPassword(sql, was, passwordHash))) return undefined
    await endLinks(sql, viewer.id)
    await tellOfNewPassword(context, sql, viewer)
    return endSignIns(sql, viewer.id, { withTokens: true })
  })
  if (!ended) return { errors: notYours }
  await context.cache.invalidate(invalidatedBy.signInsChanged(ended))
  return { proven: { id: viewer.id, passwordHash } }
}

const notYours = { current: 'This is not your password.' }

/**
 * Removes the member's own account, with its posts if `posts` is `remove`; or what is wrong, field by field.
 */
export async function leave(
  context: Context,
  request: Request,
  viewer: Viewer,
  password: string,
  posts: string,
): Promise<FieldErrors | undefined> {
  refuseTokens(request)
  if (posts !== 'keep' && posts !== 'remove')
    return { posts: 'Please say what should happen to your posts and comments.' }
  const proven = await provenBy(context, request, viewer, password)
  const isGone = proven && (await removeAccount(context, viewer, { withPosts: posts === 'remove', proven }))
  return isGone ? undefined : { confirm: 'This is not your password.' }
}
