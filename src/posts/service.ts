import { say, translated } from '../../texts/say.ts'
import { categoriesListed } from '../../views/names.ts'
import { lookOfWords } from '../accounts/names.ts'
import { cached, invalidatedBy } from '../cache-policy.ts'
import type { Context } from '../context.ts'
import { pageOf } from '../http/paging.ts'
import { nameAlike } from '../names/service.ts'
import { insertPicture } from '../pictures/queries.ts'
import type { AddedPicture } from '../pictures/service.ts'
import type { Source } from '../platform/cache.ts'
import { isDuplicate, isMissingParent, type Sql } from '../platform/db.ts'
import { Refusal } from '../platform/errors.ts'
import { retagPost, tagPost } from '../tags/service.ts'
import type { Patch } from './draft.ts'
import { withTotals } from './list.ts'
import {
  type Category,
  categoriesAfter,
  categoryByName,
  countPosts,
  type Draft,
  discountPost,
  insertCategory,
  insertPost,
  lockPost,
  moveAct,
  moveRank,
  type Post,
  type PostPlace,
  postById,
  reasonOfRemoval,
  updatePost,
} from './queries.ts'

/** The oldest categories, for menus and forms; one more than is listed where there are more. */
export async function categories({ cache, db }: Context): Promise<Category[]> {
  const { key, seconds } = cached.categories
  return (await cache.remember(key(), seconds, () => categoriesAfter(db, '0', categoriesListed + 1))).value
}

export type CategoryPage = { categories: Category[]; next: number | undefined }

/** A page of all categories; `next` is what the page after it begins after. */
export async function categoryPage({ db }: Context, after = '0', limit = 100): Promise<CategoryPage> {
  const page = pageOf(await categoriesAfter(db, after, limit + 1), limit)
  return { categories: page.rows, next: page.last?.id }
}

/** The category that a form or body names, by its name or as much of it as the form lists. */
export async function categoryIn(context: Context, field: unknown): Promise<Category | undefined> {
  if (typeof field !== 'string' || field === '') return undefined
  const offered = (await categories(context)).find(({ name }) => name === field)
  return offered ?? categoryByName(context.db, field)
}

/**
 * Stores a new category. A name that is taken is refused, and one that looks like another's. `isAnyName`: it is kept as it
 * was sent, whatever it looks like.
 */
export async function storeCategory(sql: Sql, name: string, { isAnyName = false } = {}): Promise<number> {
  if (!isAnyName) await refuseAlike(sql, name)
  try {
    return (await insertCategory(sql, name, lookOfWords(name), isAnyName)).insertId
  } catch (error) {
    throw isDuplicate(error) ? taken : error
  }
}

/** Throws a 409 for a name that another category has, or one that looks the same. */
export async function refuseAlike(sql: Sql, name: string, but?: number): Promise<void> {
  const other = await nameAlike(sql, 'categories', lookOfWords, name, but)
  if (other !== undefined) throw other === name ? taken : tooAlike
}

const taken = new Refusal(409, 'There is a category of this name.', {
  name: 'There is a category of this name.',
})
const tooAlike = new Refusal(409, 'There is a category whose name looks the same.', {
  name: 'There is a category whose name looks the same.',
})

/** The category of exactly this name, or a 404. */
export async function categoryNamed(context: Context, name: string): Promise<Category> {
  const found = await categoryByName(context.db, name)
  if (!found) throw new Refusal(404, 'There is no such category.')
  return found
}

/** The post of this id with its live count, or a 404. */
export async function postOrRefuse(context: Context, id: string): Promise<{ post: Post; source: Source }> {
  const { key, seconds } = cached.post
  const { value, source } = await context.cache.remember(key(Number(id)), seconds, () =>
    postById(context.db, id),
  )
  const [post] = await withTotals(context, value ? [value] : [])
  if (!post) throw await whyGone(context, id)
  return { post, source }
}

/** A post that an admin took off the board leaves the reason behind. */
async function whyGone({ db }: Context, id: string): Promise<Refusal> {
  const reason = await reasonOfRemoval(db, id)
  return reason === undefined
    ? new Refusal(404, 'This post is gone.')
    : new Refusal(410, say('This post was removed: {reason}', { reason: translated(reason) }))
}

/** What tells one new post from another, when the same is sent twice. */
export const contentOf = (draft: Draft, added?: AddedPicture) =>
  added ? { ...draft, image: { hash: added.picture.hash, alt: added.alt } } : draft

/** The part of adding a post that belongs into a transaction. Returns the post's id. */
export async function storePost(sql: Sql, draft: Draft, added?: AddedPicture): Promise<number> {
  try {
    if (added) await insertPicture(sql, added.picture)
    if (!(await countPosts(sql, draft.categoryId, { posts: 1, acts: 0 }))) throw categoryGone()
    const id = await insertPost(sql, contentOf(draft, added))
    await tagPost(sql, id, draft.body)
    return id
  } catch (error) {
    throw inTermsOfCategories(error)
  }
}

/** The part that comes after it: everyone sees the post from now on. */
export async function postAdded(context: Context, id: number, draft: Draft): Promise<Post> {
  await context.cache.invalidate(invalidatedBy.postAddedOrChanged({ id, ...draft }))
  context.live.publish({ kind: 'post', id, categoryId: draft.categoryId, authorId: draft.authorId })
  return (await postOrRefuse(context, String(id))).post
}

/** Throws when a post is not as somebody thought. */
export type Expected = (now: Post) => void

/** Changes what the patch names, and gives the post as it is then. */
export async function changePost(
  context: Context,
  post: Post,
  patch: Patch,
  expected?: Expected,
): Promise<Post> {
  const places = await context.db.transaction((sql) => patchPost(sql, post, patch, expected))
  await context.cache.invalidate(places.flatMap(invalidatedBy.postAddedOrChanged))
  return (await postOrRefuse(context, String(post.id))).post
}

/** What the patch doesn't name stays as it is now: somebody may have changed it since `post` was read. */
async function patchPost(
  sql: Sql,
  { id, isAct }: Post,
  patch: Patch,
  expected?: Expected,
): Promise<PostPlace[]> {
  const before = await lockPost(sql, id)
  const now = expected && (await postById(sql, `${id}`))
  if (!before) throw postGone()
  if (now) expected(now)
  const after = { ...before, ...patch }
  // Said again, it is not edited.
  if (Bun.deepEquals(after, before)) return []

  try {
    if (after.categoryId !== before.categoryId) await movePost(sql, before, after.categoryId)
    // Moved, it says what it said.
    const isEdited = after.title !== before.title || after.body !== before.body
    await updatePost(sql, id, { ...after, isEdited })
  } catch (error) {
    throw inTermsOfCategories(error)
  }
  if (!isAct && after.body !== before.body) await retagPost(sql, id, after.body)
  return [before, after]
}

/** A category that was removed while somebody chose it. */
const inTermsOfCategories = (error: unknown) => (isMissingParent(error) ? categoryGone() : error)

const categoryGone = () => new Refusal(422, 'This category is gone.', { category: 'Choose another one.' })

const postGone = () => new Refusal(404, 'This post is gone.')

async function movePost(sql: Sql, post: PostPlace, category: number): Promise<void> {
  if (!(await discountPost(sql, post))) throw postGone()
  const { affectedRows: acts } = await moveAct(sql, post.id, category)
  await moveRank(sql, post.id, category)
  if (!(await countPosts(sql, category, { posts: 1, acts }))) throw categoryGone()
}
