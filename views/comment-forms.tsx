import type { Viewer } from '../src/accounts/queries.ts'
import type { Threads } from '../src/comments/service.ts'
import type { ShownComment, Thread } from '../src/comments/threads.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Post } from '../src/posts/queries.ts'
import { say } from '../texts/say.ts'
import { Buttons, CommentForm, TextField } from './comment-form.tsx'
import { CommentBody, CommentsTitle, CommentThread, Replies, Writer } from './comments.tsx'
import { WhatItSaysNow } from './form.tsx'
import { Html } from './html.ts'
import { Layout } from './layout.tsx'
import { shownTitle } from './names.ts'

/**
 * `version` stands for what the form was filled with; `now` is what the comment says when that is another by
 * now.
 */
type EditProps = {
  comment: ShownComment
  version: string
  body?: string
  errors?: FieldErrors | undefined
  now?: string
}

/** Where an author changes a comment, or takes it back. */
export const EditCommentForm = ({ comment, version, body = comment.body, errors = {}, now }: EditProps) => (
  <div id={`edit-${comment.id}`} class="stack">
    <form
      class="stack"
      method="post"
      action={`/comments/${comment.id}/edit`}
      hx-post={`/comments/${comment.id}/edit`}
      hx-target={`#text-${comment.id}`}
      hx-swap="outerHTML"
      hx-disable="find button"
    >
      <TextField
        of={`body-edit-${comment.id}`}
        label={say('Your comment')}
        body={body}
        errors={errors}
        isAskedFor
      />
      <input type="hidden" name="version" value={version} />
      {now === undefined ? '' : <WhatItSaysNow text={now} />}
      <Buttons send={say('Save')} comment={comment.id} />
    </form>
    <details class="removal">
      <summary safe>{say('Delete this comment')}</summary>
      <form method="post" action={`/comments/${comment.id}/remove`}>
        <button class="danger" type="submit" safe>
          {say('Delete it')}
        </button>
      </form>
    </details>
  </div>
)

type PageProps = { pageContext: PageContext; comment: ShownComment; body?: string; errors?: FieldErrors }

export const ReplyPage = ({ pageContext, comment, ...form }: PageProps & { once: string }) => (
  <CommentPage pageContext={pageContext} comment={comment} title={say('Reply')}>
    <CommentForm post={comment.postId} parent={comment.id} {...form} />
  </CommentPage>
)

export const EditCommentPage = ({ pageContext, ...form }: EditProps & { pageContext: PageContext }) => (
  <CommentPage pageContext={pageContext} comment={form.comment} title={say('Edit a comment')}>
    <EditCommentForm {...form} />
  </CommentPage>
)

type AroundProps = { pageContext: PageContext; comment: ShownComment; title: string; children: JSX.Element }

const CommentPage = ({ pageContext, comment, title, children }: AroundProps) => (
  <Layout pageContext={pageContext} title={title} isWritten>
    <section class="whole comments">
      <h1 safe>{title}</h1>
      <Writer comment={comment} />
      <CommentBody comment={comment} viewer={undefined} category={0} />
      {children as 'safe'}
    </section>
  </Layout>
)

type AddedProps = {
  thread: Thread
  post: Post
  viewer: Viewer
  parent: number | undefined
  once: string
}

/**
 * The answer to a new comment: itself, the new count, and an empty form or none in place of the one that was
 * sent.
 */
export const CommentAdded = ({ thread, post, viewer, parent, once }: AddedProps) => (
  <>
    <CommentThread thread={thread} viewer={viewer} category={post.categoryId} />
    <CommentsTitle comments={post.comments} isUpdate />
    {parent ? (
      <div id={`form-${parent}`} hx-swap-oob="true"></div>
    ) : (
      <div hx-swap-oob="outerHTML:#new-comment">
        <CommentForm post={thread.comment.postId} once={once} />
      </div>
    )}
  </>
)

type RepliesPageProps = { pageContext: PageContext; post: Post; root: ShownComment; threads: Threads }

/** A thread whose replies do not fit below its post. */
export const RepliesPage = ({ pageContext, post, root, threads }: RepliesPageProps) => (
  <Layout
    pageContext={pageContext}
    title={shownTitle(post.title)}
    isWritten={pageContext.viewer !== undefined}
  >
    <section class="whole comments">
      <h1 dir="auto">
        <a href={`/posts/${post.id}`} safe>
          {shownTitle(post.title)}
        </a>
      </h1>
      <Writer comment={root} />
      <CommentBody comment={root} viewer={pageContext.viewer} category={post.categoryId} />
      <ol id={`replies-${root.id}`} class="threads">
        <Replies root={root.id} threads={threads} viewer={pageContext.viewer} category={post.categoryId} />
      </ol>
    </section>
  </Layout>
)
