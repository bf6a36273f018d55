import { Elysia } from 'elysia'
import { ChoicePage, SignedOutPage, SignOnPage } from '../../views/single-sign-on.tsx'
import { asMember, memberOf } from '../accounts/access.ts'
import { goOn } from '../accounts/go-on.ts'
import { askedOf, proofIn } from '../accounts/proof.ts'
import { nameAtPort } from '../accounts/sessions.ts'
import { newAccount, typedAccount } from '../accounts/sign-up.ts'
import type { Context } from '../context.ts'
import { ownPath } from '../http/local-path.ts'
import { backOf, namedSiteOf, pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { isSecure } from '../http/secure.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { newSecret } from '../platform/secrets.ts'
import { ofAnother, openProvider, type Provider, signedOut } from './provider.ts'
import { signOnOf } from './queries.ts'
import {
  halfOf,
  joinByPassword,
  joinOwn,
  makeAccount,
  part,
  signInAs,
  whyItStays,
  whyNoAccount,
} from './service.ts'

type Set = { status?: number | string; headers: Record<string, unknown> }
type Shown = {
  half: string
  knownAs: string
  next: string
  newErrors?: FieldErrors
  joinErrors?: FieldErrors
}

/** Signing in at another service, by OpenID Connect. */
export const singleSignOn = (context: Context) => {
  const { signOn } = context.config
  const opened = signOn && openProvider(context, signOn)
  const service = (): { provider: Provider; name: string } => {
    if (!opened || !signOn) throw new Refusal(409, 'This board has no single sign-on.')
    return { provider: opened, name: signOn.name }
  }

  const choice = async (request: Request, shown: Shown & { username?: string }) => {
    const pageContext = await pageContextFor(context, request)
    const viewer = viewerIn(pageContext)
    return ChoicePage({
      pageContext,
      service: service().name,
      ...(viewer && { viewer, asks: await askedOf(context, request, viewer) }),
      why: await whyNoAccount(context, inviteIn(shown.next)),
      ...shown,
    })
  }

  const page = async (request: Request, errors?: FieldErrors) => {
    const pageContext = await pageContextFor(context, request)
    const viewer = asMember(viewerIn(pageContext), 'Please sign in to see your account.')
    const { name } = service()
    const signOn = await signOnOf(context.db, viewer.id)
    return SignOnPage({
      pageContext,
      service: name,
      signOn,
      why: signOn && (await whyItStays(context, viewer, signOn)),
      asks: await askedOf(context, request, viewer),
      ...(errors && { errors }),
    })
  }

  return (
    new Elysia({ name: 'single-sign-on' })
      // A link leads here, not a form: a browser lets no form be redirected to another site under our CSP.
      .get('/login/single-sign-on', async ({ request }) => {
        const { provider } = service()
        const { searchParams, host } = new URL(request.url)
        const site = namedSiteOf(context, request)
        const next = ownPath(searchParams.get('next') ?? backOf(request, '/'))
        // Its cookie is for the host that one comes back to. Once: who is behind a proxy may never be there.
        if (host !== new URL(site).host && !searchParams.has('led')) {
          searchParams.set('next', next)
          searchParams.set('led', 'yes')
          return seeOther(`${site}/login/single-sign-on?${searchParams}`, kept(''))
        }
        const isAnew = searchParams.get('anew') === 'yes'
        const secret = newSecret()
        const address = await provider.addressFor(secret, backAt(site), isAnew)
        const then = next.length > longestNext ? '/' : next
        const content = [secret, isAnew ? 'anew' : 'once', Buffer.from(then).toString('base64url')].join('.')
        return seeOther(address, kept(cookie(request, 'sign-on', content, 600)))
      })

      .get('/login/single-sign-on/back', async ({ request, set }) => {
        const { provider } = service()
        const { search, searchParams } = new URL(request.url)
        if (searchParams.get('state') === signedOut) return seeOther('/', kept(''))
        const begun = begunIn(request)
        set.headers['cache-control'] = 'no-store'
        if (!begun) throw ofAnother()
        const { secret, isAnew, next } = begun
        const back = backAt(namedSiteOf(context, request))
        const identity = await provider.identityIn(secret, back, search, isAnew)
        const viewer = viewerIn(await pageContextFor(context, request))
        const result = await signInAs(context, request, viewer, identity, isAnew)
        const signedOn = signedOnCookie(request, identity.idToken)
        if ('isSame' in result) return seeOther(next, kept(signedOn))
        set.headers['set-cookie'] = signedOn
        if ('entered' in result) return goOn(context, { request, set }, next, result.entered)
        return choice(request, { ...result, next })
      })

      // After the end of the session here. A page with a link, for the same reason.
      .get('/login/single-sign-on/out', async ({ request, set }) => {
        const { provider, name } = service()
        const pageContext = await pageContextFor(context, request)
        const idToken = signedOnIn(request)
        if (idToken === undefined || viewerIn(pageContext)) return seeOther('/')
        set.headers['cache-control'] = 'no-store'
        try {
          const address = await provider.signOutAddress(idToken, backAt(namedSiteOf(context, request)))
          const forgotten = cookie(request, 'signed-on', '', 0)
          if (address === undefined) return seeOther('/', kept(forgotten))
          set.headers['set-cookie'] = forgotten
          return SignedOutPage({ pageContext, service: name, address })
        } catch (error) {
          // They are signed out here, whatever becomes of that there.
          if (!(error instanceof Refusal)) throw error
          return SignedOutPage({ pageContext, service: name, fault: error.message })
        }
      })

      .post('/login/single-sign-on/new', async ({ body, request, set }) => {
        service()
        const { half: typed, next: to } = asFields(body)
        const [half, next] = [textOf(typed), ownPath(to)]
        const { username } = newAccount(body)
        const invite = inviteIn(next)
        const made = await makeAccount(context, request, half, username, invite)
        if ('entered' in made)
          return goOn(context, { request, set }, invite === '' ? next : '/', made.entered)
        refused(set)
        return choice(request, { half, knownAs: username, next, newErrors: made.errors })
      })

      .post('/login/single-sign-on/join', async ({ body, request, set }) => {
        service()
        const { half: typed, next: to, code } = asFields(body)
        const [half, next] = [textOf(typed), ownPath(to)]
        const account = typedAccount(body)
        const joined = await joinByPassword(context, request, half, account, textOf(code))
        if ('entered' in joined) return goOn(context, { request, set }, next, joined.entered)
        refused(set)
        const { knownAs } = await halfOf(context, half)
        return choice(request, {
          ...{ half, knownAs, next, username: account.username },
          joinErrors: joined.errors,
        })
      })

      .get('/account/single-sign-on', ({ request, set }) => {
        set.headers['cache-control'] = 'no-store'
        return page(request)
      })

      .post('/account/single-sign-on', async ({ body, request, set }) => {
        const viewer = await memberOf(context, request)
        service()
        const half = textOf(asFields(body).half)
        const errors = await joinOwn(context, request, half, viewer, proofIn(body))
        if (!errors) return seeOther('/account/single-sign-on')
        refused(set)
        const { knownAs } = await halfOf(context, half)
        return choice(request, { half, knownAs, next: '/account/single-sign-on', joinErrors: errors })
      })

      .post('/account/single-sign-on/remove', async ({ body, request, set }) => {
        const viewer = await memberOf(context, request)
        service()
        const errors = await part(context, request, viewer, proofIn(body))
        if (!errors) return seeOther('/account/single-sign-on')
        refused(set)
        return page(request, errors)
      })
  )
}

/** Who came from an invitation goes on there, by way of the other service. */
const inviteIn = (next: string) => /^\/invites\/([\w-]{43})$/.exec(next)?.[1] ?? ''

function refused(set: Set): void {
  set.status = 422
  set.headers['cache-control'] = 'no-store'
}

const kept = (cookie: string) => ({
  'cache-control': 'no-store',
  ...(cookie && { 'set-cookie': cookie }),
})

const backAt = (site: string) => `${site}/login/single-sign-on/back`

type Cookie = 'sign-on' | 'signed-on'

function cookie(request: Request, name: Cookie, content: string, seconds: number): string {
  const secure = isSecure(request) ? '; Secure' : ''
  const called = nameAtPort(request, name)
  return `${called}=${content}; Path=/login/single-sign-on; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
}

function cookieIn(request: Request, name: Cookie): string {
  const start = `${nameAtPort(request, name)}=`
  const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/)
  return cookies.find((each) => each.startsWith(start))?.slice(start.length) ?? ''
}

/** As long as a session. The browser keeps it and not we: it is for the service, when one signs out there. */
const signedOnSeconds = 30 * 24 * 3_600
/** Browsers take cookies of 4 kB. */
const longestIdToken = 3_500
/** Written in base64, it takes a third more. Whoever came from farther goes on to the front page. */
const longestNext = 2_500

const signedOnCookie = (request: Request, idToken: string) =>
  cookie(request, 'signed-on', `.${idToken.length > longestIdToken ? '' : idToken}`, signedOnSeconds)

/** The ID token of who signed in there by this browser; empty when it was too long to be kept. */
const signedOnIn = (request: Request): string | undefined =>
  /^\.([\w.-]*)$/.exec(cookieIn(request, 'signed-on'))?.[1]

/** What a sign-in was begun with, in this browser. */
function begunIn(request: Request): { secret: string; isAnew: boolean; next: string } | undefined {
  const [, secret, how, next] =
    /^([\w-]{43})\.(anew|once)\.([\w-]*)$/.exec(cookieIn(request, 'sign-on')) ?? []
  if (secret === undefined || next === undefined) return undefined
  return { secret, isAnew: how === 'anew', next: ownPath(Buffer.from(next, 'base64url').toString()) }
}
