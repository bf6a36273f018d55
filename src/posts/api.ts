import { Elysia } from 'elysia'
import { memberOf, refuseAllButAuthor, refuseOthers } from '../accounts/access.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { categoryIn } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { largestLimit, limitIn } from '../http/paging.ts'
import { created, gone, list, one, refuseStale, unkept } from '../http/respond.ts'
import { readBody, readQuery } from '../openapi/validate.ts'
import { readPicture } from '../pictures/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { tagId } from '../tags/queries.ts'
import { booleanQuery, mostWords, wordsIn } from '../text/words.ts'
import { documentedPosts as documented } from './api-document.ts'
import { readPatch, readPost } from './draft.ts'
import { bounded, cursorIn, listPosts, type PostList, sorts } from './list.ts'
import { type Post, postById } from './queries.ts'
import { removePostBy } from './removal.ts'
import { changePost, contentOf, postAdded, postAt, storePost } from './service.ts'

/** Posts for programs. */
export const postsApi = (context: Context) =>
  new Elysia({ name: 'posts-api', prefix: '/api' })
    .get(
      '/posts',
      async ({ request }) => {
        const { posts, nextCursor, source } = await postsListed(context, request)
        return list(request, posts.map(serialized), nextCursor ? { before: nextCursor } : undefined, source)
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
        return one(request, serialized(post), source)
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

        return unkept(serialized(await changePost(context, post, patch, asExpected(request))))
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
const asExpected = (request: Request) => (now: Post) => refuseStale(request, serialized(now))

async function addPost(context: Context, request: Request, authorId: number): Promise<Response> {
  const body = await readBody(request, documented.addPost)
  const { errors: wrong, draft } = readPost(body, await categoryIn(context, body.category))
  const { errors, added } = draft ? await readPicture(context, body) : { errors: {} }
  const post = { ...orRefuse({ errors: { ...wrong, ...errors }, draft }), authorId }

  const content = { by: authorId, what: contentOf(post, added) }
  const { made } = await idempotent(context, request, content, (sql) => storePost(sql, post, added))
  return created(`/api/posts/${made}`, serialized(await postAdded(context, made, post)))
}

/** Returns what was read from a body. Throws a 422 that says of each field what is wrong with it. */
function orRefuse<Draft>({ errors = {}, draft }: { errors?: FieldErrors; draft?: Draft }): Draft {
  if (draft !== undefined && Object.keys(errors).length === 0) return draft
  throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
}

const serialized = (post: Post) => ({
  id: post.id,
  title: post.title,
  body: post.body,
  category: post.category,
  author: post.author,
  likes: post.likes,
  comments: post.comments,
  image: serializedImage(post),
  createdAt: post.createdAt,
  editedAt: post.editedAt,
})

const serializedImage = ({ imageHash, imageWidth, imageHeight, imageAlt }: Post) =>
  imageHash === null
    ? null
    : { url: `/images/${imageHash}-large.webp`, width: imageWidth, height: imageHeight, alt: imageAlt }
