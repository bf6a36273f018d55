import { Elysia } from 'elysia'
import { FeedsPage } from '../../views/feeds.tsx'
import { shownName } from '../../views/names.ts'
import { asMember, memberOf } from '../accounts/access.ts'
import { asAllowed } from '../accounts/duty.ts'
import { viewerByFeedKey } from '../accounts/queries.ts'
import { sessionOf } from '../accounts/sessions.ts'
import { categoryById } from '../categories/queries.ts'
import type { Context } from '../context.ts'
import { readingAs } from '../doors/reader.ts'
import { namedSiteOf, pageContextFor, viewerIn } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { Refusal } from '../platform/errors.ts'
import { newSecret } from '../platform/secrets.ts'
import { sha256 } from '../platform/sha256.ts'
import { listPosts } from '../posts/list.ts'
import { lookOf } from '../settings/look.ts'
import { postsFeed } from './post-feed.ts'
import { feedKeyMadeAt, putFeedKey } from './queries.ts'

/** Feeds of whatever a member may read, for readers that have no cookie: by an address that nobody knows. */
export const secretFeeds = (context: Context) => {
  const insideOf = async <T>(token: string, work: () => Promise<T>): Promise<T> => {
    const found = await viewerByFeedKey(context.db, sha256(token))
    if (!found) throw noSuchFeed()
    return readingAs(context.doors.readerOf(asAllowed(context, found)), work)
  }

  const page = async (request: Request, address?: string) => {
    const pageContext = await pageContextFor(context, request)
    const { id } = asMember(viewerIn(pageContext))
    return FeedsPage({ pageContext, madeAt: await feedKeyMadeAt(context.db, id), address })
  }

  return (
    new Elysia({ name: 'secret-feeds' })
      .get('/feeds', ({ request, set }) => {
        set.headers['cache-control'] = 'no-store'
        return page(request)
      })

      // The answer is the page itself: the address is shown this once.
      .post('/feeds', async ({ request, set }) => {
        set.headers['cache-control'] = 'no-store'
        const { id } = await memberOf(context, request)
        const token = newSecret()
        if (!(await putFeedKey(context.db, sessionOf(request) ?? '', id, sha256(token))))
          throw new Refusal(401, 'You are signed out by now. Please sign in again.')
        return page(request, `${namedSiteOf(context, request)}/feeds/${token}`)
      })

      .get('/feeds/:token', ({ params: { token }, request }) =>
        insideOf(token, async () => {
          const { posts } = await listPosts(context, { text: 'full' })
          const { name } = await lookOf(context)
          return postsFeed(request, name, posts, { page: '/', isPrivate: true })
        }),
      )

      .get('/feeds/:token/:category', ({ params: { token, category: number }, request }) =>
        insideOf(token, async () => {
          const category = await categoryById(context.db, `${idIn(number, 'There is no such feed.')}`)
          if (!category) throw noSuchFeed()
          const { posts } = await listPosts(context, { category: category.id, text: 'full' })
          const title = `${shownName(category.name)} · ${(await lookOf(context)).name}`
          return postsFeed(request, title, posts, { page: `/categories/${category.id}`, isPrivate: true })
        }),
      )
  )
}

const noSuchFeed = () => new Refusal(404, 'There is no such feed.')
