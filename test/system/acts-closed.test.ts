import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { actsClient, newActId, sha1 } from '../support/acts/client.ts'
import { aloneContract } from '../support/acts/contract-alone.ts'
import { once } from '../support/servers/services.ts'
import { startStack } from '../support/servers/stack.ts'
import { newName, newToken, password } from '../support/site/page.ts'
import { newVisitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

const open = once(() => startStack({ env: { ACTS_API: 'closed', CHAOS: 'on' } }))

let url: string
beforeAll(async () => {
  url = (await open()).url
}, 180_000)

const { get, post, remove, answerText } = actsClient(() => url)

async function tokenOf(username: string): Promise<string> {
  const visitor = newVisitor(url)
  await visitor.post('/signup', { username, password })
  const page = await (await visitor.post('/tokens', newToken('acts'))).text()
  return page.match(/agora_[\w-]{43}/)?.[0] ?? ''
}

describe('with ACTS_API=closed', () => {
  test('nobody writes without a token, and everyone reads', async () => {
    const writes = [
      await answerText(post('/categories', ['park'])),
      await answerText(post('/users', { username: 'cem', password: sha1('x') })),
      await answerText(remove('/users/ana')),
      await answerText(remove('/categories/park')),
      await answerText(remove('/acts/7')),
      await answerText(post('/acts/upvote', [7])),
      await answerText(post('/acts', { actId: 7 })),
      await answerText(remove('/_count')),
    ]
    const reads = [
      (await get('/users')).status,
      (await get('/categories')).status,
      (await get('/_health')).status,
    ]

    expect(writes).toEqual(writes.map(() => '401 {}'))
    expect(reads).toEqual([200, 200, 200])
  })

  test('a member’s token writes what the member may', async () => {
    const username = newName('ana')
    const headers = { authorization: `Bearer ${await tokenOf(username)}` }
    const write = async (method: string, path: string, body?: unknown) => {
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      return (await fetch(`${url}/api/v1${path}`, init)).status
    }
    const categoryName = newName('bo')
    const actId = newActId()
    const act = { actId, username, timestamp: '01-02-2024:00-30-10', caption: 'watered a tree', categoryName }

    const own = [
      await write('POST', '/categories', [categoryName]),
      await write('POST', '/acts', { ...act, imgB64: 'aGVsbG8=' }),
      await write('POST', '/acts/upvote', [actId]),
      await write('DELETE', `/acts/${actId}`),
    ]
    const others = [
      await write('POST', '/acts', { ...act, username: 'ana', imgB64: 'aGVsbG8=' }),
      await write('DELETE', `/categories/${categoryName}`),
    ]

    expect(own).toEqual([201, 201, 200, 200])
    expect(others).toEqual([403, 403])
  })
})

aloneContract(open)
