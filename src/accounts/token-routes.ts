import { Elysia } from 'elysia'
import { TokensPage } from '../../views/tokens.tsx'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { memberOf } from './access.ts'
import { askedOf, proofIn, provenOrRefuse } from './proof.ts'
import { type Token, tokensOf } from './queries.ts'
import { type Scope, scopes, scopesIn } from './scopes.ts'
import { makeToken, revokeToken, tokenName, tokenUse } from './tokens.ts'

type Shown = {
  secret?: string
  typed?: Typed
  errors?: FieldErrors
  removal?: { id: string; errors: FieldErrors }
}

/** What was chosen for a new token. */
type Typed = { name: string; scopes: Scope[]; days: number }

/** Where members make tokens for their programs, and revoke them. */
export const tokenPages = (context: Context) => {
  const page = async (request: Request, shown: Shown = {}) => {
    const viewer = await memberOf(context, request)
    const pageContext = await pageContextFor(context, request)
    const tokens = await tokensOf(context.db, viewer.id)
    return TokensPage({
      pageContext,
      tokens: tokens.map(shownToken),
      asks: await askedOf(context, request, viewer),
      ...shown,
    })
  }

  const again = (
    request: Request,
    set: { status?: number | string },
    error: unknown,
    shown: (errors: FieldErrors) => Shown,
  ) => {
    if (!(error instanceof Refusal) || error.status !== 422) throw error
    set.status = 422
    return page(request, shown(error.fields))
  }

  return (
    new Elysia({ name: 'tokens' })
      .get('/tokens', ({ request }) => page(request))

      // The answer is the page itself, not a way to it: the secret is shown this once and stands in no
      // address.
      .post('/tokens', async ({ body, request, set }) => {
        const viewer = await memberOf(context, request)
        const fields = asFields(body)
        const typed = {
          name: textOf(fields.name),
          scopes: scopes.filter((each) => fields[each] === 'on'),
          days: Number(textOf(fields.days)),
        }
        set.headers['cache-control'] = 'no-store'
        try {
          await provenOrRefuse(context, request, viewer, proofIn(body), 'confirm')
          const wanted = { name: tokenName(typed.name), ...tokenUse(typed.scopes, typed.days) }
          const { secret } = await makeToken(context, request, viewer, wanted)
          return await page(request, { secret })
        } catch (error) {
          return again(request, set, error, (errors) => ({ typed, errors }))
        }
      })

      .post('/tokens/:id/revoke', async ({ params: { id }, body, request, set }) => {
        const viewer = await memberOf(context, request)
        try {
          await provenOrRefuse(context, request, viewer, proofIn(body), 'confirm')
          await revokeToken(context, viewer, id)
          return seeOther('/tokens')
        } catch (error) {
          return again(request, set, error, (errors) => ({ removal: { id, errors } }))
        }
      })
  )
}

const shownToken = ({ scopes, ...token }: Token) => ({
  ...token,
  scopes: scopes === null ? undefined : scopesIn(scopes),
  hasEnded: token.expiresAt !== null && Date.parse(token.expiresAt) <= Date.now(),
})
