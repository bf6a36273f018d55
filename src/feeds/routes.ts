import { Elysia } from 'elysia'
import { nameInPath, shownName } from '../../views/names.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { categoryNamed } from '../categories/service.ts'
import { type Comment, newestComments } from '../comments/queries.ts'
import type { Context } from '../context.ts'
import { isNamed } from '../http/etags.ts'
import { siteOf } from '../http/page-context.ts'
import { usualLimit } from '../http/paging.ts'
import { inPortions, untilBytes } from '../platform/portions.ts'
import { listPosts, type PostQuery } from '../posts/list.ts'
import type { Post } from '../posts/queries.ts'
import { postAt } from '../posts/service.ts'
import { lookOf } from '../settings/look.ts'
import { tagNamed } from '../tags/service.ts'
import { htmlOf } from '../text/markdown.ts'
import { isSeen, withoutPiles } from '../text/seen.ts'
import { atomOf, type Entry } from './atom.ts'

/** The newest of every list as an Atom feed. */
export const feeds = (context: Context) => {
  const postFeed = async (request: Request, title: string, of: PostQuery = {}) => {
    const { posts } = await listPosts(context, { ...of, text: 'full' })
    return postsFeed(request, title, posts)
  }
  const postsFeed = async (request: Request, title: string, posts: Post[]) => {
    const site = siteOf(request)
    return answer(request, title, await inPortions(posts, (post) => postEntry(post, site), enough()))
  }

  const titled = async (title: string) => `${title} · ${(await lookOf(context)).name}`

  return new Elysia({ name: 'feeds' })
    .get('/feed', async ({ request }) => postFeed(request, (await lookOf(context)).name))

    .get('/c/:category/feed', async ({ params, request }) => {
      const { id, name } = await categoryNamed(context, nameInPath(params.category))
      return postFeed(request, await titled(shownName(name)), { category: id })
    })

    .get('/users/:name/feed', async ({ params, request }) => {
      const { member } = await memberOrRefuse(context, nameInPath(params.name))
      return postFeed(request, await titled(shownName(member.name)), { author: member.id })
    })

    .get('/tags/:tag/feed', async ({ params, request }) => {
      const { id, name } = await tagNamed(context, params.tag)
      const title = await titled(`#${name}`)
      return id === undefined ? postsFeed(request, title, []) : postFeed(request, title, { tag: id })
    })

    .get('/posts/:id/feed', async ({ params: { id }, request }) => {
      const { post } = await postAt(context, id)
      const comments = await newestComments(context.db, post.id, usualLimit)
      const site = siteOf(request)
      return answer(
        request,
        await titled(titleIn(post)),
        await inPortions(comments, (each) => commentEntry(each, post, site), enough()),
      )
    })
}

/** Of a feed's texts, beyond the last: a post of 20 kB can become 500 kB of markup. */
const bytesInFeed = 1_000_000
const enough = () => untilBytes<Entry>(bytesInFeed, ({ html, text }) => [html ?? text ?? ''])

const postEntry = (post: Post, site: string): Entry => ({
  address: `${site}/posts/${post.id}`,
  title: titleIn(post),
  author: shownAuthor(post),
  publishedAt: post.createdAt,
  updatedAt: post.editedAt ?? post.createdAt,
  category: shownName(post.category),
  ...(post.isAct ? { text: withoutPiles(post.body) } : { html: absolute(htmlOf(post.body), site) }),
})

const commentEntry = (comment: Comment, post: Post, site: string): Entry => ({
  address: `${site}/comments/${comment.id}`,
  title: `Re: ${titleIn(post)}`,
  author: shownAuthor(comment),
  publishedAt: comment.createdAt,
  updatedAt: comment.editedAt ?? comment.createdAt,
  html: absolute(htmlOf(comment.body), site),
})

/** In English, as all of a feed that nobody wrote: it is the same for everybody. */
const titleIn = ({ title }: Post) => (isSeen(title) ? title : 'Untitled')

const shownAuthor = ({ author }: Pick<Post, 'author'>) => (author === null ? null : shownName(author))

/**
 * Readers elsewhere do not know what an address without a host means. Our own renderer writes them all this
 * way.
 */
const absolute = (html: string, site: string) => html.replaceAll('<a href="/', `<a href="${site}/`)

async function answer(request: Request, title: string, entries: Entry[]): Promise<Response> {
  const address = siteOf(request) + new URL(request.url).pathname
  const body = await atomOf({ address, page: address.replace(/\/feed$/, '') || '/', title, entries })
  const etag = `"${Bun.hash(body).toString(36)}"`
  if (isNamed(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers: { etag } })
  return new Response(body, { headers: { 'content-type': 'application/atom+xml; charset=utf-8', etag } })
}
