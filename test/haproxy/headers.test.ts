import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { request } from 'node:http'
import { type Haproxy, type Seen, startHaproxy } from '../support/servers/haproxy.ts'
import { sendRaw, statusIn } from '../support/site/raw.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

let haproxy: Haproxy
beforeAll(async () => {
  haproxy = await startHaproxy({ STATS_PASSWORD: 'a password', MAX_BODY_BYTES: '1024' })
  await haproxy.add('web', 'web-1')
})

describe('what a visitor says of the way here', () => {
  test('is replaced by what HAProxy knows', async () => {
    const forged = { 'X-Forwarded-For': '6.6.6.6', 'X-Request-Id': 'mine', 'X-Served-By': 'me' }
    const more = {
      'X-Forwarded-Host': 'evil',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': '1',
      'x-forwarded': '6.6.6.6',
      'X-Real-IP': '6.6.6.6',
      'X-Operator': 'yes',
      Forwarded: 'for=6.6.6.6',
    }

    const { headers } = await haproxy.ask('/', { headers: { ...forged, ...more } })

    expect(headers['x-forwarded-for']).toBe('127.0.0.1')
    expect(headers['x-request-id']).toMatch(uuid)
    const gone = Object.keys({ ...forged, ...more }).map((name) => name.toLowerCase())
    for (const name of gone.filter((each) => !['x-forwarded-for', 'x-request-id'].includes(each)))
      expect(headers[name]).toBeUndefined()
  })

  test('an id goes with the request to the replica, with the answer back and into the log', async () => {
    const response = await fetch(`${haproxy.url}/posts/1?secret=hidden`)

    const id = response.headers.get('x-request-id')!
    const { headers } = (await response.json()) as { headers: Record<string, string> }
    expect(headers['x-request-id']).toBe(id)
    const line = await until(() =>
      haproxy
        .log()
        .split('\n')
        .find((each) => each.includes(id)),
    )
    expect(JSON.parse(line)).toMatchObject({
      id,
      method: 'GET',
      path: '/posts/1',
      status: 200,
      server: 'web-1',
    })
    expect(haproxy.log()).not.toContain('hidden')
  })
})

const token = 'aB_-'.repeat(11).slice(1)

test.each([
  ['/password/secret', '/password/:token'],
  ['//password/secret/x', '/password/:token'],
  ['/address/secret', '/address/:token'],
  ['///address/secret', '/address/:token'],
  ['/unsubscribe/secret', '/unsubscribe/:token'],
  [`/FEEDS/${token}`, '/FEEDS/:token'],
  [`/feeds%2F${token}`, '/feeds%2F:token'],
  [`/forum/feeds/${token}/3`, '/forum/feeds/:token/3'],
  [`/images/${'a'.repeat(64)}-large.webp`, `/images/${'a'.repeat(64)}-large.webp`],
  ['/passwords/here', '/passwords/here'],
  ['/c/password/here', '/c/password/here'],
])('of %s the log has %s', async (path, logged) => {
  const id = (await fetch(haproxy.url + path)).headers.get('x-request-id') ?? ''

  const lines = () => haproxy.log().split('\n')
  const line = await until(() => lines().find((each) => each.includes(id)))
  expect(JSON.parse(line).path).toBe(logged)
})

describe('a like, which goes a shorter way,', () => {
  /** What comes to the replica and back, but for what is another each time. */
  async function sent(path: string) {
    const response = await fetch(haproxy.url + path, { method: 'POST' })
    const { headers } = (await response.json()) as Seen
    const names = [...response.headers].filter(([name]) => !['x-request-id', 'date'].includes(name))
    const id = response.headers.get('x-request-id')
    return { seen: Object.keys(headers).sort(), said: names, isSame: id === headers['x-request-id'] }
  }
  const likes = ['/posts/1/likes', '/posts/1/likes/', '/api/posts/1/likes', '/api/posts/1/likes/mine']

  test.each(likes)('%s is passed on and answered as every write is', async (path) => {
    const other = await sent('/posts/1/comments')

    expect(await sent(path)).toEqual(other)
    expect(other.isSame).toBe(true)
    expect(other.said.map(([name]) => name)).toContain('set-cookie')
  })

  test.each(likes)('%s is counted for the scaler', async (path) => {
    const credentials = { authorization: `Basic ${btoa('agora:a password')}` }
    const count = async () =>
      Number(await (await fetch(`${haproxy.statsUrl}/counted`, { headers: credentials })).text())
    const before = await count()

    await sent(path)

    expect(await count()).toBe(before + 1)
  })
})

describe('who answered', () => {
  test('is the name a replica gives itself, else the one that HAProxy has for it', async () => {
    expect((await fetch(`${haproxy.url}/`)).headers.get('x-served-by')).toBe('web-1')
    expect((await fetch(`${haproxy.url}/bare`)).headers.get('x-served-by')).toBe('web-1')
  })

  test('is haproxy where no replica does', async () => {
    const response = await fetch(`${haproxy.url}/admin`)

    expect(response.headers.get('x-served-by')).toBe('haproxy')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

describe('what HAProxy answers by itself', () => {
  const large = 'x'.repeat(1_025)

  test('a body over the limit is too large, one at the limit is not', async () => {
    expect((await send('/', { body: large })).status).toBe(413)
    expect((await send('/', { body: large.slice(1) })).status).toBe(200)
  })

  test.each([
    ['64 lines', 'A: a\r\n'.repeat(61), 200],
    ['65 lines', 'A: a\r\n'.repeat(62), 400],
    ['15,000 bytes', `A: ${'a'.repeat(14_900)}\r\n`, 200],
    ['15 KiB', `A: ${'a'.repeat(15_360)}\r\n`, 400],
  ])('of a head of %s it takes no more than it has room for', async (_, head, status) => {
    // Three lines more are of `sendRaw`.
    expect(statusIn(await sendRaw(haproxy.url, ['GET /'], { head }))).toBe(status)
  })

  test('a browser gets a page that asks for nothing from elsewhere', async () => {
    const { type, text } = await send('/', { body: large })

    expect(type).toBe('text/html; charset=utf-8')
    expect(text).toStartWith('<!doctype html>')
    expect(text).toEndWith('</html>')
    expect(text).toContain('too large')
    expect(text).not.toMatch(/(src|href)="(?!\/")/)
  })

  test('a program gets problem details', async () => {
    const { status, type, text } = await send('/api/posts', { body: large })

    expect(type).toBe('application/problem+json')
    expect(JSON.parse(text)).toMatchObject({ status, title: 'Content Too Large' })
  })

  test('a program of the acts API gets its empty object', async () => {
    const { status, type, text } = await send('/api/v1/acts', { body: large })

    expect([status, type, text]).toEqual([413, 'application/json', '{}'])
  })

  test('htmx gets a sentence for the place where errors show', async () => {
    const { response, text } = await send('/', { body: large, headers: { 'HX-Request': 'true' } })

    expect(text).toStartWith('<p class="error">')
    expect(response.headers.get('hx-retarget')).toBe('#flash')
    expect(response.headers.get('hx-reswap')).toBe('innerHTML')
  })

  test('a form that was sent does not send itself again', async () => {
    expect((await send('/admin', { method: 'GET' })).text).toContain('http-equiv="refresh"')
    const sent = await send('/admin', { body: 'name=Muffins' })
    expect(sent.status).toBe(503)
    expect(sent.text).not.toContain('refresh')
  })

  test.each<[string, Record<string, string>]>([
    ['asks for Arabic', { 'Accept-Language': 'ar-EG,ar;q=0.9,en;q=0.5' }],
    ['asks for Arabic in capitals', { 'Accept-Language': 'AR' }],
    ['asks for English, but chose Arabic', { 'Accept-Language': 'en', Cookie: 'a=b; language=ar' }],
  ])('whoever %s reads it in Arabic, in every form', async (_, headers) => {
    const page = await send('/admin', { method: 'GET', headers })
    const sent = await send('/', { body: large, headers })
    const note = await send('/', { body: large, headers: { ...headers, 'HX-Request': 'true' } })

    for (const { text } of [page, sent]) {
      expect(text).toStartWith('<!doctype html><html lang="ar" dir="rtl">')
      expect(text).toEndWith('إلى الصفحة الرئيسية</a></p></html>')
    }
    expect(page.text).toContain('يُعاد تشغيل الموقع')
    expect(note.text).toMatch(/^<p class="error">[^<]*\p{Script=Arabic}[^<]*<\/p>$/u)
  })

  test.each<[string, Record<string, string>]>([
    ['asks for German', { 'Accept-Language': 'de-AT,de;q=0.9,en;q=0.5' }],
    ['asks for German before Arabic', { 'Accept-Language': 'DE, ar;q=0.3' }],
    ['asks for Arabic, but chose German', { 'Accept-Language': 'ar', Cookie: 'language=de' }],
  ])('whoever %s reads it in German, in every form', async (_, headers) => {
    const page = await send('/admin', { method: 'GET', headers })
    const note = await send('/', { body: large, headers: { ...headers, 'HX-Request': 'true' } })

    expect(page.text).toStartWith('<!doctype html><html lang="de">')
    expect(page.text).toContain('Die Seite startet neu.')
    expect(page.text).toEndWith('Zur Startseite</a></p></html>')
    expect(note.text).toBe('<p class="error">Das ist zu groß, um hierher gesendet zu werden.</p>')
  })

  test.each<[string, string, Record<string, string>]>([
    ['asks for English before Arabic', '/', { 'Accept-Language': 'en-GB,en;q=0.9,ar;q=0.8' }],
    ['asks for none of ours', '/', { 'Accept-Language': 'fr, *;q=0.5' }],
    ['asks for English before German', '/', { 'Accept-Language': 'en-DE,en;q=0.9,de;q=0.8' }],
    ['asks for Arabic, but chose English', '/', { 'Accept-Language': 'ar', Cookie: 'language=en' }],
    ['is a program', '/api/posts', { 'Accept-Language': 'ar' }],
  ])('whoever %s reads it in English', async (_, path, headers) => {
    const { text } = await send(path, { body: large, headers })

    expect(text).toContain('too large')
    expect(text).not.toMatch(/\p{Script=Arabic}/u)
  })

  test('a method that nothing here knows is refused with those that are', async () => {
    const { status, allow } = await withMethod('PROPFIND')

    expect(status).toBe(405)
    expect(allow).toContain('GET, HEAD, POST')
  })

  test('every one of its errors has its text in every form', async () => {
    const lines = (await Bun.file('haproxy/errors/answers.map').text()).split('\n')
    const config = await Bun.file('haproxy/haproxy.cfg').text()
    const statuses = [...config.matchAll(/^ +http-error status (\d+)/gm)].map(([, status]) => status)

    expect(statuses.length).toBeGreaterThanOrEqual(8)
    for (const status of statuses) {
      for (const form of ['page', 'sent', 'note', 'api'])
        expect(lines.filter((line) => line.startsWith(`${form}-${status} `))).toHaveLength(1)
      for (const form of ['page', 'sent', 'note'])
        for (const language of ['ar', 'de'])
          expect(lines.filter((line) => line.startsWith(`${form}-${status}-${language} `))).toHaveLength(1)
      const api = lines.find((line) => line.startsWith(`api-${status} `))!
      expect(JSON.parse(api.slice(8))).toMatchObject({ type: 'about:blank', status: Number(status) })
      expect(lines).toContain(`acts-${status} {}`)
    }
  })
})

describe('the stats page', () => {
  const basic = (password: string) => ({ headers: { authorization: `Basic ${btoa(`agora:${password}`)}` } })

  test.each(['/', '/metrics'])('%s wants the password', async (path) => {
    expect((await fetch(haproxy.statsUrl + path)).status).toBe(401)
    expect((await fetch(haproxy.statsUrl + path, basic('wrong'))).status).toBe(401)
    expect((await fetch(haproxy.statsUrl + path, basic('a password'))).status).toBe(200)
  })

  test('shows the servers, and numbers for Prometheus', async () => {
    expect(await (await fetch(`${haproxy.statsUrl}/`, basic('a password'))).text()).toContain('web-1')
    const metrics = await (await fetch(`${haproxy.statsUrl}/metrics`, basic('a password'))).text()
    expect(metrics).toContain('haproxy_server_status')
  })

  test('is not to be had at the public port', async () => {
    expect((await haproxy.ask('/metrics')).name).toBe('web-1')
  })

  test('refuses everyone while there is no password', async () => {
    const shut = await startHaproxy({ STATS_PASSWORD: '' })

    for (const path of ['/', '/metrics']) {
      expect((await fetch(shut.statsUrl + path, basic(''))).status).toBe(403)
      expect((await fetch(shut.statsUrl + path, basic('none'))).status).toBe(403)
    }
  })
})

async function send(path: string, init: RequestInit) {
  const response = await fetch(haproxy.url + path, { method: 'POST', ...init })
  const type = response.headers.get('content-type')
  return { response, status: response.status, type, text: await response.text() }
}

/** fetch sends only the methods that it knows. */
function withMethod(method: string): Promise<{ status: number | undefined; allow: string | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status?: number; allow?: string }>()
  const sent = request(haproxy.url, { method }, (response) => {
    response.resume()
    resolve({ status: response.statusCode, allow: response.headers.allow })
  })
  sent.on('error', reject)
  sent.end()
  return promise as Promise<{ status: number | undefined; allow: string | undefined }>
}
