import { Elysia } from 'elysia'
import { nameInPath, shownName } from '../../views/names.ts'
import { memberOrRefuse } from '../accounts/service.ts'
import { categoryNamed } from '../categories/service.ts'
import { newestComments } from '../comments/queries.ts'
import type { Context } from '../context.ts'
import { siteOf } from '../http/page-context.ts'
import { usualLimit } from '../http/paging.ts'
import { inPortions } from '../platform/portions.ts'
import { listPosts, type PostQuery } from '../posts/list.ts'
import { postAt } from '../posts/service.ts'
import { lookOf } from '../settings/look.ts'
import { tagNamed } from '../tags/service.ts'
import { answer, commentEntry, enough, postsFeed, titleIn } from './post-feed.ts'

/** The newest of every list as an Atom feed. */
export const feeds = (context: Context) => {
  const postFeed = async (request: Request, title: string, of: PostQuery = {}) => {
    const { posts } = await listPosts(context, { ...of, text: 'full' })
    return postsFeed(request, title, posts)
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
