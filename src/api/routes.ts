import { Elysia } from 'elysia'
import { DocsPage } from '../../views/api.tsx'
import { accountsApi } from '../accounts/api.ts'
import { acts, actsUsers } from '../acts/routes.ts'
import { itemApi } from '../admin/item-api.ts'
import { audit } from '../audit/routes.ts'
import { boardApi } from '../board/api.ts'
import { commentsApi } from '../comments/api.ts'
import type { Context } from '../context.ts'
import { frameFor } from '../frame.ts'
import { likes } from '../likes/routes.ts'
import { market } from '../market/routes.ts'
import { logs } from '../ops/logs.ts'
import { ops } from '../ops/routes.ts'
import { status } from '../ops/status.ts'
import { ordering, orders } from '../orders/routes.ts'
import { pictures } from '../pictures/routes.ts'
import { openApiDocument } from './document.ts'

/** All features with an API, whichever pool serves them. */
const documentedFeatures = [
  ...[boardApi, commentsApi, pictures, likes, accountsApi],
  ...[market, itemApi, orders, ordering],
  ...[audit, logs, status, ops, acts, actsUsers],
]

/** What the API says of itself, to programs and to people. */
export const api = (context: Context) => {
  const document = openApiDocument(documentedFeatures.flatMap((feature) => feature(context).routes))
  const json = JSON.stringify(document)

  return new Elysia({ name: 'api' })
    .get('/api/openapi.json', () => new Response(json, { headers: { 'content-type': 'application/json' } }))
    .get('/api/docs', async ({ request }) => DocsPage({ frame: await frameFor(context, request), document }))
}
