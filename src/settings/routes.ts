import { Elysia } from 'elysia'
import { ImprintPage } from '../../views/imprint.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'
import { htmlOf } from '../text/markdown.ts'
import { logoNamed } from './queries.ts'
import { themeNamed } from './theme.ts'

/** What is at an address that names its content never changes. A minute at the edge, as pictures. */
const forever = 'public, max-age=31536000, s-maxage=60, immutable'

const isNameOfLogo = /^[\da-f]{64}-(?:\d{1,3}x\d{1,2}\.webp|(?:48|192|512|maskable)\.png)$/

/** What admins set that everybody sees on addresses of their own. */
export const look = (context: Context) =>
  new Elysia({ name: 'look' })
    .get('/imprint', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const { imprint, contact } = pageContext.look
      if (imprint === '' && contact === '') throw new Refusal(404, 'There is nothing at this address.')
      return ImprintPage({ pageContext, html: htmlOf(imprint), contact })
    })

    .get('/logos/:name', async ({ params: { name } }) => {
      const bytes = isNameOfLogo.test(name) ? await logoNamed(context.db, name) : undefined
      if (!bytes) throw new Refusal(404, 'There is no such picture.')
      const type = name.endsWith('.png') ? 'image/png' : 'image/webp'
      return new Response(bytes, { headers: { 'content-type': type, 'cache-control': forever } })
    })

    .get('/theme/:name', ({ params: { name } }) => {
      const rules = themeNamed(name)
      if (rules === undefined) throw new Refusal(404, 'There is no such file.')
      return new Response(rules, {
        headers: { 'content-type': 'text/css;charset=utf-8', 'cache-control': forever },
      })
    })
