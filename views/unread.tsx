import type { Viewer } from '../src/accounts/queries.ts'
import type { Post } from '../src/posts/queries.ts'
import type { NewInThreads } from '../src/unread/service.ts'
import { sayCount } from '../texts/numbers.ts'
import { say } from '../texts/say.ts'
import { Html, staticFragment } from './html.ts'

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

/** What is new of each of these posts, in a word that `unreadMark` draws; undefined when nothing is. */
export function unreadKinds({ viewer, newInThreads }: Unread, posts: Post[]): string[] | undefined {
  if (!viewer?.since) return undefined
  const kinds = posts.map((post) => {
    const thread = newInThreads.get(post.id)
    const isNew = isNewPost(viewer, post) ? 'new' : ''
    return thread ? `${isNew} ${thread.first} ${thread.comments}` : isNew
  })
  return kinds.some((kind) => kind !== '') ? kinds : undefined
}

/** What is new of a post, above its card. */
export function unreadMark(kind: string): string {
  if (kind === '') return ''
  const [isNew, first, comments] = kind.split(' ')
  return String(
    <p class="mark">
      {isNew ? (newTag() as 'safe') : ''}
      {first ? (
        <a href={`/comments/${first}`} safe>
          {sayCount('newComments', Number(comments))}
        </a>
      ) : (
        ''
      )}
    </p>,
  )
}

export const newTag = staticFragment(() => (
  <b class="tag" safe>
    {say('new')}
  </b>
))

/** For members to whom something is new. */
export const readAllForm = staticFragment(() => (
  <form class="mark" method="post" action="/unread/read">
    <button class="quiet" type="submit" safe>
      {say('Mark all as read')}
    </button>
  </form>
))
