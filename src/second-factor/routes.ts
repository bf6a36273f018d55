import { Elysia } from 'elysia'
import { renderSVG } from 'uqr'
import { startOf } from '../../views/names.ts'
import { RecoveryCodesPage, SecondFactorPage } from '../../views/second-factor.tsx'
import { asMember } from '../accounts/access.ts'
import { needsFactor } from '../accounts/duty.ts'
import { askedOf, proofIn } from '../accounts/proof.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { factorState } from '../factors/queries.ts'
import { newTotpSecret, totpAddress } from '../factors/totp.ts'
import { namedSiteOf, type PageContext, pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { renewCodes, setUpApp, turnOff } from './service.ts'

type Set = { status?: number | string; headers: Record<string, unknown> }

/** What a page of these shows of a form that was not taken. */
type Wrong = {
  secret?: string
  setUpErrors?: FieldErrors
  codesErrors?: FieldErrors
  offErrors?: FieldErrors
}

/** Where members turn their second factor on and off, and get new recovery codes. */
export const secondFactor = (context: Context) => {
  const page = async (
    request: Request,
    { pageContext, viewer }: Own,
    { secret, ...wrong }: Wrong & { isNewApp?: boolean } = {},
  ) => {
    const state = await factorState(context.db, viewer.id)
    const isSetUp = !state || secret !== undefined || wrong.isNewApp
    return SecondFactorPage({
      pageContext,
      viewer,
      state,
      isNeeded: needsFactor(context, viewer),
      asks: await askedOf(context, request, viewer),
      ...(isSetUp && { app: appOf(context, request, viewer, secret ?? newTotpSecret()) }),
      ...wrong,
    })
  }
  const own = async (request: Request, set: Set): Promise<Own> => {
    set.headers['cache-control'] = 'no-store'
    return ownPageContext(context, request)
  }

  return (
    new Elysia({ name: 'second-factor' })
      .get('/account/second-factor', async ({ request, set }) => page(request, await own(request, set)))
      .get('/account/second-factor/app', async ({ request, set }) =>
        page(request, await own(request, set), { isNewApp: true }),
      )

      // The answer is the page itself, not a way to it: the codes are shown this once, at no address.
      .post('/account/second-factor', async ({ body, request, set }) => {
        const mine = await own(request, set)
        const { secret: typed, first } = asFields(body)
        const secret = textOf(typed)
        const sent = { secret, first: textOf(first), proof: proofIn(body) }
        const { codes, errors } = await setUpApp(context, request, mine.viewer, sent)
        if (codes) return RecoveryCodesPage({ pageContext: mine.pageContext, codes })
        set.status = 422
        return page(request, mine, { secret, setUpErrors: errors })
      })

      .post('/account/second-factor/codes', async ({ body, request, set }) => {
        const mine = await own(request, set)
        const { codes, errors } = await renewCodes(context, request, mine.viewer, proofIn(body))
        if (codes) return RecoveryCodesPage({ pageContext: mine.pageContext, codes, areRenewed: true })
        set.status = 422
        return page(request, mine, { codesErrors: errors })
      })

      .post('/account/second-factor/off', async ({ body, request, set }) => {
        const mine = await own(request, set)
        const errors = await turnOff(context, request, mine.viewer, proofIn(body))
        if (!errors) return seeOther('/account/second-factor')
        set.status = 422
        return page(request, mine, { offErrors: errors })
      })
  )
}

type Own = { pageContext: PageContext; viewer: Viewer }

async function ownPageContext(context: Context, request: Request): Promise<Own> {
  const pageContext = await pageContextFor(context, request)
  return { pageContext, viewer: asMember(viewerIn(pageContext), 'Please sign in to see your account.') }
}

/** What an app is told: by a picture, by a link on the same device, or typed. */
function appOf(context: Context, request: Request, { name }: Viewer, secret: string) {
  const { host } = new URL(namedSiteOf(context, request))
  const address = totpAddress(secret, host, startOf(name))
  return { secret, address, qr: renderSVG(address, { border: 2 }) }
}
