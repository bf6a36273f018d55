import { Elysia } from 'elysia'
import { nameInPath, segmentOf } from '../../views/names.ts'
import { adminOf, memberOf, refuseAllButAuthor, refuseOthers } from '../accounts/access.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { invalidatedBy } from '../cache-policy.ts'
import { refuseAdding, removeEmptyCategory } from '../categories/removal.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { largestLimit, limitIn } from '../http/paging.ts'
import { created, gone, list, one, refuseStale, unkept } from '../http/respond.ts'
import { readBody, readQuery } from '../openapi/validate.ts'
import { readPicture } from '../pictures/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { tagId } from '../tags/queries.ts'
import { booleanQuery, mostWords, wordsIn } from '../text/words.ts'
import { documentedBoard as documented } from './api-document.ts'
import { readCategory, readPatch, readPost } from './draft.ts'
import { bounded, cursorIn, listPosts, type PostList, sorts } from './list.ts'
import { postAt } from './post-page.ts'
import { type Category, categoryById, categoryByName, type Post, postById } from './queries.ts'
import { removePostBy } from './removal.ts'
import {
  categoryIn,
  categoryNamed,
  categoryPage,
  changePost,
  contentOf,
  postAdded,
  storeCategory,
  storePost,
} from './service.ts'

/** Categories and posts for programs. */
export const postsApi = (context: Context) =>
  new Elysia({ name: 'posts-api', prefix: '/api' })
    .get(
      '/categories',
      async ({ request }) => {
        const { after, limit } = readQuery(request, documented.listCategories)
        const page = await categoryPage(context, after, limit === undefined ? undefined : Number(limit))
        const next = page.next === undefined ? undefined : { after: `${page.next}` }
        return list(request, page.categories.map(shownCategory), next)
      },
      documented.listCategories,
    )
    .post(
      '/categories',
      async ({ request }) => {
        const { id } = await memberOf(context, request)
        await refuseAdding(context, request)
        const add = () => addCategory(context, request, id)
        return orGone(context, request, id, add, (made) => categoryMade(context, made))
      },
      documented.addCategory,
    )
    .get(
      '/categories/:name',
      async ({ request, params: { name } }) =>
        one(request, shownCategory(await categoryNamed(context, nameInPath(name)))),
      documented.category,
    )
    .delete(
      '/categories/:name',
      async ({ request, params: { name } }) => {
        const admin = await adminOf(context, request)
        const category = await categoryNamed(context, nameInPath(name))
        refuseStale(request, shownCategory(category))
        await removeEmptyCategory(context, admin, category.id)
        return gone()
      },
      documented.removeCategory,
    )

    .get(
      '/posts',
      async ({ request }) => {
        const { posts, nextCursor, source } = await postsListed(context, request)
        return list(request, posts.map(shownPost), nextCursor ? { before: nextCursor } : undefined, source)
      },
      documented.listPosts,
    )
    .post(
      '/posts',
      async ({ request }) => {
        const { id } = await memberOf(context, request)
        const find = (made: string | number) => postById(context.db, `${made}`)
        return orGone(context, request, id, () => addPost(context, request, id), find)
      },
      documented.addPost,
    )
    .get(
      '/posts/:id',
      async ({ request, params: { id } }) => {
        const { post, source } = await postAt(context, id)
        return one(request, shownPost(post), source)
      },
      documented.post,
    )
    .patch(
      '/posts/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        refuseOthers(viewer, post.authorId)
        const fields = await readBody(request, documented.changePost)
        const patch = orRefuse(readPatch(fields, await categoryIn(context, fields.category)))
        if (patch.title !== undefined || patch.body !== undefined) refuseAllButAuthor(viewer, post.authorId)

        return unkept(shownPost(await changePost(context, post, patch, asExpected(request))))
      },
      documented.changePost,
    )
    .delete(
      '/posts/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        const { reason = '' } = readQuery(request, documented.removePost)
        await removePostBy(context, viewer, post, reason, asExpected(request))
        return gone()
      },
      documented.removePost,
    )

/** Throws a 404 where the category or the user is not known; a tag may be any word. */
async function postsListed(context: Context, request: Request): Promise<PostList> {
  const { category: categoryName, user, tag: tagName, ...query } = listQueryIn(request)
  const category = categoryName === undefined ? undefined : await categoryIn(context, categoryName)
  if (categoryName !== undefined && !category) throw new Refusal(404, 'There is no such category.')
  const author = user === undefined ? undefined : await memberOrRefuse(context, user)
  const tag = tagName === undefined ? undefined : await tagId(context.db, tagName)
  if (tag === null) return { posts: [], nextCursor: undefined, source: 'mysql' }

  const filter = { category: category?.id, author: author?.member.id, tag }
  return listPosts(
    context,
    { ...query, ...filter, text: 'full' },
    query.words === undefined ? undefined : (load) => bounded(context, request, load),
  )
}

/** Reads the query of a list of posts. Throws a 422 that says of each parameter what is wrong with it. */
function listQueryIn(request: Request) {
  const { searchParams } = new URL(request.url)
  // An empty search box, or a choice of nothing, filters nothing.
  const exactly = (name: string) => searchParams.get(name) || undefined
  const given = (name: string) => exactly(name)?.trim() || undefined
  const sort = sorts.find((each) => each === (given('sort') ?? 'new'))
  const limit = limitIn(given('limit'))
  const before = given('before')
  const cursor = before === undefined ? undefined : cursorIn(before, sort ?? 'new')
  const q = given('q')
  const words = q === undefined ? undefined : booleanQuery(q)

  const errors: FieldErrors = {
    ...(sort ? {} : { sort: 'sort is new, top or hot.' }),
    ...(limit ? {} : { limit: `limit is a whole number from 1 to ${largestLimit}.` }),
    ...(before !== undefined && !cursor ? { before: 'before is what the Link header of a page gave.' } : {}),
    ...(q !== undefined && !words ? { q: 'q needs a word of at least three letters.' } : {}),
    ...(q !== undefined && wordsIn(q).length > mostWords ? { q: `q has at most ${mostWords} words.` } : {}),
  }
  if (!sort || !limit || Object.keys(errors).length > 0)
    throw new Refusal(422, 'The list cannot be made as it was asked for.', errors)
  // Names from /api/v1 may begin and end in spaces.
  const [category, user] = ['category', 'user'].map(exactly)
  return { category, user, tag: given('tag'), words, sort, cursor, limit }
}

/** Looks at the post as it is when nobody else changes it any more. */
const asExpected = (request: Request) => (now: Post) => refuseStale(request, shownPost(now))

async function addCategory(context: Context, request: Request, by: number): Promise<Response> {
  const { name } = orRefuse(readCategory(await readBody(request, documented.addCategory)))

  const { made } = await idempotent(context, request, { by, what: name }, (sql) => storeCategory(sql, name))
  await context.cache.invalidate(invalidatedBy.categoryAddedOrRemoved())
  const category = await categoryMade(context, made)
  if (!category) throw new Refusal(404, 'There is no such category.')
  return created(`/api/categories/${segmentOf(category.name)}`, shownCategory(category))
}

/** The category of this id: it may have another name by now. The release before kept its name. */
const categoryMade = ({ db }: Context, made: string | number) =>
  typeof made === 'number' ? categoryById(db, `${made}`) : categoryByName(db, made)

async function addPost(context: Context, request: Request, authorId: number): Promise<Response> {
  const body = await readBody(request, documented.addPost)
  const { errors: wrong, draft } = readPost(body, await categoryIn(context, body.category))
  const { errors, added } = draft ? await readPicture(context, body) : { errors: {} }
  const post = { ...orRefuse({ errors: { ...wrong, ...errors }, draft }), authorId }

  const asked = { by: authorId, what: contentOf(post, added) }
  const { made } = await idempotent(context, request, asked, (sql) => storePost(sql, post, added))
  return created(`/api/posts/${made}`, shownPost(await postAdded(context, made, post)))
}

/** What was read from a body, or a 422 that says of each field what is wrong with it. */
function orRefuse<Draft>({ errors = {}, draft }: { errors?: FieldErrors; draft?: Draft }): Draft {
  if (draft !== undefined && Object.keys(errors).length === 0) return draft
  throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
}

const shownCategory = ({ id, name, posts }: Category) => ({ id, name, posts })

const shownPost = (post: Post) => ({
  id: post.id,
  title: post.title,
  body: post.body,
  category: post.category,
  author: post.author,
  likes: post.likes,
  comments: post.comments,
  image: shownImage(post),
  createdAt: post.createdAt,
  editedAt: post.editedAt,
})

const shownImage = ({ imageHash, imageWidth, imageHeight, imageAlt }: Post) =>
  imageHash === null
    ? null
    : { url: `/images/${imageHash}-large.webp`, width: imageWidth, height: imageHeight, alt: imageAlt }
