import { invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { deleteAddress, forgetMailsOf } from '../mail/queries.ts'
import { chunks } from '../platform/async.ts'
import type { Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { forgetPosts } from '../removal/forget.ts'
import { endOffersOf, isLargeAccount, logModeration, markAccountRemoved } from '../removal/queries.ts'
import {
  deletePostsBy,
  deleteUser,
  discountCommentsBy,
  discountPostsBy,
  lockAdmins,
  lockPostsBy,
  lockUser,
  type Member,
  memberById,
  type Proven,
  postsBy,
  postsCommentedBy,
  removeCommentsBy,
  signInsOf,
} from './queries.ts'

/**
 * Rows that refer to an account and change while somebody waits; where there are more they are hidden, and
 * swept.
 */
const mostAtOnce = 1_000

/**
 * Removes an account. Its posts and comments stay, without a name, or go with it. Whatever was remembered of
 * it, a session or a name beside a post, is forgotten at once. One with many is gone at once, and its name is
 * free; what is left of it is swept later. `by` is who does it to somebody else, null for everyone: admins
 * read of it. The last admin is refused: nobody could make another one. False, and nothing is done, when
 * `proven` has a password that is another by now. Throws what `expected` throws, which looks at the member
 * as they are when nobody else changes them any more.
 */
export async function removeAccount(
  context: Context,
  { id, name, role }: Pick<Member, 'id' | 'name' | 'role'>,
  { withPosts = false, proven, by = id, expected }: How = {},
): Promise<boolean> {
  const { config, db, cache } = context
  const isLarge = await isLargeAccount(db, id, mostAtOnce, withPosts)
  const left = await db.transaction(async (sql) => {
    // All admins before one of them: those who leave at the same moment wait in one line.
    const admins = role === 'admin' ? await lockAdmins(sql, config.signOn) : []
    const account = await lockUser(sql, id)
    if (proven && account?.passwordHash !== proven.passwordHash) return undefined
    const now = expected && (await memberById(sql, `${id}`))
    if (now) expected(now)
    if (account?.role === 'admin' && admins.every((admin) => admin.id === id))
      throw new Refusal(409, 'The last admin cannot leave. Make somebody else an admin first.')
    if (account && by !== id) await logModeration(sql, 'account', name, by)
    if (!withPosts) await endOffersOf(sql, id)
    if (isLarge) return hide(sql, id, withPosts)
    const posts = await (withPosts ? lockPostsBy : postsBy)(sql, id)
    const commented = await postsCommentedBy(sql, id)
    const left = { posts, commented, signIns: await signInsOf(sql, id) }
    if (withPosts) {
      await removePosts(sql, id, new Set(posts.map(({ categoryId }) => categoryId)))
      await discountCommentsBy(sql, id)
      await removeCommentsBy(sql, id)
    }
    await forgetMailsOf(sql, id)
    const { affectedRows } = await deleteUser(sql, id)
    if (affectedRows === 0) throw gone()
    return left
  })
  if (!left) return false
  const { posts, commented, signIns } = left

  await forgetAll(cache, [
    ...invalidatedBy.userAddedOrChanged(name, id),
    ...invalidatedBy.signInsChanged(signIns),
    ...(isLarge ? invalidatedBy.accountHidden(id) : []),
  ])
  if (isLarge) return true
  await forgetAll(cache, invalidatedBy.bylinesChanged(commented))
  await (withPosts ? forgetPosts(context, posts) : forgetAll(cache, invalidatedBy.postsChanged(posts)))
  return true
}

type How = {
  withPosts?: boolean
  proven?: Proven
  by?: number | null
  expected?: (now: Member) => void
}

/** Its posts and comments are found where they are shown, not here. */
async function hide(sql: Sql, id: number, withPosts: boolean) {
  const signIns = await signInsOf(sql, id)
  await forgetMailsOf(sql, id)
  // It is free for others, as the name is.
  await deleteAddress(sql, id)
  if (!(await markAccountRemoved(sql, id, withPosts))) throw gone()
  return { posts: [], commented: [], signIns }
}

const gone = () => new Refusal(404, 'Nobody here has this name.')

async function removePosts(sql: Sql, author: number, categories: Set<number>): Promise<void> {
  // In order of their ids, as everyone who locks several does.
  for (const category of [...categories].sort((a, b) => a - b)) await discountPostsBy(sql, author, category)
  await deletePostsBy(sql, author)
}

/** Forgets as many keys as it takes, some at once. */
async function forgetAll(cache: Context['cache'], keys: string[]): Promise<void> {
  for (const some of chunks(keys, keysAtOnce)) await cache.invalidate(some)
}

const keysAtOnce = 2_000
