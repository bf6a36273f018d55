import type { ClientAuth, ServerMetadata } from 'openid-client'
import type { Context } from '../context.ts'
import { groupsWithClaims } from '../groups/queries.ts'
import type { SignOnSettings } from '../platform/config.ts'
import { Refusal, RefusalLeadingOn } from '../platform/errors.ts'
import { sha256 } from '../platform/sha256.ts'

/**
 * The service that members sign in at, by OpenID Connect 1.0: discovery, the code flow with PKCE, state and
 * nonce, and an ID token whose signature is checked by the keys that the service publishes at that moment.
 *
 * State, nonce and verifier are made of one secret that only the visitor's browser has, in a cookie, as
 * section 15.5.2 of OpenID Connect Core has it: an answer is worth something to the browser that asked, once,
 * and nothing is stored here.
 */
export type Provider = {
  /** Returns where a browser is sent to sign in. `isAnew`: by proving once more who one is. */
  addressFor(secret: string, back: string, isAnew: boolean): Promise<string>
  /**
   * Returns who came back to the address `back`, with `search` behind it. Throws a Refusal that says what was
   * wrong.
   */
  identityIn(secret: string, back: string, search: string, isAnew: boolean): Promise<Identity>
  /**
   * Returns where one signs out there, too, and is led back to the address `back`; undefined where that is
   * not possible. `idToken` says of whom: OpenID Connect RP-Initiated Logout 1.0.
   */
  signOutAddress(idToken: string, back: string): Promise<string | undefined>
}

/** What comes back in the answer to a sign-out, and in none to a sign-in. */
export const signedOut = 'signed-out'

export type Identity = {
  /** SHA-256, in hex, of the issuer and of what it calls them. */
  key: string
  /** What they are called there; maybe nothing. */
  name: string
  groups: string[]
  /** What the service signed of it. */
  idToken: string
}

/** Its library is loaded by whoever signs in by it first. */
const openid = () => import('openid-client')

const answeredWithinSeconds = 5
/** What a service says of itself is asked for again after this. */
const knownForMs = 60_000
/** How far its clock and ours may be apart. */
const mostSecondsApart = 60
/** How long ago somebody may have signed in there who was asked to do it anew. */
const anewWithinSeconds = 120

export function openProvider({ log, db }: Pick<Context, 'log' | 'db'>, settings: SignOnSettings): Provider {
  const { issuer, clientId, clientSecret, groupsClaim } = settings
  let known: { server: ServerMetadata; until: number } | undefined

  const asksGroups = async () =>
    settings.adminGroup !== undefined ||
    settings.moderatorGroup !== undefined ||
    (await groupsWithClaims(db)).length > 0

  async function configuration() {
    const oidc = await openid()
    const auth = clientSecret ? eitherWay(oidc, clientSecret) : oidc.None()
    const metadata = { [oidc.clockTolerance]: mostSecondsApart }
    const isPlain = issuer.startsWith('http:')
    if (!known || known.until < Date.now()) {
      const found = await oidc.discovery(new URL(issuer), clientId, metadata, auth, {
        timeout: answeredWithinSeconds,
        ...(isPlain && { execute: [oidc.allowInsecureRequests] }),
      })
      known = { server: found.serverMetadata(), until: Date.now() + knownForMs }
    }
    // A new one each time has no keys of before, so one that was rolled is known at once.
    const made = new oidc.Configuration(known.server, clientId, metadata, auth)
    made.timeout = answeredWithinSeconds
    oidc.enableNonRepudiationChecks(made)
    if (isPlain) oidc.allowInsecureRequests(made)
    return { oidc, made }
  }

  async function orRefuse<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      const refusal = error instanceof Refusal ? error : refusalOf(error)
      // What the library says is for whoever runs the board, not for visitors.
      const level = refusal.status < 500 ? 'info' : 'warn'
      log[level]('nobody was signed in by single sign-on', { says: refusal.message, error })
      throw refusal
    }
  }

  return {
    addressFor: (secret, back, isAnew) =>
      orRefuse(async () => {
        const { oidc, made } = await configuration()
        const { state, nonce, verifier } = derivedFrom(secret)
        const asked = oidc.buildAuthorizationUrl(made, {
          redirect_uri: back,
          scope: scopeFor(made.serverMetadata(), await asksGroups()),
          state,
          nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...(isAnew && { prompt: 'login', max_age: '0' }),
        })
        return asked.href
      }),

    identityIn: (secret, back, search, isAnew) =>
      orRefuse(async () => {
        const { oidc, made } = await configuration()
        const { state, nonce, verifier } = derivedFrom(secret)
        if (new URLSearchParams(search).get('state') !== state) throw ofAnother()
        const tokens = await oidc.authorizationCodeGrant(made, new URL(back + search), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) throw untrusted()
        if (Math.abs(Date.now() / 1_000 - claims.iat) > mostSecondsApart) throw clockIsWrong()
        if (isAnew && !(claims.iat - (claims.auth_time ?? 0) < anewWithinSeconds)) throw notAnew()
        const more = made.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(made, tokens.access_token, claims.sub)
          : {}
        const said: Record<string, unknown> = { ...more, ...claims }
        return {
          key: sha256(`${claims.iss}\n${claims.sub}`),
          // Some call people by their address.
          name: (textOf(said.preferred_username) || textOf(said.nickname)).replace(/@.*/, ''),
          groups: groupsIn(said[groupsClaim]),
          idToken: tokens.id_token ?? '',
        }
      }),

    signOutAddress: (idToken, back) =>
      orRefuse(async () => {
        const { oidc, made } = await configuration()
        if (!made.serverMetadata().end_session_endpoint) return undefined
        const asked = oidc.buildEndSessionUrl(made, {
          post_logout_redirect_uri: back,
          state: signedOut,
          ...(idToken && { id_token_hint: idToken }),
        })
        return asked.href
      }),
  }
}

const derivedFrom = (secret: string) => ({
  state: sha256(`state ${secret}`),
  nonce: sha256(`nonce ${secret}`),
  verifier: sha256(`verifier ${secret}`),
})

/** Services take a secret in one of two ways, and say in which. */
function eitherWay(oidc: Awaited<ReturnType<typeof openid>>, secret: string): ClientAuth {
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)]
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (ways.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}

/** Some services give groups to whoever asks for them by a scope, and some refuse a scope they don't know. */
const scopeFor = ({ scopes_supported: known = [] }: ServerMetadata, asksGroups: boolean) =>
  ['openid', 'profile', ...(asksGroups && known.includes('groups') ? ['groups'] : [])].join(' ')

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

const groupsIn = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(textOf)

/** Where a page leads to of a sign-in that came to nothing. */
export const anew = { to: '/login/single-sign-on', says: 'Begin again' }

/** What the library threw, as a sentence. Whatever is no answer at all is a service that is away. */
function refusalOf(error: unknown): Refusal {
  const { code = '', error: said = '' } = (error ?? {}) as { code?: string; error?: string }
  if (said === 'access_denied') return new RefusalLeadingOn(403, 'The sign-in was cancelled.', anew)
  if (said === 'invalid_grant')
    return new RefusalLeadingOn(
      422,
      'This sign-in was used already, or took too long. Please begin again.',
      anew,
    )
  if (said === 'temporarily_unavailable' || said === 'server_error') return away()
  if (said !== '') return new Refusal(502, 'The sign-in service refused this board. Please tell an admin.')
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') return clockIsWrong()
  return untrustedCodes.has(code) ? untrusted() : away()
}

const untrustedCodes = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
  'OAUTH_PARSE_ERROR',
  'OAUTH_UNSUPPORTED_OPERATION',
])

const away = () =>
  new RefusalLeadingOn(503, 'The sign-in service does not answer now. Please try again in a moment.', anew, {
    'retry-after': '10',
  })

/** Also of one that began twice in one browser: its second beginning is the one that counts. */
export const ofAnother = () =>
  new RefusalLeadingOn(422, 'This sign-in was begun elsewhere or too long ago. Please begin again.', anew)

const notAnew = () =>
  new RefusalLeadingOn(422, 'The sign-in service did not ask you anew. Please begin again.', anew)

const untrusted = () =>
  new Refusal(502, 'The answer of the sign-in service cannot be trusted, so nobody is signed in.')

const clockIsWrong = () =>
  new Refusal(502, 'The clock of the sign-in service and that of this board disagree. Please tell an admin.')
