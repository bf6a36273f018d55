import type { Context } from '../context.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { hashOfPassword, isPassword, passwordError } from './passwords.ts'
import { passwordOf, setPassword, type Viewer } from './queries.ts'
import { removeAccount } from './removal.ts'
import { endSessionsOf } from './sessions.ts'

/** Gives a member a new password and ends all their sessions; or what is wrong, field by field. */
export async function changePassword(
  context: Context,
  viewer: Viewer,
  current: string,
  password: string,
): Promise<FieldErrors | undefined> {
  const wrong = passwordError(password, viewer.name)
  if (wrong) return { password: wrong }
  if (!(await isOwnPassword(context, viewer, current))) return { current: 'This is not your password.' }

  await setPassword(context.db, viewer.id, await hashOfPassword(context, password))
  await endSessionsOf(context, viewer.id)
  return undefined
}

/** Removes the member's own account, with its posts if `posts` is `remove`; or what is wrong, field by field. */
export async function leave(
  context: Context,
  viewer: Viewer,
  password: string,
  posts: string,
): Promise<FieldErrors | undefined> {
  if (posts !== 'keep' && posts !== 'remove')
    return { posts: 'Please say what should happen to your posts and comments.' }
  if (!(await isOwnPassword(context, viewer, password))) return { confirm: 'This is not your password.' }

  await removeAccount(context, viewer, { withPosts: posts === 'remove' })
  return undefined
}

async function isOwnPassword(context: Context, { name }: Viewer, password: string): Promise<boolean> {
  const found = await passwordOf(context.db, name)
  return isPassword(context, password, found?.passwordHash)
}
