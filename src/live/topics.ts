/**
 * Something new that people who look at a list want to know of. Each kind stands in lists of some topics; a
 * view says with `data-live` of which topic a list is, and gives what stands in it ids of kind and number, as
 * in `post-42`.
 */
export type LiveEvent =
  | { kind: 'post'; id: number; categoryId: number; authorId: number | null }
  | { kind: 'comment'; id: number; postId: number }

/** These members have another number of notices that they have not read. */
export type NoticesEvent = { kind: 'notices'; members: number[] }

/** What is remembered by these keys is another by now: these members may have signed out. */
type SignInsEvent = { kind: 'sign-ins'; keys: string[] }

/** Other people may read other categories from now on. */
type DoorsEvent = { kind: 'doors' }

/** This post stands in another category from now on. */
type MovedEvent = { kind: 'moved'; id: number }

/** Whatever replicas tell each other. */
export type Event = LiveEvent | NoticesEvent | SignInsEvent | DoorsEvent | MovedEvent

/** Names of lists. */
export const topics = {
  posts: 'posts',
  category: (id: number) => `category:${id}`,
  member: (id: number) => `member:${id}`,
  comments: (post: number) => `comments:${post}`,
}

/** Returns the lists that something new belongs to; none for a kind that only a newer replica knows. */
export function topicsOf(event: LiveEvent): string[] {
  switch (event.kind) {
    case 'post':
      return [
        topics.posts,
        topics.category(event.categoryId),
        ...(event.authorId === null ? [] : [topics.member(event.authorId)]),
      ]
    case 'comment':
      return [topics.comments(event.postId)]
    default:
      return []
  }
}

/** Redis channel between replicas: JSON, one `Event`. */
export const eventsChannel = 'news'
