import { Elysia } from 'elysia'
import { SearchPage } from '../../views/search.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { idParam } from '../http/params.ts'
import { search } from './service.ts'

/** Finding posts, comments, members and tags. */
export const searchPage = (context: Context) =>
  new Elysia({ name: 'search' }).get('/search', async ({ request }) => {
    const { searchParams } = new URL(request.url)
    const found = await search(context, request, {
      q: searchParams.get('q') ?? '',
      isComments: searchParams.get('in') === 'comments',
      cursor: idParam(request, 'before'),
    })
    return SearchPage({ pageContext: await pageContextFor(context, request), found })
  })
