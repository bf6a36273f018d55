import { expect, setDefaultTimeout, test } from 'bun:test'
import { addUsers } from '../support/servers/batcher.ts'
import { openReplica, origin, proxyTo } from '../support/servers/replica.ts'
import { startSlowProxy } from '../support/servers/slow-proxy.ts'

setDefaultTimeout(60_000)

test('what MySQL takes too long to write is refused, and is not there later', async () => {
  const web = await openReplica()
  await addUsers(web.database, ['ana'])
  const url = new URL(web.database.urls.web)
  const way = await startSlowProxy(Number(url.port))
  url.port = `${way.port}`
  const far = await web.as('web', { databaseUrl: url.href, balancerUrl: proxyTo(await web.as('accounts')) })
  const write = (path: string, body: unknown) =>
    far.app.handle(
      new Request(`${origin}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  const act = (actId: number) => ({
    ...{ actId, username: 'ana', timestamp: '29-02-2020:59-59-23', caption: 'a walk' },
    ...{ categoryName: 'park', imgB64: 'aGVsbG8=' },
  })
  expect((await write('categories', ['park'])).status).toBe(201)
  expect((await write('acts', act(1))).status).toBe(201)

  way.delayMs = 400
  const answer = await write('acts', act(2))

  // The contract's status for whatever goes wrong.
  expect(answer.status).toBe(500)
  expect(answer.headers.get('x-reason')).toContain('took too long')
  expect(await web.database.rows('SELECT act_id FROM acts')).toEqual([{ act_id: '1' }])

  // One with megabytes, of which whoever uploads it knows that it takes long.
  const long = await write('acts', { ...act(3), caption: 'a walk '.repeat(200_000) })

  expect(long.status).toBe(201)
})
