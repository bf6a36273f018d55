import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { ownPath } from '../../src/http/local-path.ts'
import { backOf } from '../../src/http/page-context.ts'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let accounts: Replica
beforeAll(async () => {
  accounts = await openReplica({ role: 'accounts' })
})

const nextIn = (page: string) => page.match(/name="next" value="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&')

test('who signs in goes on where they came from', async () => {
  const username = newName('ana')
  const visitor = accounts.visitor()

  const byAddress = nextIn(await (await visitor.get('/login?next=%2Fposts%2F3%3Fa%3D1%26b%3D2')).text())
  const byReferer = nextIn(
    await (await visitor.get('/login', { referer: `${origin}/c/Books?before=9` })).text(),
  )
  const newMember = await visitor.post('/signup', { username, password, next: '/c/Books' })
  const wrong = await (
    await visitor.post('/login', { username, password: 'not it at all', next: '/c/Books' })
  ).text()
  const signedIn = await visitor.post('/login', { username, password, next: '/posts/3?a=1&b=2' })
  const plain = await visitor.post('/login', { username, password })

  expect([byAddress, byReferer, nextIn(wrong)]).toEqual(['/posts/3?a=1&b=2', '/c/Books?before=9', '/c/Books'])
  expect(newMember.headers.get('location')).toBe('/c/Books')
  expect(signedIn.headers.get('location')).toBe('/posts/3?a=1&b=2')
  expect(plain.headers.get('location')).toBe('/')
})

test.each([
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '///elsewhere.example/',
  '/\\elsewhere.example/',
  '\\\\elsewhere.example/',
  '/\t/elsewhere.example/',
  '/\n//elsewhere.example/',
  '/.//elsewhere.example/',
  '/a/..//elsewhere.example/',
  'javascript:alert(1)',
  'elsewhere.example',
  '/login',
  '/signup?next=/login',
  '',
  undefined,
])('nobody is led to %j', async (next) => {
  expect(ownPath(next)).toBe('/')
})

test.each(['//elsewhere.example/', '///elsewhere.example/', '/\\elsewhere.example/'])(
  'nobody goes back to %j of this site, which would be another',
  (path) => {
    const request = new Request(`${origin}/language`, { headers: { referer: `${origin}${path}` } })

    expect(backOf(request, '/')).toBe('/')
  },
)

test('a visitor from another site starts on the front page', async () => {
  const page = await (
    await accounts.visitor().get('/login', { referer: 'https://elsewhere.example/posts/3' })
  ).text()

  expect(nextIn(page)).toBe('/')
})

test('no line break gets into the header that leads on', () => {
  expect(ownPath('/posts/3\r\nset-cookie: a=b')).toBe('/posts/3set-cookie:%20a=b')
  expect(ownPath('/c/Bücher')).toBe('/c/B%C3%BCcher')
})
