import type { Viewer } from '../src/accounts/queries.ts'
import type { Post } from '../src/posts/queries.ts'
import type { NewInThreads } from '../src/unread/service.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Html } from './html.ts'

/** Whether a post is new to a member, who has not looked at it. */
const isNewPost = (viewer: Viewer | undefined, { id, authorId }: Post) =>
  viewer?.since !== undefined &&
  id > viewer.since.post &&
  authorId !== viewer.id &&
  viewer.since.read[id] === undefined

type Comment = { id: number; postId: number; authorId: number | null; removedAt: string | null }

/** Whether a comment is new to a member, who has not looked at the thread since. */
export const isNewComment = (
  viewer: Viewer | undefined,
  { id, postId, authorId, removedAt }: Comment,
): boolean =>
  viewer?.since !== undefined &&
  id > Math.max(viewer.since.comment, viewer.since.read[postId] ?? 0) &&
  authorId !== viewer.id &&
  removedAt === null

/** What is new to whom, for a list of posts. */
export type Unread = { viewer: Viewer | undefined; newInThreads: NewInThreads }

/** What is new of a post, above its card; undefined when nothing is. */
export function unreadMark({ viewer, newInThreads }: Unread, post: Post): string | undefined {
  const isNew = isNewPost(viewer, post)
  const thread = newInThreads.get(post.id)
  if (!isNew && !thread) return undefined
  return String(
    <p class="mark">
      {isNew ? <NewTag /> : ''}
      {thread ? (
        <a href={`/comments/${thread.first}`} safe>
          {sayCount('newComments', thread.comments)}
        </a>
      ) : (
        ''
      )}
    </p>,
  )
}

export const NewTag = () => (
  <b class="tag" safe>
    {say('new')}
  </b>
)

/** For members to whom something is new. */
export const ReadAllForm = () => (
  <form class="mark" method="post" action="/unread/read">
    <button class="quiet" type="submit" safe>
      {say('Mark all as read')}
    </button>
  </form>
)
