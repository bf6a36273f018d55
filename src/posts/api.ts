import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { wholeBodyAt } from '../../views/names.ts'
import { memberOf, refuseAllButAuthor, refuseOthers } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { categoryIn, longestName } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { soughtBy } from '../finding/question.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { largestLimit, limitIn, usualLimit } from '../http/paging.ts'
import { created, gone, list, notKept, one, refuseStale, unkept } from '../http/respond.ts'
import { inSlices } from '../http/slices.ts'
import { waitingSchema, waits } from '../newcomers/answer.ts'
import { heldIn, refuseChange } from '../newcomers/service.ts'
import { etag, newAddress, nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { changeOf, count, id as idSchema, nullOr, object, oneOf, time } from '../openapi/schema.ts'
import { pictureFields, pictureSchema } from '../pictures/schema.ts'
import { readPicture } from '../pictures/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { groundsOfRemoval } from '../rules/grounds.ts'
import { tagId } from '../tags/queries.ts'
import {
  type Fault,
  isSearchable,
  longestQuestion,
  mostFilters,
  mostTokens,
  mostWords,
  type Wanted,
  wantedIn,
} from '../text/question.ts'
import { longestBody, longestTitle, readPatch, readPost } from './draft.ts'
import { cursorIn, listPosts, type Order, type PostList, sorts } from './list.ts'
import { type Post, postById, wholeBodyOf } from './queries.ts'
import { removePostBy } from './removal.ts'
import { changePost, contentOf, postAdded, postAt, storing } from './service.ts'

/** Posts for programs. */
export const postsApi = (context: Context) =>
  new Elysia({ name: 'posts-api', prefix: '/api' })
    .get(
      '/posts',
      async ({ request }) => {
        const { posts, nextCursor, source, extent } = await postsListed(context, request)
        const next = nextCursor ? { before: nextCursor } : undefined
        const answer = list(request, posts.map(serialize), next, source)
        if (extent && extent.built < 1) answer.headers.set('x-search-built', extent.built.toFixed(3))
        return answer
      },
      operations.listPosts,
    )
    .post(
      '/posts',
      async ({ request }) => {
        const author = await memberOf(context, request)
        const find = (result: string | number) => postById(context.db, `${result}`)
        return orGone(context, request, author.id, () => addPost(context, request, author), find)
      },
      operations.addPost,
    )
    .get(
      '/posts/:id',
      async ({ request, params: { id } }) => {
        const { post, source } = await postAt(context, id)
        return one(request, serialize(post), source)
      },
      operations.post,
    )
    .get(
      '/posts/:id/body',
      async ({ params: { id } }) => {
        const { post } = await postAt(context, id)
        const body = await wholeBodyOf(context.db, post.id)
        if (body === undefined) throw new Refusal(404, 'This post is gone.')
        return new Response(inSlices(body), {
          headers: { 'content-type': 'text/plain; charset=utf-8', ...notKept },
        })
      },
      operations.body,
    )
    .patch(
      '/posts/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        refuseOthers(viewer, post.authorId)
        const fields = await readBody(request, operations.changePost)
        const patch = orRefuse(readPatch(fields, await categoryIn(context, fields.category)))
        if (patch.title !== undefined || patch.body !== undefined) refuseAllButAuthor(viewer, post.authorId)

        const { title = post.title, body = post.body } = patch
        if (patch.title !== undefined || patch.body !== undefined)
          await refuseChange(context, viewer, { title, body })
        const changed = await changePost(context, post, patch, { by: viewer, expected: asExpected(request) })
        return unkept(serialize(changed))
      },
      operations.changePost,
    )
    .delete(
      '/posts/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const { post } = await postAt(context, id)
        const { rule, reason = '' } = readQuery(request, operations.removePost)
        const typed = { rule: `${rule ?? ''}`, reason }
        await removePostBy(context, viewer, post, typed, asExpected(request))
        return gone()
      },
      operations.removePost,
    )

/** Throws a 404 where the category or the user is not known; a tag may be any word. */
async function postsListed(context: Context, request: Request): Promise<PostList> {
  const { category: categoryName, user, tag: tagName, wanted, ...query } = listQueryIn(request)
  const category = categoryName === undefined ? undefined : await categoryIn(context, categoryName)
  if (categoryName !== undefined && !category) throw new Refusal(404, 'There is no such category.')
  const author = user === undefined ? undefined : await memberOrRefuse(context, user)
  const tag = tagName === undefined ? undefined : await tagId(context.db, tagName)
  if (tag === null) return { posts: [], nextCursor: undefined, source: 'mysql' }

  const filter = { category: category?.id, author: author?.member.id, tag }
  const sought = wanted && (await soughtBy(context, wanted))
  return listPosts(context, { ...query, ...filter, sought, text: 'full', signal: request.signal })
}

/** Reads the query of a list of posts. Throws a 422 that says of each parameter what is wrong with it. */
function listQueryIn(request: Request) {
  const { searchParams } = new URL(request.url)
  // An empty search box, or a choice of nothing, filters nothing.
  const exactly = (name: string) => searchParams.get(name) || undefined
  const given = (name: string) => exactly(name)?.trim() || undefined
  const q = given('q')
  const orders: Order[] = q === undefined ? sorts : [...sorts, 'best']
  const sort = orders.find((each) => each === (given('sort') ?? 'new'))
  const limit = limitIn(given('limit'))
  const before = given('before')
  const cursor = before === undefined ? undefined : cursorIn(before, sort ?? 'new')
  const { wanted, fault } = q === undefined ? { wanted: undefined } : questionIn(q)

  const errors: FieldErrors = {
    ...(sort ? {} : { sort: 'sort is new, top or hot, or with q best.' }),
    ...(limit ? {} : { limit: `limit is a whole number from 1 to ${largestLimit}.` }),
    ...(before !== undefined && !cursor ? { before: 'before is what the Link header of a page gave.' } : {}),
    ...(fault ? { q: fault } : {}),
  }
  if (!sort || !limit || Object.keys(errors).length > 0)
    throw new Refusal(422, 'The list cannot be made as it was asked for.', errors)
  // Names from /api/v1 may begin and end in spaces.
  const [category, user] = ['category', 'user'].map(exactly)
  return { category, user, tag: given('tag'), wanted, sort, cursor, limit }
}

/** Reads what is looked for, or says what is wrong with it. */
function questionIn(q: string): { wanted: Wanted; fault: string | undefined } {
  const { wanted, faults } = wantedIn(q)
  const [fault] = faults
  if (fault) return { wanted, fault: faultsOfQ[fault] }
  const isLong = [...q].length > longestQuestion
  const says = isLong
    ? say('A question has at most {longest} characters.', { longest: longestQuestion })
    : 'q needs a letter, a digit or an emoji.'
  return { wanted, fault: isLong || !isSearchable(wanted) ? says : undefined }
}

const faultsOfQ: Record<Fault, string> = {
  words: `q has at most ${mostWords} words.`,
  long: `q has at most ${mostTokens} words or, in scripts without spaces, pairs of letters.`,
  filters: `q has at most ${mostFilters} filters.`,
  day: 'before: and after: want a day, such as 2026-11-29.',
}

/** Looks at the post as it is when nobody else changes it any more. */
const asExpected = (request: Request) => (now: Post) => refuseStale(request, serialize(now))

async function addPost(context: Context, request: Request, author: Viewer): Promise<Response> {
  const body = await readBody(request, operations.addPost)
  const { errors: wrong, draft } = readPost(body, await categoryIn(context, body.category))
  const { errors, added } = draft ? await readPicture(context, body) : { errors: {} }
  const post = { ...orRefuse({ errors: { ...wrong, ...errors }, draft }), authorId: author.id }

  const identity = { by: author.id, content: contentOf(post, added) }
  const rows = [`category ${post.categoryId}`, `writer ${author.id}`]
  const store = await storing(context, author, post, added)
  const { result } = await idempotent(context, request, identity, store, rows)
  const held = heldIn(result)
  if (held !== undefined) return waits(held)
  return created(`/api/posts/${result}`, serialize(await postAdded(context, Number(result), post)))
}

/** Returns what was read from a body. Throws a 422 that says of each field what is wrong with it. */
function orRefuse<Draft>({ errors = {}, draft }: { errors?: FieldErrors; draft?: Draft }): Draft {
  if (draft !== undefined && Object.keys(errors).length === 0) return draft
  throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
}

const serialize = (post: Post): Static<typeof postSchema> => ({
  id: post.id,
  title: post.title,
  body: post.body,
  wholeBody: post.isCut ? wholeBodyAt(post.id) : null,
  category: post.category,
  author: post.author,
  likes: post.likes,
  comments: post.comments,
  image: serializeImage(post),
  createdAt: post.createdAt,
  editedAt: post.editedAt,
})

const serializeImage = ({
  imageHash,
  imageWidth,
  imageHeight,
  imageAlt,
}: Post): Static<typeof pictureSchema> | null =>
  imageHash === null || imageWidth === null || imageHeight === null
    ? null
    : { url: `/images/${imageHash}-large.webp`, width: imageWidth, height: imageHeight, alt: imageAlt }

const postSchema = object(
  {
    id: idSchema,
    title: t.String(),
    body: t.String({
      description:
        'Markdown as it was typed, of an act a plain caption: at most 100,000 characters, in lists 20,000.',
    }),
    wholeBody: nullOr(t.String(), { description: 'Where all of the text is, when there is more of it.' }),
    category: t.String(),
    author: nullOr(t.String(), { description: 'null when the account is gone.' }),
    likes: count,
    comments: count,
    image: nullOr(pictureSchema),
    createdAt: time,
    editedAt: nullOr(time),
  },
  { $id: 'Post' },
)

const draft = {
  category: t.String({ judged: { minLength: 1, maxLength: longestName } }),
  title: t.String({ judged: { minLength: 1, maxLength: longestTitle } }),
  body: t.String({ judged: { minLength: 1, maxLength: longestBody } }),
}

const hotness =
  'hot: 100 * log10(1 + likes) + seconds since year 0 / 450, so ten times the likes are worth 12.5 hours of age.'

const operations = {
  listPosts: operation({
    tag: 'posts',
    summary: 'A page of posts',
    query: object({
      category: t.Optional(t.String({ description: 'Only in this category; 404 where there is none.' })),
      user: t.Optional(t.String({ description: 'Only of this author; 404 where there is none.' })),
      tag: t.Optional(t.String({ description: 'Only with this hashtag in their text, without its #.' })),
      q: t.Optional(
        t.String({
          description: [
            'Only with all these words, ten at most, in title or text; a word may go on, "words in quotes"',
            'stand just so. author:NAME, in:CATEGORY, after:DAY and before:DAY narrow it, as in',
            'in:"Town square" after:2026-03-01; of several authors or categories any will do.',
          ].join(' '),
        }),
      ),
      sort: oneOf([...sorts, 'best'], {
        default: 'new',
        description: `top: most likes first. ${hotness} Both follow likes within half a minute after they reached the database. best, with q: of the newest 2,000 hits those first that have all words in the title, then those that have them one after the other, then as whole words. With q, top and hot are those of the newest 2,000 hits.`,
      }),
      before: t.Optional(t.String({ description: 'From the Link header of the page before.' })),
      limit: t.Integer({
        minimum: 1,
        maximum: largestLimit,
        default: usualLimit,
        description: 'Posts.',
      }),
    }),
    answers: { 200: t.Array(postSchema) },
    headers: {
      ...nextPage,
      'X-Search-Built': { description: 'With q, while search has read only so much of the board: 0 to 1.' },
    },
    problems: [404, 422],
  }),
  addPost: operation({
    tag: 'posts',
    summary: 'Writes a post, with a picture when it is sent as a form',
    needs: 'member',
    body: object(draft),
    form: object({ ...draft, ...pictureFields }),
    answers: { 201: postSchema, 202: waitingSchema },
    headers: newAddress,
    isIdempotent: true,
  }),
  post: operation({
    tag: 'posts',
    summary: 'One post',
    answers: { 200: postSchema, 304: null },
    headers: etag,
    problems: [404],
  }),
  body: operation({
    tag: 'posts',
    summary: 'The whole text of a post',
    description: 'As it was typed. Nothing but the caption of an act is longer than a post says by itself.',
    answers: { 200: t.String() },
    answersAs: 'text/plain',
    problems: [404],
  }),
  changePost: operation({
    tag: 'posts',
    summary: 'Changes a post of one’s own',
    description:
      'What is left out stays as it is. Admins may move any to another category, which other admins read, and change nothing else of it.',
    needs: 'member',
    body: changeOf(draft),
    answers: { 200: postSchema },
    problems: [403, 404],
    isConditional: true,
  }),
  removePost: operation({
    tag: 'posts',
    summary: 'Removes a post of one’s own, or as an admin any other one, with a reason',
    needs: 'member',
    query: object(groundsOfRemoval),
    answers: { 204: null },
    problems: [403, 404, 422],
    isConditional: true,
  }),
}
