import type { Viewer } from '../src/accounts/queries.ts'
import type { Threads } from '../src/comments/service.ts'
import type { ShownComment, Thread } from '../src/comments/threads.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Post } from '../src/posts/queries.ts'
import type { Sentence } from '../texts/arabic.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Author, Avatar, dot, Edited, When } from './byline.tsx'
import { CommentForm } from './comment-form.tsx'
import { Html } from './html.ts'
import { keepsOrderIn } from './keeps-order.ts'
import { Pager } from './list.tsx'
import { unlessMuted } from './muted.tsx'
import { shownName } from './names.ts'
import { LinkTo, Phrase } from './phrase.tsx'
import { UpdatesLink } from './posts.tsx'
import { ReportLink } from './reports.tsx'
import { isNewComment, newTag } from './unread.tsx'

/** A comment that was refused, as it was typed. */
export type TypedComment = { body: string; errors: FieldErrors }

type CommentsProps = {
  post: Post
  viewer: Viewer | undefined
  isViewerUnknown?: boolean | undefined
  threads: Threads
  isFurtherDown?: boolean
  isReadOnly?: boolean
  once: string
  typed?: TypedComment
}

/** The comments below a post. */
export const Comments = ({
  post,
  viewer,
  isViewerUnknown,
  threads,
  isFurtherDown = false,
  isReadOnly = false,
  once,
  typed,
}: CommentsProps) => (
  <section
    id="comments"
    class="whole comments"
    aria-labelledby="comments-title"
    data-live={`comments:${post.id}`}
    data-after={isPart(threads) || isFurtherDown ? afterAll : undefined}
  >
    <CommentsTitle comments={post.comments} />
    <UpdatesLink
      href={`/posts/${post.id}`}
      target={isPart(threads) || isFurtherDown ? undefined : '#threads'}
      withIt="#comments-title"
      ofEach="/comments/{id}"
      counted="newComments"
    />
    <FirstNew threads={threads.threads} viewer={viewer} />
    {isFurtherDown ? (
      <p>
        <LinkTo to={`/posts/${post.id}#comments`} says="All comments from the first" />
      </p>
    ) : (
      ''
    )}
    <ol id="threads" class="threads">
      {threads.threads.map((thread) => (
        <CommentThread thread={thread} viewer={viewer} category={post.categoryId} />
      ))}
    </ol>
    <Pager
      next={threads.next ? `/posts/${post.id}?from=${threads.next}#comments` : undefined}
      says="More comments"
    />
    {post.isLocked ? (
      <p class="hint" safe>
        {say('This discussion is closed: moderators take no more comments.')}
      </p>
    ) : viewer && isReadOnly ? (
      <p class="hint" safe>
        {say('You may read here, and not write.')}
      </p>
    ) : viewer ? (
      <CommentForm post={post.id} once={once} {...typed} />
    ) : isViewerUnknown ? (
      ''
    ) : (
      <p class="hint">
        <Phrase of="{signIn} to comment." parts={{ signIn: <LinkTo to="/login" says="Sign in" /> }} />
      </p>
    )}
  </section>
)

type FirstNewProps = { threads: Thread[]; viewer: Viewer | undefined }

/** Leads a member to the first comment on the page that is new to them. */
const FirstNew = ({ threads, viewer }: FirstNewProps) => {
  const first = commentsIn(threads)
    .filter((comment) => isNewComment(viewer, comment))
    .reduce((least, { id }) => Math.min(least, id), Number.POSITIVE_INFINITY)
  return first === Number.POSITIVE_INFINITY ? (
    ''
  ) : (
    <p>
      <a href={`#comment-${first}`} safe>
        {say('First new comment')}
      </a>
    </p>
  )
}

const commentsIn = (threads: Thread[]): ShownComment[] =>
  threads.flatMap(({ comment, replies }) => [comment, ...commentsIn(replies)])

/** Where not all comments are shown, nobody can say of those that are there already whether they are new. */
const isPart = ({ threads, next }: Threads) => next !== undefined || threads.some(({ more }) => more)
const afterAll = 10 ** 15 - 1

/** With `isUpdate` it takes the place of the one on the page. */
export const CommentsTitle = ({ comments, isUpdate = false }: { comments: number; isUpdate?: boolean }) => (
  <h2 id="comments-title" hx-swap-oob={isUpdate ? 'true' : undefined} safe>
    {comments === 0 ? say('No comments yet') : sayCount('comments', comments)}
  </h2>
)

type ThreadProps = { thread: Thread; viewer: Viewer | undefined; category: number }

/** A comment and what was replied to it. Whoever does not want to read on closes it. */
export const CommentThread = ({ thread: { comment, replies, more }, viewer, category }: ThreadProps) => (
  <li id={`comment-${comment.id}`} class="comment">
    <Writer comment={comment} />
    <details open>
      <summary aria-label={say('Comment by {name}', { name: writerOf(comment) })}></summary>
      <CommentBody comment={comment} viewer={viewer} category={category} />
      <ol id={`replies-${comment.id}`} class="threads">
        {replies.map((thread) => (
          <CommentThread thread={thread} viewer={viewer} category={category} />
        ))}
        {more ? <MoreReplies root={comment.id} from={more} /> : ''}
      </ol>
    </details>
  </li>
)

const writerOf = ({ author, removedAt }: ShownComment): string =>
  removedAt !== null ? say('removed') : author === null ? say('a deleted account') : shownName(author)

/** The writer, whose name leads to them. */
export const Writer = ({ comment }: { comment: ShownComment }) => (
  <p class="writer">
    <Avatar name={comment.author} avatar={comment.avatar} />{' '}
    {comment.removedAt === null ? (
      <Author name={comment.author} id={comment.authorId} />
    ) : (
      <b safe>{say('removed')}</b>
    )}
  </p>
)

/** `category` is the one that its post is in. */
type BodyProps = { comment: ShownComment; viewer: Viewer | undefined; category: number }

/** The comment itself, and what may be done with it. */
export const CommentBody = ({ comment, viewer, category }: BodyProps) => (
  <div id={`text-${comment.id}`}>
    <p class="byline">
      {comment.replyTo ? (
        <>
          <LinkTo to={`/comments/${comment.replyTo}`} says="What this answers" />
          {dot() as 'safe'}
        </>
      ) : (
        ''
      )}
      <a href={`/comments/${comment.id}`}>
        <When at={comment.createdAt} />
      </a>
      <Edited at={comment.removedAt === null ? comment.editedAt : null} />
      {comment.removedAt === null ? (
        <>
          {dot() as 'safe'}
          <ReportLink kind="comment" id={comment.id} />
        </>
      ) : (
        ''
      )}
      {isNewComment(viewer, comment) ? (newTag() as 'safe') : ''}
    </p>
    {comment.removedAt === null ? (
      <>
        {unlessMuted(viewer, comment, `<div class="body">${comment.html}</div>`) as 'safe'}
        <Tools comment={comment} viewer={viewer} category={category} />
      </>
    ) : (
      <>
        <p class="hint" safe>
          {comment.reason === null
            ? say('This comment was deleted.')
            : say('This comment was removed: {reason}', { reason: comment.reason })}
        </p>
        {comment.reason !== null && viewer && keepsOrderIn(viewer, category) ? (
          <RestoreForm to={`/admin/comments/${comment.id}/restore`} />
        ) : (
          ''
        )}
      </>
    )}
    <div id={`form-${comment.id}`}></div>
  </div>
)

/** Undoes an admin's removal. */
export const RestoreForm = ({ to }: { to: string }) => (
  <form class="tools" method="post" action={to} hx-post={to} hx-swap="none" hx-disable="find button">
    <button type="submit" safe>
      {say('Bring back')}
    </button>
  </form>
)

const Tools = ({ comment: { id, authorId }, viewer, category }: BodyProps) =>
  viewer ? (
    <p class="tools">
      <Tool to={`/comments/${id}/reply`} form={id} says="Reply" />
      {viewer.id === authorId ? (
        <Tool to={`/comments/${id}/edit`} form={id} says="Edit" />
      ) : keepsOrderIn(viewer, category) ? (
        <LinkTo to={`/admin/comments/${id}/remove`} says="Remove" />
      ) : (
        ''
      )}
    </p>
  ) : (
    ''
  )

/** Leads to a page with a form, or with htmx puts it below the comment. */
const Tool = ({ to, form, says }: { to: string; form: number; says: Sentence }) => (
  <a href={to} hx-get={to} hx-target={`#form-${form}`} hx-swap="innerHTML" safe>
    {say(says)}
  </a>
)

const MoreReplies = ({ root, from }: { root: number; from: number }) => {
  const address = `/comments/${root}/replies?from=${from}`
  return (
    <li class="more">
      <a href={address} hx-get={address} hx-target="closest li" hx-swap="outerHTML" safe>
        {say('More replies')}
      </a>
    </li>
  )
}

type RepliesProps = { root: number; threads: Threads; viewer: Viewer | undefined; category: number }

/** Further replies, to stand in place of what led to them. */
export const Replies = ({ root, threads, viewer, category }: RepliesProps) => (
  <>
    {threads.threads.map((thread) => (
      <CommentThread thread={thread} viewer={viewer} category={category} />
    ))}
    {threads.next ? <MoreReplies root={root} from={threads.next} /> : ''}
  </>
)
