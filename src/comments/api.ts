import { type Static, Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { memberOf, refuseAllButAuthor } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { pageOf, pageParams } from '../http/paging.ts'
import { created, gone, list, one, refuseStale, unkept } from '../http/respond.ts'
import { waitingSchema, waits } from '../newcomers/answer.ts'
import { heldIn, refuseChange } from '../newcomers/service.ts'
import { etag, newAddress, nextPage, operation } from '../openapi/operation.ts'
import { readBody, readQuery } from '../openapi/read.ts'
import { changeOf, id as idSchema, nullOr, object, time } from '../openapi/schema.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { postAt } from '../posts/service.ts'
import { groundsOfRemoval } from '../rules/grounds.ts'
import { type CommentDraft, longestComment, readComment, readText } from './draft.ts'
import { type Comment, commentById, commentsAfter } from './queries.ts'
import {
  changeComment,
  commentAdded,
  commentOrRefuse,
  commentThere,
  removeCommentBy,
  storingComment,
} from './service.ts'

/** Comments for programs. */
export const commentsApi = (context: Context) =>
  new Elysia({ name: 'comments-api', prefix: '/api' })
    .get(
      '/posts/:id/comments',
      ({ request, params: { id } }) => listComments(context, request, id),
      operations.list,
    )
    .post(
      '/posts/:id/comments',
      async ({ request, params: { id } }) => {
        const author = await memberOf(context, request)
        const find = (result: string | number) => commentById(context.db, `${result}`)
        let reading: Promise<CommentDraft> | undefined
        const draft = () => {
          reading ??= readBody(request, operations.add).then((body) => orRefuse(readComment(body)))
          return reading
        }
        const answer = () => addComment(context, request, id, author, draft)
        return orGone(context, request, author.id, answer, find, draft)
      },
      operations.add,
    )
    .get(
      '/comments/:id',
      async ({ request, params: { id } }) => one(request, serialize(await commentOrRefuse(context, id))),
      operations.comment,
    )
    .patch(
      '/comments/:id',
      async ({ request, params: { id } }) => {
        const { comment, viewer } = await ownComment(context, request, id)
        const { body } = orRefuse(readText(await readBody(request, operations.change)))
        await refuseChange(context, viewer, { body })
        return unkept(serialize(await changeComment(context, comment, body, asExpected(request))))
      },
      operations.change,
    )
    .delete(
      '/comments/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const comment = await commentThere(context, id)
        const { rule, reason = '' } = readQuery(request, operations.remove)
        const typed = { rule: `${rule ?? ''}`, reason }
        await removeCommentBy(context, viewer, comment, typed, asExpected(request))
        return gone()
      },
      operations.remove,
    )

async function listComments(context: Context, request: Request, id: string): Promise<Response> {
  const { after = '0', limit } = readQuery(request, operations.list)
  const { post } = await postAt(context, id)
  const { rows, last } = pageOf(await commentsAfter(context.db, post.id, after, limit + 1), limit)
  return list(request, rows.map(serialize), last && { after: `${last.id}` })
}

/** Looks at the comment as it is when nobody else changes it any more. */
const asExpected = (request: Request) => (now: Comment) => refuseStale(request, serialize(now))

async function addComment(
  context: Context,
  request: Request,
  id: string,
  author: Viewer,
  read: () => Promise<CommentDraft>,
): Promise<Response> {
  const { post } = await postAt(context, id)
  const draft = await read()

  const identity = { by: author.id, content: draft }
  const rows = [`post ${post.id}`, `writer ${author.id}`]
  const store = await storingComment(context, post, author, draft)
  const { result } = await idempotent(context, request, identity, store, rows)
  const held = heldIn(result)
  if (held !== undefined) return waits(held)
  return created(`/api/comments/${result}`, serialize(await commentAdded(context, Number(result), post)))
}

async function ownComment(context: Context, request: Request, id: string) {
  const viewer = await memberOf(context, request)
  const comment = await commentThere(context, id)
  refuseAllButAuthor(viewer, comment.authorId)
  return { comment, viewer }
}

function orRefuse<Draft>({ errors, draft }: { errors?: FieldErrors; draft?: Draft }): Draft {
  if (draft !== undefined) return draft
  throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
}

function serialize(comment: Comment): Static<typeof commentSchema> {
  const { id, postId, parentId, author, body, createdAt, editedAt, removedAt } = comment
  const removed = removedAt !== null
  return { id, post: postId, parent: parentId, author, body, createdAt, editedAt, removed }
}

const commentSchema = object(
  {
    id: idSchema,
    post: idSchema,
    parent: nullOr(idSchema, { description: 'What it answers; null: the post.' }),
    author: nullOr(t.String(), { description: 'null when it is removed or the account is gone.' }),
    body: t.String({ description: 'Markdown as it was typed; empty when it is removed.' }),
    createdAt: time,
    editedAt: nullOr(time),
    removed: t.Boolean({
      description: 'It stays because there are replies to it, or for the reason given.',
    }),
  },
  { $id: 'Comment' },
)

const body = t.String({ judged: { minLength: 1, maxLength: longestComment }, description: 'Markdown.' })
const parent = nullOr(t.Integer(), {
  judged: { minimum: 1 },
  description: 'The comment that this one answers.',
})

const operations = {
  list: operation({
    tag: 'comments',
    summary: 'A page of the comments on a post',
    description: 'In the order in which they were written, so what a reply answers comes before it.',
    query: object(pageParams({ description: 'Comments.' })),
    answers: { 200: t.Array(commentSchema) },
    headers: nextPage,
    problems: [404, 410, 422],
  }),
  add: operation({
    tag: 'comments',
    summary: 'Writes a comment',
    needs: 'member',
    body: object({ body, parent: t.Optional(parent) }),
    answers: { 201: commentSchema, 202: waitingSchema },
    headers: newAddress,
    problems: [404, 410],
    isIdempotent: true,
  }),
  comment: operation({
    tag: 'comments',
    summary: 'One comment',
    answers: { 200: commentSchema, 304: null },
    headers: etag,
    problems: [404],
  }),
  change: operation({
    tag: 'comments',
    summary: 'Changes a comment of one’s own',
    description: 'Admins may change any.',
    needs: 'member',
    body: changeOf({ body }),
    answers: { 200: commentSchema },
    problems: [403, 404, 410],
    isConditional: true,
  }),
  remove: operation({
    tag: 'comments',
    summary: 'Removes a comment of one’s own, or as an admin any other one, with a reason',
    description: 'One with replies stays, without its text and author; so does one that an admin removes.',
    needs: 'member',
    query: object({
      ...groundsOfRemoval,
    }),
    answers: { 204: null },
    problems: [403, 404, 410, 422],
    isConditional: true,
  }),
}
