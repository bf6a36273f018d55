import { type AnyElysia, Elysia } from 'elysia'
import { DocsPage } from '../../views/api.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { openApiDocument } from './document.ts'

/**
 * The API's own description, for programs and for people: all of these features, whichever pool serves them.
 */
export const openapi = (
  context: Context,
  features: ((context: Context) => AnyElysia)[],
  tokenRules: ReadonlyMap<string, string>,
) => {
  const document = openApiDocument(
    features.flatMap((feature) => feature(context).routes),
    tokenRules,
  )
  const json = JSON.stringify(document)

  return new Elysia({ name: 'openapi' })
    .get('/api/openapi.json', () => new Response(json, { headers: { 'content-type': 'application/json' } }))
    .get('/api/docs', async ({ request }) =>
      DocsPage({ pageContext: await pageContextFor(context, request), document }),
    )
}
