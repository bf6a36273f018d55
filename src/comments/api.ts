import { Elysia } from 'elysia'
import { memberOf, refuseOthers } from '../accounts/access.ts'
import { created, gone, list, one, unkept } from '../api/answers.ts'
import { once } from '../api/once.ts'
import { largestLimit, limitIn } from '../api/paging.ts'
import { postAt } from '../board/post-page.ts'
import type { Context } from '../context.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { isId } from '../platform/fields.ts'
import { readObject } from '../platform/json.ts'
import { documentedComments as documented } from './api-document.ts'
import { readComment, readText } from './draft.ts'
import { type Comment, commentsAfter } from './queries.ts'
import {
  changeComment,
  commentAdded,
  commentOrRefuse,
  commentThere,
  removeComment,
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
      ({ request, params: { id } }) => addComment(context, request, id),
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
        const { body } = orRefuse(readText(await readObject(request)))
        return unkept(shownComment(await changeComment(context, comment, body)))
      },
      documented.change,
    )
    .delete(
      '/comments/:id',
      async ({ request, params: { id } }) => {
        const comment = await ownComment(context, request, id)
        const { post } = await postAt(context, `${comment.postId}`)
        await removeComment(context, comment, post)
        return gone()
      },
      documented.remove,
    )

async function listComments(context: Context, request: Request, id: string): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const after = searchParams.get('after') ?? '0'
  const limit = limitIn(searchParams.get('limit') ?? undefined)
  const errors = {
    ...(after === '0' || isId(after) ? {} : { after: 'after is what the Link header of a page gave.' }),
    ...(limit ? {} : { limit: `limit is a whole number from 1 to ${largestLimit}.` }),
  }
  if (!limit || Object.keys(errors).length > 0)
    throw new Refusal(422, 'The list cannot be made as it was asked for.', errors)

  const { post } = await postAt(context, id)
  const found = await commentsAfter(context.db, post.id, after, limit + 1)
  const page = found.slice(0, limit)
  const next = found.length > limit ? { after: `${page.at(-1)?.id}` } : undefined
  return list(request, page.map(shownComment), next)
}

async function addComment(context: Context, request: Request, id: string): Promise<Response> {
  const author = await memberOf(context, request)
  const { post } = await postAt(context, id)
  const draft = orRefuse(readComment(await readObject(request)))

  const { made } = await once(context, request, { by: author.id, what: draft }, (sql) =>
    storeComment(sql, post.id, author, draft),
  )
  return created(`/api/comments/${made}`, shownComment(await commentAdded(context, made, post)))
}

async function ownComment(context: Context, request: Request, id: string): Promise<Comment> {
  const viewer = await memberOf(context, request)
  const comment = await commentThere(context, id)
  refuseOthers(viewer, comment.authorId)
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
