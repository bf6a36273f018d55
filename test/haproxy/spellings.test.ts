import { expect, setDefaultTimeout, test } from 'bun:test'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { type Haproxy, startHaproxy } from '../support/servers/haproxy.ts'
import { openReplica } from '../support/servers/replica.ts'
import { once } from '../support/servers/services.ts'
import { sendRaw } from '../support/site/raw.ts'
import { testSpellings } from '../support/site/spellings.ts'

setDefaultTimeout(60_000)

testSpellings('machine')

/** Replicas as they are, behind HAProxy. */
const site = once(async (): Promise<Haproxy> => {
  const haproxy = await startHaproxy({ RATE_LIMITS: 'off' })
  const web = await openReplica()
  for (const { app, role } of [
    { ...web, role: 'web' },
    { ...(await web.as('accounts')), role: 'accounts' },
  ]) {
    app.listen({ hostname: '127.0.0.1', port: 0, reusePort: false })
    closeAfterTests(app, async (it) => void (await it.stop(true)))
    await haproxy.socket.addServer(role, `${role}-1`, '127.0.0.1', app.server?.port ?? 0)
  }
  return haproxy
})

const dotted = (text: string) => encodeURIComponent(text).replaceAll('.', '%2e')
const names = [
  '.',
  '..',
  '...',
  'a/../b',
  '../..',
  'a.b',
  '%2e%2e',
  '\\',
  'a\\..\\b',
  '//',
  ' ',
  '\t',
  '?',
  '#',
  '%',
  'ä',
]
const written = names.flatMap((name) =>
  [...new Set([encodeURIComponent(name), dotted(name)])].map((as) => [name, as]),
)

test.each(written)('the acts API has a category and a user named %j, in a path %s', async (name, segment) => {
  const { url } = await site()
  const password = '0123456789abcdef0123456789abcdef01234567'
  const post = (path: string, body: unknown) =>
    fetch(`${url}/api/v1/${path}`, { method: 'POST', body: JSON.stringify(body) })
  const answer = async (line: string) => {
    const [head = '', text] = (await sendRaw(url, [line])).split('\r\n\r\n')
    return `${head.slice(9, 12)} ${text}`
  }

  expect((await post('categories', [name])).status).toBe(201)
  expect((await post('users', { username: name, password })).status).toBe(201)
  expect(await answer(`GET /api/v1/categories/${segment}/acts/size`)).toBe('200 [0]')
  expect(await answer(`GET /api/v1/categories/${segment}/acts`)).toStartWith('204')
  expect(await answer(`GET /api/v1/list_act_user/${segment}`)).toStartWith('204')
  expect(await answer(`PUT /api/v1/categories/${segment}`)).toBe('405 {}')
  expect(await answer(`DELETE /api/v1/categories/${segment}`)).toBe('200 {}')
  expect(await answer(`DELETE /api/v1/users/${segment}`)).toBe('200 {}')
  expect(await answer(`DELETE /api/v1/users/${segment}`)).toBe('400 {}')
})

test('what could be another place is refused as no address, in the form of the one who asks', async () => {
  const { url } = await site()

  const page = await sendRaw(url, ['GET /c/../market'])
  const program = await sendRaw(url, ['GET /api/posts/%2e%2E/users'])
  const acts = await sendRaw(url, ['GET /api/v1/categories/x/../acts'])

  for (const answer of [page, program, acts]) expect(answer).toStartWith('HTTP/1.1 400 ')
  expect(page).toContain('text/html')
  expect(program).toContain('application/problem+json')
  expect(acts).toEndWith('{}')
})
