import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { siteOf } from './page-context.ts'

/**
 * Serves what crawlers may read (RFC 9309, where the longest rule that fits holds): what people wrote, and
 * how programs ask.
 */
export const robots = ({ config }: Context) =>
  new Elysia({ name: 'robots' }).get('/robots.txt', ({ request, set }) => {
    set.headers['content-type'] = 'text/plain; charset=utf-8'
    if (config.read === 'members') return 'User-agent: *\nDisallow: /\n'
    return `${rules}\nSitemap: ${siteOf(request)}/sitemap.xml\n`
  })

const closed = [
  ...['/search', '/live', '/audit/posts/', '/posts/*/likes', '/posts/*/edit', '/comments/*/edit'],
  ...[
    '/comments/*/reply',
    '/login',
    '/forgot',
    '/signup',
    '/add_user',
    '/account',
    '/tokens',
    '/market/orders',
  ],
  ...['/password/', '/address/', '/unsubscribe/', '/invites/', '/feeds', '/applications'],
  ...['/admin', '/api/', '/logs', '/status'],
]

const rules = ['User-agent: *', ...closed.map((path) => `Disallow: ${path}`), 'Allow: /api/docs', ''].join(
  '\n',
)
