import { beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica, origin, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { addCategory, newMember } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor
let bo: Visitor
let root: Visitor

beforeAll(async () => {
  web = await openReplica()
  ana = await newMember(web, 'ana')
  bo = await newMember(web, 'bo')
  root = await newMember(web, 'rosa', 'admin')
  await addCategory(web, 'Books')
})

function send(method: string, path: string, who: Visitor, body?: unknown): Promise<Response> {
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { origin, cookie, 'content-type': 'application/json' }
  return web.app.handle(
    new Request(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
  )
}

const idIn = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id
const cards = async (who: Visitor) => textsIn(await (await who.get('/statements')).text(), 'article.card')

test('an author reads what is hidden of theirs, as they wrote it, and why; nobody else does', async () => {
  const post = await idIn(
    send('POST', '/api/posts', ana, { category: 'Books', title: 'A <b>title', body: 'What I wrote' }),
  )
  const comment = await idIn(send('POST', `/api/posts/${post}/comments`, bo, { body: 'What <i>I say' }))
  const before = await cards(ana)

  await send('DELETE', `/api/comments/${comment}?reason=Rude`, root)
  await send('DELETE', `/api/posts/${post}?reason=Not+<about>+books`, root)

  expect(before).toEqual([])
  expect(await cards(ana)).toEqual([
    expect.stringMatching(
      /Your post “A <b>title”[\s\S]*hidden[\s\S]*Why: Not <about> books[\s\S]*What I wrote/,
    ),
  ])
  expect(await cards(bo)).toEqual([
    expect.stringMatching(/Your comment on “A <b>title”[\s\S]*Why: Rude[\s\S]*What <i>I say/),
  ])
  expect(await cards(root)).toEqual([])
  expect((await web.visitor().get('/statements')).status).toBe(401)
})
