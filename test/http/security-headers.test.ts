import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { newName, password } from '../support/site/page.ts'

setDefaultTimeout(60_000)

let web: Replica
let accounts: Omit<Replica, 'as'>
beforeAll(async () => {
  web = await openReplica()
  accounts = await web.as('accounts')
})

const expected = {
  'content-security-policy': /^default-src 'self'; /,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\)/,
  'referrer-policy': /^same-origin$/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
}

test.each(['/', '/nothing/here', '/api/posts', '/api/nothing', '/posts/1/likes', '/up', '/audit'])(
  '%s comes with all security headers, whatever it says',
  async (path) => {
    const { headers } = await web.visitor().get(path)

    for (const [name, value] of Object.entries(expected)) expect(headers.get(name)).toMatch(value)
  },
)

test('the policy allows nothing that is written into a page, and no page writes anything', async () => {
  const { headers } = await web.visitor().get('/')
  const policy = headers.get('content-security-policy')!
  const page = await (await web.visitor().get('/')).text()

  expect(policy).not.toMatch(/unsafe|\*|data:|http/)
  expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style/)
})

describe('what is made for one person', () => {
  // Nor by the browser, whose button to go back would show it after its member has signed out.
  test.each([
    ...['/', '/market', '/market?q=a', '/market/orders', '/users/ana', '/audit'],
    ...['/api/posts', '/api/items', '/api/items/1', '/api/orders', '/api/orders/1'],
  ])('%s is in no cache', async (path) => {
    const ana = accounts.visitor()
    await ana.post('/signup', { username: newName('ana'), password })
    const board = web.visitor()
    for (const [name, value] of ana.cookies) board.cookies.set(name, value)

    const { headers } = await board.get(path)

    expect(headers.get('cache-control')).toMatch(/\bno-store$/)
  })

  test('is so with a token as well', async () => {
    const { headers } = await web.visitor().get('/api/posts', { authorization: 'Bearer agora_x' })

    expect(headers.get('cache-control')).toMatch(/no-store/)
  })

  test('is not a stylesheet, whoever asks for it', async () => {
    const stylesheet = web.context.assets.style
    const { headers } = await web.visitor().get(stylesheet, { cookie: `session=${'x'.repeat(43)}` })

    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })
})
