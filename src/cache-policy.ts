import { currentReader } from './doors/reader.ts'
import type { ReadPolicy } from './platform/config.ts'
import { sha256 } from './platform/sha256.ts'

/**
 * The one table of what is cached, where, for how long, and which writes invalidate it.
 *
 * **What not everybody may read is in no cache that all share, or its key names the category, and only who
 * may read that asks for it.** HAProxy keeps nothing that was made for somebody who may read more than
 * everybody (`isForAll`). Whatever is loaded into Redis is loaded with what everybody may read, whoever has
 * it loaded (`sharedCache` in `doors/guarded-db.ts`), so `posts:newest` has nothing of a closed category; its
 * own lists, `posts:in:7`, `posts:full:7:all`, `posts:top:7` and `posts:hot:7`, and what menus say of it,
 * `category:7`, are loaded by who may read it; its posts and comments are in no entry. Cards are drawn of
 * objects out of these, and remembered by them. A replica's memory for when no store answers has its rows by
 * the categories that were left out.
 * `test/doors/canary.test.ts` looks for a word of a closed category in all of them.
 *
 * **At the edge** (HAProxy) whole answers to anonymous GETs, by route, for seconds. Nothing is invalidated
 * there: a write shows to others when the time is over, and to whoever wrote at once, because the `wrote`
 * cookie that HAProxy gives with every answered write leads past the edge's cache for 60 s. What is not named
 * here is never cached there, but for pictures and avatars, whose addresses name their content and which say
 * so themselves: not searches, which are hardly ever asked for twice, nor the state of the stack, streams,
 * forms, and what shows which store knew. For a minute less two seconds: what was asked for before a write
 * and answered after it ends before the cookie does.
 */
const minuteSeconds = 58
/** What HAProxy remembers of these for networks that have cost too much (`http/cost.ts`). */
export const memorySeconds = minuteSeconds
export const edgeSeconds: Record<string, number> = {
  '/': 2,
  '/c/:category': 2,
  '/categories': 2,
  '/posts/:id': 2,
  '/tags/:tag': 2,
  '/comments/:id/replies': 2,
  '/feed': minuteSeconds,
  '/c/:category/feed': minuteSeconds,
  '/tags/:tag/feed': minuteSeconds,
  '/users/:name/feed': minuteSeconds,
  '/posts/:id/feed': minuteSeconds,
  '/robots.txt': minuteSeconds,
  '/sitemap.xml': minuteSeconds,
  '/sitemap/lists.xml': minuteSeconds,
  '/sitemap/:name': minuteSeconds,
  '/api/docs': minuteSeconds,
  '/api/openapi.json': minuteSeconds,
  '/api/categories': minuteSeconds,
  '/api/categories/:name': minuteSeconds,
  '/api/posts': minuteSeconds,
  '/api/posts/:id': minuteSeconds,
  '/api/posts/:id/comments': minuteSeconds,
  '/api/comments/:id': minuteSeconds,
  '/api/users': minuteSeconds,
  '/api/users/:name': minuteSeconds,
}

/**
 * **In Redis** what is loaded from MySQL, by key. Like counts are not in it: an entry holds the count of its
 * load, and live totals are laid over it (`likes/totals.ts`).
 */
export const cached = {
  categories: { key: () => 'categories', seconds: 60 },
  /** One that not everybody may read, as a list of it alone; of a removed one, nothing. */
  closedCategory: { key: (category: number) => `category:${category}`, seconds: 60 },
  /** Categories and accounts that are removed and not swept yet. */
  removed: { key: () => 'removed', seconds: 60 },
  newestPosts: { key: () => 'posts:newest', seconds: 60 },
  newestPostsIn: { key: (category: number) => `posts:in:${category}`, seconds: 60 },
  newestPostsBy: { key: (author: number) => `posts:by:${author}`, seconds: 60 },
  /** First pages of posts in full, for programs: of all, of a category, of an author. */
  newestInFull: {
    key: (category: number | undefined, author: number | undefined) =>
      `posts:full:${category ?? 'all'}:${author ?? 'all'}`,
    seconds: 60,
  },
  /** First pages of what is sorted by likes, of all posts or of a category. Ranks follow likes every 15 s. */
  rankedPosts: {
    key: (sort: 'top' | 'hot', category: number | undefined) => `posts:${sort}:${category ?? 'all'}`,
    seconds: 15,
  },
  post: { key: (id: number) => `post:${id}`, seconds: 60 },
  /** The first page of a post's threads. */
  comments: { key: (post: number) => `comments:${post}`, seconds: 60 },
  newestComments: { key: (post: number) => `comments:newest:${post}`, seconds: 60 },
  userById: { key: (id: number) => `user:id:${id}`, seconds: 60 },
  // A name may be any text of any length: as it is it could spell the key of something else.
  user: { key: (name: string) => `user:name:${sha256(name)}`, seconds: 60 },
  items: { key: () => 'items', seconds: 60 },
  /** What the page of an item shows beside what lists have: its stock is in `items` alone. */
  item: { key: (id: number) => `item:${id}`, seconds: 60 },
  /** Who may read and write where. */
  doors: { key: () => 'doors', seconds: 60 },
  /** What admins set while the board runs. */
  settings: { key: () => 'settings', seconds: 60 },
  recount: { key: () => 'recount:3', seconds: 10 },
  session: { key: (token: string) => `session:${token}`, seconds: 60 },
  token: { key: (token: string) => `token:${token}`, seconds: 60 },
}

/**
 * **In a replica's memory**, for when neither store answers: what is cached, and the rows of these
 * statements, which anybody may see. Pages that are read are drawn of it, and say so
 * (`platform/last-known.ts`).
 */
export const shownOfMemory: ReadonlySet<string> = new Set([
  ...['rankedPosts', 'postById', 'reasonOfRemoval'],
  ...['firstCategories', 'categoriesAfter', 'categoryByName', 'categoryById', 'tagId', 'tagsLike'],
  ...['rootComments', 'firstReplies', 'repliesOf', 'commentById', 'commentsWithIds'],
  ...['memberNamed', 'memberById', 'membersLike', 'avatarOf', 'namesOfWhoLike'],
  ...['allItems', 'itemDescription', 'picturesOfItem'],
  'comingWindow',
])

/**
 * **In browsers, for when they are offline**, pages that were read: `public/worker/worker.js` shows them when
 * nobody answers, and only then.
 *
 * **In browsers, and a minute at the edge**, pictures and avatars: a popular one is not read from MySQL for
 * each visitor. Those of a closed board (`READ=members`), of which the edge keeps nothing, an hour in the
 * browser that showed them; so are those of whoever may read more than everybody.
 */
export const keptPicture = (read: ReadPolicy) =>
  read === 'everyone' && isForAll()
    ? 'public, max-age=31536000, s-maxage=60, immutable'
    : 'private, max-age=3600'

/** Whether what is made now may be for all: nobody asks who may read more than everybody. */
export const isForAll = (): boolean => (currentReader()?.inside.length ?? 0) === 0

/** Whether a key is that of somebody's session or token. */
export const isOfSignIn = (key: string) => /^(session|token):/.test(key)

/** The key of a member: the SHA-256, in hex, of a session's cookie or of a token. */
export type SignIn = { session: string | null; token: string | null }

/** Where a post stands: what is invalidated and counted anew when it goes. */
export type PostPlace = { id: number; categoryId: number; authorId: number | null }

const postChanged = ({ id, categoryId, authorId }: PostPlace) => [
  cached.post.key(id),
  cached.newestPosts.key(),
  cached.newestPostsIn.key(categoryId),
  cached.categories.key(),
  cached.closedCategory.key(categoryId),
  cached.newestInFull.key(undefined, undefined),
  cached.newestInFull.key(categoryId, undefined),
  ...(['top', 'hot'] as const).flatMap((sort) => [
    cached.rankedPosts.key(sort, undefined),
    cached.rankedPosts.key(sort, categoryId),
  ]),
  ...(authorId === null
    ? []
    : [cached.newestPostsBy.key(authorId), cached.newestInFull.key(undefined, authorId)]),
]

/** The keys that each write invalidates. */
export const invalidatedBy = {
  postAddedOrChanged: postChanged,
  postsChanged: (posts: PostPlace[]) => [...new Set(posts.flatMap(postChanged))],
  /** Comments were added or removed: their number stands beside the post. */
  commentsChanged: (post: PostPlace) => [
    cached.comments.key(post.id),
    cached.newestComments.key(post.id),
    ...postChanged(post),
  ],
  /** A comment has another text. */
  commentChanged: (post: number) => [cached.comments.key(post)],
  /** Somebody's name or picture is another, beside these posts and in the comments on them. */
  bylinesChanged: (posts: PostPlace[]) => [
    ...new Set(posts.flatMap((post) => [cached.comments.key(post.id), ...postChanged(post)])),
  ],
  categoryAdded: () => [cached.categories.key()],
  /** They are gone, or have another name, description or place. */
  categoriesChanged: (ids: number[]) => [
    cached.categories.key(),
    ...ids.map((id) => cached.closedCategory.key(id)),
  ],
  /** With all its posts, however many these are: what is cached of them is left out where it is shown. */
  categoryHidden: (category: number) => [
    cached.removed.key(),
    ...postChanged({ id: 0, categoryId: category, authorId: null }),
  ],
  /**
   * With or without its posts, however many these are: what is cached of them is put right where it is shown.
   */
  accountHidden: (id: number) => [
    cached.removed.key(),
    ...postChanged({ id: 0, categoryId: 0, authorId: id }),
  ],
  itemsChanged: () => [cached.items.key()],
  itemsDescribed: (ids: number[]) => ids.map((id) => cached.item.key(id)),
  itemChanged: (id: number) => [cached.items.key(), cached.item.key(id)],
  settingsChanged: () => [cached.settings.key()],
  doorsChanged: () => [cached.doors.key()],

  userAddedOrChanged: (name: string, id?: number) => [
    cached.user.key(name),
    ...(id === undefined ? [] : [cached.userById.key(id)]),
  ],
  sessionEnded: (token: string) => [cached.session.key(token)],
  signInsChanged: (signIns: SignIn[]) =>
    signIns.flatMap(({ session, token }) => [
      ...(session ? [cached.session.key(session)] : []),
      ...(token ? [cached.token.key(token)] : []),
    ]),
  tokenAddedOrRevoked: (token: string) => [cached.token.key(token)],
}
