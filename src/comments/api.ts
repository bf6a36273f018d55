import { Elysia } from 'elysia'
import { memberOf, refuseAllButAuthor } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { idempotent, orGone } from '../http/idempotency/idempotency.ts'
import { pageOf, usualLimit } from '../http/paging.ts'
import { created, gone, list, one, refuseStale, unkept } from '../http/respond.ts'
import { readBody, readQuery } from '../openapi/validate.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { postAt } from '../posts/service.ts'
import { documentedComments as documented } from './api-document.ts'
import { readComment, readText } from './draft.ts'
import { type Comment, commentById, commentsAfter } from './queries.ts'
import {
  changeComment,
  commentAdded,
  commentOrRefuse,
  commentThere,
  removeCommentBy,
  storeComment,
} from './service.ts'

/** Comments for programs. */
export const commentsApi = (context: Context) =>
  new Elysia({ name: 'comments-api', prefix: '/api' })
    .get(
      '/posts/:id/comments',
      ({ request, params: { id } }) => listComments(context, request, id),
      documented.list,
    )
    .post(
      '/posts/:id/comments',
      async ({ request, params: { id } }) => {
        const author = await memberOf(context, request)
        const find = (made: string | number) => commentById(context.db, `${made}`)
        return orGone(context, request, author.id, () => addComment(context, request, id, author), find)
      },
      documented.add,
    )
    .get(
      '/comments/:id',
      async ({ request, params: { id } }) => one(request, shownComment(await commentOrRefuse(context, id))),
      documented.comment,
    )
    .patch(
      '/comments/:id',
      async ({ request, params: { id } }) => {
        const comment = await ownComment(context, request, id)
        const { body } = orRefuse(readText(await readBody(request, documented.change)))
        return unkept(shownComment(await changeComment(context, comment, body, asExpected(request))))
      },
      documented.change,
    )
    .delete(
      '/comments/:id',
      async ({ request, params: { id } }) => {
        const viewer = await memberOf(context, request)
        const comment = await commentThere(context, id)
        const { reason = '' } = readQuery(request, documented.remove)
        await removeCommentBy(context, viewer, comment, reason, asExpected(request))
        return gone()
      },
      documented.remove,
    )

async function listComments(context: Context, request: Request, id: string): Promise<Response> {
  const { after = '0', limit: text } = readQuery(request, documented.list)
  const limit = text === undefined ? usualLimit : Number(text)

  const { post } = await postAt(context, id)
  const { rows, last } = pageOf(await commentsAfter(context.db, post.id, after, limit + 1), limit)
  return list(request, rows.map(shownComment), last && { after: `${last.id}` })
}

/** Looks at the comment as it is when nobody else changes it any more. */
const asExpected = (request: Request) => (now: Comment) => refuseStale(request, shownComment(now))

async function addComment(context: Context, request: Request, id: string, author: Viewer): Promise<Response> {
  const { post } = await postAt(context, id)
  const draft = orRefuse(readComment(await readBody(request, documented.add)))

  const { made } = await idempotent(context, request, { by: author.id, what: draft }, (sql) =>
    storeComment(sql, post.id, author, draft),
  )
  return created(`/api/comments/${made}`, shownComment(await commentAdded(context, made, post)))
}

async function ownComment(context: Context, request: Request, id: string): Promise<Comment> {
  const viewer = await memberOf(context, request)
  const comment = await commentThere(context, id)
  refuseAllButAuthor(viewer, comment.authorId)
  return comment
}

function orRefuse<Draft>({ errors, draft }: { errors?: FieldErrors; draft?: Draft }): Draft {
  if (draft !== undefined) return draft
  throw new Refusal(422, 'Something in this request cannot be taken as it is.', errors)
}

const shownComment = ({ id, postId, parentId, author, body, createdAt, editedAt, removedAt }: Comment) => ({
  ...{ id, post: postId, parent: parentId, author, body },
  ...{ createdAt, editedAt, removed: removedAt !== null },
})
