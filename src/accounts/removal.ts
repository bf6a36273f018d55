import { untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { deleteUser, type Member, postsBy, signInsOf } from './queries.ts'

/**
 * Removes an account. Its posts stay, without a name. Whatever was remembered of it, a session or a name beside a post,
 * is forgotten at once.
 */
export async function removeAccount({ db, cache }: Context, { id, name }: Member): Promise<void> {
  const [signIns, posts] = await Promise.all([signInsOf(db, id), postsBy(db, id)])
  const { affectedRows } = await deleteUser(db, id)
  if (affectedRows === 0) throw new Refusal(404, 'Nobody here has this name.')

  const keys = [
    ...untrueAfter.userAddedOrChanged(name),
    ...signIns.flatMap(({ session }) => (session ? untrueAfter.sessionEnded(session) : [])),
    ...signIns.flatMap(({ token }) => (token ? untrueAfter.tokenAddedOrRevoked(token) : [])),
    ...untrueAfter.postsChanged(posts),
  ]
  for (let from = 0; from < keys.length; from += keysAtOnce)
    await cache.forget(keys.slice(from, from + keysAtOnce))
}

const keysAtOnce = 2_000
