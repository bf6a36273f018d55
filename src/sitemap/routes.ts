import { Elysia } from 'elysia'
import { categoryAt } from '../../views/names.ts'
import { categories } from '../categories/service.ts'
import type { Context } from '../context.ts'
import { siteOf } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'
import { highestPost, postsBetween } from './queries.ts'

/** Of a file's posts, by their numbers. https://www.sitemaps.org/protocol.html takes 50,000. */
const postsInFile = 10_000

/** Tells search engines which pages there are: names a file for lists, and one for 10,000 posts each. */
export const sitemap = (context: Context) =>
  new Elysia({ name: 'sitemap' })
    .get('/sitemap.xml', async ({ request }) => {
      const site = siteOf(request)
      const files = Math.ceil((await highestPost(context.db)) / postsInFile)
      const names = ['lists', ...Array.from({ length: files }, (_, index) => `posts-${index + 1}`)]
      return xml(
        'sitemapindex',
        names.map((name) => entry('sitemap', `${site}/sitemap/${name}.xml`)),
      )
    })

    .get('/sitemap/lists.xml', async ({ request }) => {
      const site = siteOf(request)
      const all = await categories(context)
      const paths = ['/', '/market', '/categories', ...all.map(({ name, id }) => categoryAt(name, id))]
      return xml(
        'urlset',
        paths.map((path) => entry('url', site + path)),
      )
    })

    .get('/sitemap/:name', async ({ params: { name }, request }) => {
      const file = Number(/^posts-([1-9]\d{0,8})\.xml$/.exec(name)?.[1])
      if (!file) throw new Refusal(404, 'There is nothing at this address.')
      const site = siteOf(request)
      const posts = await postsBetween(context.db, (file - 1) * postsInFile, file * postsInFile)
      return xml(
        'urlset',
        posts.map(({ id, changedAt }) => entry('url', `${site}/posts/${id}`, changedAt)),
      )
    })

/** Addresses are encoded already, but for the `&` and `'` that `encodeURIComponent` leaves. */
const escaped = (address: string) => address.replaceAll('&', '&amp;').replaceAll("'", '&apos;')

const entry = (of: 'url' | 'sitemap', address: string, changedAt?: string) =>
  `<${of}><loc>${escaped(address)}</loc>${changedAt ? `<lastmod>${changedAt}</lastmod>` : ''}</${of}>`

const xml = (root: 'urlset' | 'sitemapindex', entries: string[]) =>
  new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join('')}</${root}>`,
    { headers: { 'content-type': 'application/xml; charset=utf-8' } },
  )
