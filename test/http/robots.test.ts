import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'

setDefaultTimeout(60_000)

let web: Replica
let rules: { isAllowed: boolean; path: string }[]
beforeAll(async () => {
  web = await openReplica()
  const text = await (await web.visitor().get('/robots.txt')).text()
  rules = [...text.matchAll(/^(Allow|Disallow): (.+)$/gm)].map(([, word, path = '']) => ({
    isAllowed: word === 'Allow',
    path,
  }))
})

test('robots.txt is plain text that the edge caches, and gives nobody a session', async () => {
  const { headers, status } = await web.visitor().get('/robots.txt')

  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  expect(headers.get('cache-control')).toBe('public, s-maxage=58')
  expect(headers.get('set-cookie')).toBeNull()
})

/** RFC 9309: the longest rule that fits holds. */
function mayRead(path: string): boolean {
  const fitting = rules.filter((rule) =>
    new RegExp(`^${rule.path.replaceAll('.', '\\.').replaceAll('*', '.*')}`).test(path),
  )
  return fitting.sort((a, b) => b.path.length - a.path.length)[0]?.isAllowed ?? true
}

describe('a crawler', () => {
  const open =
    '/ /?before=9 /c/Books /c/admin /categories /posts/7 /posts/7?from=9 /comments/7 /tags/live /users/ana /market /api/docs'
  const closed =
    '/search?q=a /account /password/x /admin /admin/posts /api/posts /api/v1/acts /live?posts=1 /tokens /login?next=/ /signup' +
    ' /posts/7/likes /audit/posts/7 /market/orders'

  test.each(open.split(' '))('may read %s', (path) => expect(mayRead(path)).toBe(true))

  test.each(closed.split(' '))('may not read %s', (path) => expect(mayRead(path)).toBe(false))
})
