import { Elysia } from 'elysia'
import { CommentForm } from '../../views/comment-form.tsx'
import {
  CommentAdded,
  EditCommentForm,
  EditCommentPage,
  RepliesPage,
  ReplyPage,
} from '../../views/comment-forms.tsx'
import { CommentBody, CommentThread, Replies } from '../../views/comments.tsx'
import { memberOf, refuseAllButAuthor } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { overtakenErrors, refuseOvertaken, versionOf } from '../http/form-version.ts'
import { idempotentForm } from '../http/idempotency/idempotency.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { type Exchange, leadTo, respond } from '../http/respond.ts'
import { heldIn, refuseChange } from '../newcomers/service.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, isId, textOf } from '../platform/fields.ts'
import type { Post } from '../posts/queries.ts'
import { postAt } from '../posts/service.ts'
import { typedGrounds } from '../rules/grounds.ts'
import { type CommentDraft, readComment, readText } from './draft.ts'
import { drawPost } from './post-page.ts'
import {
  addressOf,
  changeComment,
  commentAdded,
  commentOrRefuse,
  commentThere,
  moreReplies,
  removeCommentBy,
  storingComment,
} from './service.ts'
import type { ShownComment } from './threads.ts'

/** A post with what people say to it: reading, writing, changing and taking back. */
export const comments = (context: Context) => {
  const refused = (exchange: Exchange, post: number, parent: number | undefined, typed: Typed) =>
    respond(exchange, {
      page: async () =>
        parent === undefined
          ? (await drawPost(context, exchange.request, `${post}`, typed)).page
          : replyPage(context, exchange.request, `${parent}`, typed),
      fragment: () => CommentForm({ post, parent, once: crypto.randomUUID(), ...typed }),
      status: 422,
      target: parent === undefined ? '#new-comment' : `#reply-${parent}`,
    })

  return new Elysia({ name: 'comments' })
    .get('/posts/:id', async ({ params: { id }, request, set }) => {
      const { page, source } = await drawPost(context, request, id)
      set.headers['x-source'] = source
      return page
    })

    .post('/posts/:id/comments', async ({ params: { id }, body, request, set }) => {
      const author = await memberOf(context, request)
      const { post } = await postAt(context, id)
      const { errors, draft } = readComment(asFields(body))
      const { answer, wrong = errors ?? {} } = draft
        ? await written(context, { request, set }, author, post, draft, body)
        : {}
      if (answer !== undefined) return answer

      const parent = textOf(asFields(body).parent)
      const typed = { body: textOf(asFields(body).body), errors: wrong }
      return refused({ request, set }, post.id, isId(parent) ? Number(parent) : undefined, typed)
    })

    .get('/comments/:id', async ({ params: { id }, request, set }) => {
      const comment = await commentOrRefuse(context, id)
      return respond(
        { request, set },
        {
          page: async () => seeOther(await addressOf(context, comment)),
          fragment: async () => {
            const { viewer } = await pageContextFor(context, request)
            const category = await categoryOf(context, comment)
            return CommentThread({ thread: { comment, replies: [] }, viewer, category })
          },
        },
      )
    })

    .get('/comments/:id/replies', async ({ params: { id }, request, set }) => {
      const from = new URL(request.url).searchParams.get('from') ?? ''
      const root = await commentOrRefuse(context, id)
      if (root.rootId !== null) return seeOther(await addressOf(context, root))
      const threads = await moreReplies(context, root.id, isId(from) ? from : '0')
      const pageContext = await pageContextFor(context, request)
      return respond(
        { request, set },
        {
          page: async () => {
            const { post } = await postAt(context, `${root.postId}`)
            return RepliesPage({ pageContext, post, root, threads })
          },
          fragment: async () =>
            Replies({
              ...{ root: root.id, threads, viewer: pageContext.viewer },
              category: await categoryOf(context, root),
            }),
        },
      )
    })

    .get('/comments/:id/reply', async ({ params: { id }, request, set }) => {
      await memberOf(context, request)
      return respond(
        { request, set },
        {
          page: () => replyPage(context, request, id),
          fragment: async () => {
            const comment = await commentThere(context, id)
            return CommentForm({ post: comment.postId, parent: comment.id, once: crypto.randomUUID() })
          },
        },
      )
    })

    .get('/comments/:id/edit', async ({ params: { id }, request, set }) => {
      const comment = await ownComment(context, request, id)
      const form = { comment, version: versionOf(comment.body) }
      return respond(
        { request, set },
        {
          page: async () => EditCommentPage({ pageContext: await pageContextFor(context, request), ...form }),
          fragment: () => EditCommentForm(form),
        },
      )
    })

    .post('/comments/:id/edit', async ({ params: { id }, body, request, set }) => {
      const comment = await ownComment(context, request, id)
      const pageContext = await pageContextFor(context, request)
      const fields = asFields(body)
      const { errors, draft } = readText(fields)
      const drawAgain = (status: number, form: Omit<Parameters<typeof EditCommentForm>[0], 'comment'>) => {
        const whole = { comment, body: textOf(fields.body), ...form }
        return respond(
          { request, set },
          {
            page: () => EditCommentPage({ pageContext, ...whole }),
            fragment: () => EditCommentForm(whole),
            status,
            target: `#edit-${comment.id}`,
          },
        )
      }
      if (!draft) return drawAgain(422, { version: textOf(fields.version), errors })
      try {
        if (pageContext.viewer) await refuseChange(context, pageContext.viewer, draft)
        const changed = await changeComment(context, comment, draft.body, (now) =>
          refuseOvertaken(fields, versionOf(now.body)),
        )
        return await respond(
          { request, set },
          {
            page: async () => seeOther(await addressOf(context, changed)),
            fragment: async () =>
              CommentBody({
                ...{ comment: changed, viewer: pageContext.viewer },
                category: await categoryOf(context, changed),
              }),
          },
        )
      } catch (error) {
        if (error instanceof Refusal && error.status === 422 && error.fields.body)
          return drawAgain(422, { version: textOf(fields.version), errors: error.fields })
        const overtaken = overtakenErrors(error)
        if (!overtaken) throw error
        const { body: now } = await commentThere(context, id)
        return drawAgain(409, { version: versionOf(now), errors: overtaken, now })
      }
    })

    .post('/comments/:id/remove', async ({ params: { id }, body, request }) => {
      const viewer = await memberOf(context, request)
      const comment = await commentThere(context, id)
      await removeCommentBy(context, viewer, comment, typedGrounds(body))
      return seeOther(`/posts/${comment.postId}#comments`)
    })
}

type Typed = { body: string; errors: FieldErrors }

/** Stores a comment. Returns the answer, or what was wrong with it by then. */
async function written(
  context: Context,
  exchange: Exchange,
  author: Viewer,
  post: Post,
  draft: CommentDraft,
  form: unknown,
): Promise<{ answer?: unknown; wrong?: FieldErrors }> {
  try {
    const identity = { by: author.id, content: draft }
    const rows = [`post ${post.id}`, `writer ${author.id}`]
    const store = await storingComment(context, post, author, draft)
    const { result } = await idempotentForm(context, exchange.request, form, identity, store, rows)
    if (heldIn(result) !== undefined) return { answer: leadTo(exchange.request, '/held') }
    const comment = await commentAdded(context, Number(result), post)
    const answer = await respond(exchange, {
      page: async () => seeOther(await addressOf(context, comment)),
      fragment: () => drawAdded(context, comment, author),
    })
    return { answer }
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return { wrong: error.fields }
    throw error
  }
}

async function drawAdded(context: Context, comment: ShownComment, viewer: Viewer) {
  const { post } = await postAt(context, `${comment.postId}`)
  const parent = comment.parentId ?? undefined
  const thread = { comment, replies: [] }
  return CommentAdded({ thread, post, viewer, parent, once: crypto.randomUUID() })
}

/** The category that the post of a comment is in. */
async function categoryOf(context: Context, { postId }: ShownComment): Promise<number> {
  const { post } = await postAt(context, `${postId}`)
  return post.categoryId
}

async function replyPage(context: Context, request: Request, id: string, typed?: Typed) {
  const comment = await commentThere(context, id)
  return ReplyPage({
    pageContext: await pageContextFor(context, request),
    comment,
    once: crypto.randomUUID(),
    ...typed,
  })
}

async function ownComment(context: Context, request: Request, id: string) {
  const viewer = await memberOf(context, request)
  const comment = await commentThere(context, id)
  refuseAllButAuthor(viewer, comment.authorId)
  return comment
}
