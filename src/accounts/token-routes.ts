import { Elysia } from 'elysia'
import { TokensPage } from '../../views/tokens.tsx'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { memberOf } from './access.ts'
import { asksCode, proofIn, provenOrRefuse } from './proof.ts'
import { tokensOf } from './queries.ts'
import { makeToken, revokeToken, tokenName } from './tokens.ts'

type Shown = { secret?: string; name?: string | undefined; errors?: FieldErrors }

/** Where members make tokens for their programs, and revoke them. */
export const tokenPages = (context: Context) => {
  const page = async (request: Request, shown: Shown = {}) => {
    const viewer = await memberOf(context, request)
    const pageContext = await pageContextFor(context, request)
    const tokens = await tokensOf(context.db, viewer.id)
    return TokensPage({ pageContext, tokens, asksCode: await asksCode(context, request, viewer), ...shown })
  }

  const again = (request: Request, set: { status?: number | string }, error: unknown, name?: string) => {
    if (!(error instanceof Refusal) || error.status !== 422) throw error
    set.status = 422
    return page(request, { name, errors: error.fields })
  }

  return (
    new Elysia({ name: 'tokens' })
      .get('/tokens', ({ request }) => page(request))

      // The answer is the page itself, not a way to it: the secret is shown this once and stands in no
      // address.
      .post('/tokens', async ({ body, request, set }) => {
        const viewer = await memberOf(context, request)
        const { name } = asFields(body)
        set.headers['cache-control'] = 'no-store'
        try {
          await provenOrRefuse(context, request, viewer, proofIn(body), 'confirm')
          const { secret } = await makeToken(context, request, viewer, tokenName(name))
          return await page(request, { secret })
        } catch (error) {
          return again(request, set, error, textOf(name))
        }
      })

      .post('/tokens/:id/revoke', async ({ params: { id }, body, request, set }) => {
        const viewer = await memberOf(context, request)
        try {
          await provenOrRefuse(context, request, viewer, proofIn(body), 'confirm')
          await revokeToken(context, viewer, id)
          return seeOther('/tokens')
        } catch (error) {
          return again(request, set, error)
        }
      })
  )
}
