import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Provider } from 'oidc-provider'
import { environment } from '../../../src/platform/config.ts'

/*
 * A process of a test: npm's oidc-provider, whose clock and answers can be made wrong. Whoever types a name
 * has an account there.
 */

const { PORT = '', BOARD = '', SECONDS_OFF = '0' } = environment
const url = `http://127.0.0.1:${PORT}`

const clock = Date.now
Date.now = () => clock() + Number(SECONDS_OFF) * 1_000

/** How the next tokens are wrong, and who is in which groups. */
let lie = ''
let groups: Record<string, string[]> = {}

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2_048 })
// Another one at each start, as when a service rolls its keys.
const own = keyPair().privateKey
const strange = keyPair().privateKey
const kid = `key of ${clock()}`

const provider = new Provider(url, {
  clients: [
    {
      client_id: 'board',
      client_secret: 'a secret of both',
      redirect_uris: [`${BOARD}/login/single-sign-on/back`],
      post_logout_redirect_uris: [`${BOARD}/login/single-sign-on/back`],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: {
    openid: ['sub'],
    profile: ['preferred_username'],
    groups: ['groups'],
  },
  jwks: { keys: [{ ...own.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['of a test'] },
  findAccount: (_: unknown, id: string) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
  }),
})

type Token = { header: Record<string, unknown>; payload: Record<string, unknown> }
const lies: Record<string, (token: Token) => string> = {
  nonce: ({ header, payload }) => signed({ header, payload: { ...payload, nonce: 'another' } }, own),
  issuer: ({ header, payload }) =>
    signed({ header, payload: { ...payload, iss: 'http://127.0.0.1:1' } }, own),
  audience: ({ header, payload }) => signed({ header, payload: { ...payload, aud: 'another' } }, own),
  unsigned: ({ payload }) => `${partOf({ alg: 'none' })}.${partOf(payload)}.`,
  key: (token) => signed(token, strange),
  // No lie, but more than a browser keeps in a cookie.
  long: ({ header, payload }) =>
    signed({ header, payload: { ...payload, roles: 'singer '.repeat(500) } }, own),
  'rolled key': ({ header, payload }) =>
    signed({ header: { ...header, kid: 'of before' }, payload }, strange),
}

const partOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

function signed({ header, payload }: Token, key: KeyObject): string {
  const text = `${partOf(header)}.${partOf(payload)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}

provider.use(async (ctx, next) => {
  if (ctx.path === '/as-told') {
    const told = new URL(ctx.url, url).searchParams
    lie = told.get('lie') ?? ''
    groups = JSON.parse(told.get('groups') ?? '{}')
    ctx.body = 'so be it'
    return
  }
  await next()
  if (lie === 'no sign-out' && ctx.path === '/.well-known/openid-configuration')
    ctx.body = { ...(ctx.body as object), end_session_endpoint: undefined }
  const answer = ctx.body as { id_token?: string } | undefined
  const wrong = lies[lie]
  if (ctx.path !== '/token' || !answer?.id_token || !wrong) return
  const [header, payload] = answer.id_token.split('.').map((part, at) => (at < 2 ? read(part) : {}))
  ctx.body = { ...answer, id_token: wrong({ header, payload }) }
})

provider.listen(Number(PORT), '127.0.0.1')
