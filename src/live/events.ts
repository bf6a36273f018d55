/**
 * Something new that people who look at a list want to know of. Each kind stands in lists of some topics; a view says
 * with `data-live` of which topic a list is, and gives what stands in it ids of kind and number, as in `post-42`.
 */
export type LiveEvent =
  | { kind: 'post'; id: number; categoryId: number; authorId: number | null }
  | { kind: 'comment'; id: number; postId: number }

/** Names of lists. */
export const topics = {
  posts: 'posts',
  category: (id: number) => `category:${id}`,
  member: (id: number) => `member:${id}`,
  comments: (post: number) => `comments:${post}`,
}

/** The lists that something new belongs to. None for a kind that a newer replica tells of. */
export function topicsOf(news: LiveEvent): string[] {
  switch (news.kind) {
    case 'post':
      return [
        topics.posts,
        topics.category(news.categoryId),
        ...(news.authorId === null ? [] : [topics.member(news.authorId)]),
      ]
    case 'comment':
      return [topics.comments(news.postId)]
    default:
      return []
  }
}

/** Redis channel on which replicas tell each other: JSON, one `News`. */
export const eventsChannel = 'news'
