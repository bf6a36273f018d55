import { remembered, untrueAfter } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import type { Source } from '../platform/cache.ts'
import { isMissingParent } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import {
  allCategories,
  type Category,
  countPosts,
  type Draft,
  fromTheTop,
  insertPost,
  newestPosts,
  newestPostsBy,
  newestPostsIn,
  type Post,
  postById,
} from './queries.ts'

/** Posts on one page of a list. */
export const pageSize = 20

/** One page of a list; `older` is the id to go on below, absent on the last page. */
export type PostList = { posts: Post[]; older: number | undefined; source: Source }

export async function categories({ cache, db }: Context): Promise<Category[]> {
  const { key, seconds } = remembered.categories
  return (await cache.remember(key(), seconds, () => allCategories(db))).value
}

/** The category of exactly this name, or a 404. */
export async function categoryNamed(context: Context, name: string): Promise<Category> {
  const found = (await categories(context)).find((each) => each.name === name)
  if (!found) throw new Refusal(404, 'There is no such category.')
  return found
}

export const newest = (context: Context, before?: string) =>
  list(context, remembered.newestPosts.key(), before, (from, limit) => newestPosts(context.db, from, limit))

export const newestIn = (context: Context, category: number, before?: string) =>
  list(context, remembered.newestPostsIn.key(category), before, (from, limit) =>
    newestPostsIn(context.db, category, from, limit),
  )

export const newestBy = (context: Context, author: number, before?: string) =>
  list(context, remembered.newestPostsBy.key(author), before, (from, limit) =>
    newestPostsBy(context.db, author, from, limit),
  )

/** Only first pages are remembered: who reads further down is rare, and what changed there hard to name. */
async function list(
  context: Context,
  key: string,
  before: string | undefined,
  load: (before: string, limit: number) => Promise<Post[]>,
): Promise<PostList> {
  const { value, source } = before
    ? { value: await load(before, pageSize + 1), source: 'mysql' as const }
    : await context.cache.remember(key, remembered.newestPosts.seconds, () => load(fromTheTop, pageSize + 1))
  const posts = await withTotals(context, value.slice(0, pageSize))
  return { posts, older: value.length > pageSize ? posts.at(-1)?.id : undefined, source }
}

/** The post of this id with its live count, or a 404. */
export async function postOrRefuse(context: Context, id: string): Promise<{ post: Post; source: Source }> {
  const { key, seconds } = remembered.post
  const { value, source } = await context.cache.remember(key(Number(id)), seconds, () =>
    postById(context.db, id),
  )
  const [post] = await withTotals(context, value ? [value] : [])
  if (!post) throw new Refusal(404, 'This post is gone.')
  return { post, source }
}

async function withTotals({ likes }: Context, posts: Post[]): Promise<Post[]> {
  const totals = await likes.totals(posts.map(({ id }) => id))
  return posts.map((post) => ({ ...post, likes: totals.get(post.id) ?? post.likes }))
}

/** Stores a post and gives it back as lists show it. */
export async function addPost(context: Context, draft: Draft): Promise<Post> {
  const id = await context.db
    .transaction(async (sql) => {
      await countPosts(sql, draft.categoryId, { posts: 1, acts: 0 })
      return insertPost(sql, draft)
    })
    .catch((error) => {
      if (isMissingParent(error))
        throw new Refusal(422, 'This category is gone.', { category: 'Choose another one.' })
      throw error
    })
  await context.cache.forget(untrueAfter.postAddedOrChanged({ id, ...draft }))
  return (await postOrRefuse(context, String(id))).post
}
