import { Elysia } from 'elysia'
import { SearchPage } from '../../views/search.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { search } from './service.ts'

/** Finding posts, comments, members and tags. */
export const searchPage = (context: Context) =>
  new Elysia({ name: 'search' }).get('/search', async ({ request, set }) => {
    const { searchParams } = new URL(request.url)
    const found = await search(context, request, {
      q: searchParams.get('q') ?? '',
      isComments: searchParams.get('in') === 'comments',
      order: searchParams.get('sort') === 'best' ? 'best' : 'new',
      before: searchParams.get('before') ?? undefined,
    })
    if (found.isAway) {
      set.status = 503
      set.headers['retry-after'] = '5'
    }
    return SearchPage({ pageContext: await pageContextFor(context, request), found })
  })
