import { Elysia } from 'elysia'
import { TokensPage } from '../../views/tokens.tsx'
import type { Context } from '../context.ts'
import { frameFor, seeOther } from '../frame.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields } from '../platform/fields.ts'
import { memberOf } from './access.ts'
import { tokensOf } from './queries.ts'
import { makeToken, refuseTokens, revokeToken, tokenName } from './tokens.ts'

type Shown = { secret?: string; errors?: FieldErrors }

/** Where members make tokens for their programs, and revoke them. */
export const tokenPages = (context: Context) => {
  const page = async (request: Request, shown: Shown = {}) => {
    const { id } = await memberOf(context, request)
    const frame = await frameFor(context, request)
    return TokensPage({ frame, tokens: await tokensOf(context.db, id), ...shown })
  }

  return (
    new Elysia({ name: 'tokens' })
      .get('/tokens', ({ request }) => page(request))

      // The answer is the page itself, not a way to it: the secret is shown this once and stands in no address.
      .post('/tokens', async ({ body, request, set }) => {
        refuseTokens(request)
        const viewer = await memberOf(context, request)
        set.headers['cache-control'] = 'no-store'
        try {
          const { secret } = await makeToken(context, request, viewer, tokenName(asFields(body).name))
          return await page(request, { secret })
        } catch (error) {
          if (!(error instanceof Refusal) || error.status !== 422) throw error
          set.status = 422
          return page(request, { errors: error.fields })
        }
      })

      .post('/tokens/:id/revoke', async ({ params: { id }, request }) => {
        refuseTokens(request)
        await revokeToken(context, await memberOf(context, request), id)
        return seeOther('/tokens')
      })
  )
}
