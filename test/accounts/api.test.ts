import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { ApiClient } from '../support/api/client.ts'
import { type ApiSite, openApiSite } from '../support/api/site.ts'
import { attributeIn } from '../support/site/markup.ts'
import { newName, password } from '../support/site/page.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let site: ApiSite
let api: ApiClient

beforeAll(async () => {
  site = await openApiSite()
  api = site.api
})

async function member(name: 'ana' | 'bo' | 'cem') {
  const username = newName(name)
  await api('POST', '/api/users', { username, password })
  const { headers } = await api('POST', '/api/session', { username, password })
  return { username, cookie: { cookie: headers.getSetCookie()[0]!.split(';')[0]! } }
}

const tokenFor = async (cookie: Record<string, string>, headers = {}, secret = password) => {
  const { body } = await api(
    'POST',
    '/api/tokens',
    { name: 'my script', password: secret },
    { ...cookie, ...headers },
  )
  return body as { id: number; token: string }
}

describe('users', () => {
  test('are made, found, listed page by page, and removed by themselves', async () => {
    const username = newName('ana')
    const created = await api('POST', '/api/users', { username, password })
    const { cookie } = await member('bo')
    const { headers } = await api('POST', '/api/session', { username, password })
    const own = { cookie: headers.getSetCookie()[0]!.split(';')[0]! }

    const found = await api('GET', created.headers.get('location')!)
    const listed = await api('GET', '/api/users?limit=1')
    const refused = await api('DELETE', `/api/users/${username}`, { password }, cookie)
    const removed = await api('DELETE', `/api/users/${username}`, { password }, own)
    const after = await api('GET', `/api/users/${username}`)
    const session = await api('GET', '/api/session', undefined, own)

    expect(created.status).toBe(201)
    expect(found.body).toEqual(created.body)
    expect(JSON.stringify(created.body)).not.toContain('argon2')
    expect(listed.headers.get('link')).toMatch(/^<\/api\/users\?limit=1&after=\d+>; rel="next"$/)
    expect([refused.status, removed.status, after.status, session.status]).toEqual([403, 204, 404, 401])
  })

  test('whose name or password will not do are refused', async () => {
    const { status, body } = await api('POST', '/api/users', { username: 'a', password: 'short' })

    expect(status).toBe(422)
    expect((body as { errors: unknown }).errors).toEqual({
      username:
        'A name has 2 to 30 letters, digits, dots, dashes or underscores and starts with a letter or digit.',
      password: 'A password has 10 to 200 characters.',
    })
  })

  test('have names of their own', async () => {
    const { username } = await member('cem')

    const { status, body } = await api('POST', '/api/users', { username, password })

    expect(status).toBe(409)
    expect(body).toMatchObject({ detail: 'This name is taken.' })
  })
})

describe('a session', () => {
  test('begins with the right password and ends for good', async () => {
    const { username, cookie } = await member('ana')

    const wrong = await api('POST', '/api/session', { username, password: 'wrong horse battery' })
    const during = await api('GET', '/api/session', undefined, cookie)
    await api('DELETE', '/api/session', undefined, cookie)
    const after = await api('GET', '/api/session', undefined, cookie)

    expect(wrong.status).toBe(401)
    expect(during.body).toMatchObject({ username, role: 'member' })
    expect(after.status).toBe(401)
  })
})

describe('a token', () => {
  test('signs in wherever a cookie does, until it is revoked', async () => {
    const { username, cookie } = await member('ana')
    const { id, token } = await tokenFor(cookie)
    const bearer = { authorization: `Bearer ${token}` }

    const before = await api('GET', '/api/session', undefined, bearer)
    const listed = await api('GET', '/api/tokens', undefined, cookie)
    await api('DELETE', `/api/tokens/${id}`, { password }, cookie)
    const after = await api('GET', '/api/session', undefined, bearer)

    expect(before.body).toMatchObject({ username })
    expect(listed.body).toMatchObject([{ id, name: 'my script' }])
    expect(JSON.stringify(listed.body)).not.toContain(token)
    expect(after.status).toBe(401)
    expect(after.headers.get('www-authenticate')).toBe('Bearer')
  })

  test('is stored as a hash', async () => {
    const { cookie } = await member('bo')
    const { id, token } = await tokenFor(cookie)

    const [stored] = await site.web.database.rows<{ known: string }>(
      'SELECT LOWER(HEX(token_key)) AS known FROM tokens WHERE id = ?',
      [id],
    )

    expect(stored!.known).toBe(new Bun.CryptoHasher('sha256').update(token).digest('hex'))
  })

  test('makes no other tokens and revokes none', async () => {
    const { cookie } = await member('cem')
    const { id, token } = await tokenFor(cookie)
    const bearer = { authorization: `Bearer ${token}` }

    const created = await api('POST', '/api/tokens', { name: 'child' }, bearer)
    const revoked = await api('DELETE', `/api/tokens/${id}`, undefined, bearer)
    const unknown = { authorization: `Bearer agora_${'x'.repeat(43)}` }
    const byNobody = await api('POST', '/api/tokens', { name: 'child' }, unknown)

    expect([created.status, revoked.status, byNobody.status]).toEqual([403, 403, 401])
  })

  test('of another member cannot be revoked', async () => {
    const ana = await member('ana')
    const bo = await member('bo')
    const { id } = await tokenFor(ana.cookie)

    const { status } = await api('DELETE', `/api/tokens/${id}`, { password }, bo.cookie)

    expect(status).toBe(404)
  })

  test('asked for twice with one Idempotency-Key is one token, with the secret that was sent last', async () => {
    const { cookie } = await member('ana')
    const key = { 'idempotency-key': crypto.randomUUID() }

    const first = await tokenFor(cookie, key)
    const second = await tokenFor(cookie, key)
    const signIn = (token: string) =>
      api('GET', '/api/session', undefined, { authorization: `Bearer ${token}` }).then(({ status }) => status)

    expect(second.id).toBe(first.id)
    expect(await signIn(first.token)).toBe(401)
    expect(await signIn(second.token)).toBe(200)
  })

  test('that nobody made is refused, even with a cookie beside it', async () => {
    const { cookie } = await member('ana')
    const bearer = { authorization: `Bearer agora_${'x'.repeat(43)}` }

    const { status } = await api('GET', '/api/session', undefined, { ...cookie, ...bearer })

    expect(status).toBe(401)
  })

  test('says when it was last used, within five minutes', async () => {
    const { cookie } = await member('ana')
    const { id, token } = await tokenFor(cookie)
    const use = () => api('GET', '/api/session', undefined, { authorization: `Bearer ${token}` })
    const known = new Bun.CryptoHasher('sha256').update(token).digest('hex')
    const usedAt = async () => {
      const { body } = await api('GET', '/api/tokens', undefined, cookie)
      return (body as { usedAt: string | null }[])[0]!.usedAt
    }
    const ageTo = async (minutes: number) => {
      await site.web.database.write(
        'UPDATE tokens SET used_at = CURRENT_TIMESTAMP(3) - INTERVAL ? MINUTE WHERE id = ?',
        [minutes, id],
      )
      await site.web.context.cache.invalidate([`token:${known}`])
    }

    const never = await usedAt()
    await use()
    const first = await until(usedAt)
    await ageTo(4)
    const four = await usedAt()
    await use()
    const lately = await usedAt()
    await ageTo(6)
    const six = await usedAt()
    await use()
    const page = await (await fetch(`${site.url}/tokens`, { headers: cookie })).text()

    expect(never).toBeNull()
    expect(Date.parse(first)).not.toBeNaN()
    expect(lately).toBe(four)
    expect(await until(async () => (await usedAt()) !== six)).toBe(true)
    expect(page).toContain('last used')
  })

  test('ends with the password, and with all sessions if that is asked for; so do secret feeds', async () => {
    const { cookie } = await member('bo')
    const post = (path: string, fields: Record<string, string>) =>
      fetch(site.url + path, {
        method: 'POST',
        headers: { ...cookie, origin: site.url },
        body: new URLSearchParams(fields),
        redirect: 'manual',
      })
    const status = async (token: string) =>
      (await api('GET', '/api/session', undefined, { authorization: `Bearer ${token}` })).status
    const again = async (password: string, username: string) => {
      const { headers } = await api('POST', '/api/session', { username, password })
      cookie.cookie = headers.getSetCookie()[0]!.split(';')[0]!
    }
    const newFeeds = async () => {
      const page = await (await post('/feeds', {})).text()
      return attributeIn(page, 'main input[readonly]', 'value')
    }
    const feedsAt = async (address: string) => (await fetch(site.url + new URL(address).pathname)).status
    const { body } = await api('GET', '/api/session', undefined, cookie)
    const { username } = body as { username: string }
    const first = await tokenFor(cookie)
    const firstFeeds = await newFeeds()
    const before = [await status(first.token), await feedsAt(firstFeeds)]

    await post('/account/password', { current: password, password: 'another horse battery' })
    const afterChange = [await status(first.token), await feedsAt(firstFeeds)]
    await again('another horse battery', username)
    const second = await tokenFor(cookie, {}, 'another horse battery')
    const secondFeeds = await newFeeds()
    const ends = async () => [await status(second.token), await feedsAt(secondFeeds)]
    await post('/account/sessions/end', { confirm: 'another horse battery' })
    const kept = await ends()
    await again('another horse battery', username)
    await post('/account/sessions/end', { confirm: 'another horse battery', tokens: 'revoke' })

    expect([before, afterChange]).toEqual([
      [200, 200],
      [401, 404],
    ])
    expect([kept, await ends()]).toEqual([
      [200, 200],
      [401, 404],
    ])
  })
})
