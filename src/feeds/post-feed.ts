import { shownName } from '../../views/names.ts'
import type { Comment } from '../comments/queries.ts'
import { isNamed } from '../http/etags.ts'
import { siteOf } from '../http/page-context.ts'
import { inPortions, untilBytes } from '../platform/portions.ts'
import type { Post } from '../posts/queries.ts'
import { htmlOf } from '../text/markdown.ts'
import { isSeen, withoutPiles } from '../text/seen.ts'
import { atomOf, type Entry } from './atom.ts'

/** Posts as a feed. */
export async function postsFeed(
  request: Request,
  title: string,
  posts: Post[],
  of: FeedOf = {},
): Promise<Response> {
  const site = siteOf(request)
  return answer(request, title, await inPortions(posts, (post) => postEntry(post, site), enough()), of)
}

/** Of a feed's texts, beyond the last: a post of 20 kB can become 500 kB of markup. */
const bytesInFeed = 1_000_000
export const enough = () => untilBytes<Entry>(bytesInFeed, ({ html, text }) => [html ?? text ?? ''])

const postEntry = (post: Post, site: string): Entry => ({
  address: `${site}/posts/${post.id}`,
  title: titleIn(post),
  author: shownAuthor(post),
  publishedAt: post.createdAt,
  updatedAt: post.editedAt ?? post.createdAt,
  category: shownName(post.category),
  ...(post.isAct ? { text: withoutPiles(post.body) } : { html: absolute(htmlOf(post.body), site) }),
})

export const commentEntry = (comment: Comment, post: Post, site: string): Entry => ({
  address: `${site}/comments/${comment.id}`,
  title: `Re: ${titleIn(post)}`,
  author: shownAuthor(comment),
  publishedAt: comment.createdAt,
  updatedAt: comment.editedAt ?? comment.createdAt,
  html: absolute(htmlOf(comment.body), site),
})

/** In English, as all of a feed that nobody wrote: it is the same for everybody. */
export const titleIn = ({ title }: Post) => (isSeen(title) ? title : 'Untitled')

const shownAuthor = ({ author }: Pick<Post, 'author'>) => (author === null ? null : shownName(author))

/**
 * Readers elsewhere do not know what an address without a host means. Our own renderer writes them all this
 * way.
 */
const absolute = (html: string, site: string) => html.replaceAll('<a href="/', `<a href="${site}/`)

/** `page`: what it follows, where its address does not say so. `isPrivate`: no cache on the way keeps it. */
export type FeedOf = { page?: string; isPrivate?: boolean }

export async function answer(
  request: Request,
  title: string,
  entries: Entry[],
  { page, isPrivate = false }: FeedOf = {},
): Promise<Response> {
  const address = siteOf(request) + new URL(request.url).pathname
  const follows = page === undefined ? address.replace(/\/feed$/, '') || '/' : siteOf(request) + page
  const body = await atomOf({ address, page: follows, title, entries })
  const kept: Record<string, string> = isPrivate ? { 'cache-control': 'private, no-store' } : {}
  const etag = `"${Bun.hash(body).toString(36)}"`
  if (isNamed(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers: { ...kept, etag } })
  return new Response(body, {
    headers: { ...kept, 'content-type': 'application/atom+xml; charset=utf-8', etag },
  })
}
