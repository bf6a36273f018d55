import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { expectToBeMissed } from '../support/leaving.ts'
import { addPosts } from '../support/servers/batcher.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { startHaproxy } from '../support/servers/haproxy.ts'
import { openReplica } from '../support/servers/replica.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

describe('a visitor who goes away', () => {
  test.each(['GET', 'POST'])('is known to be gone by the replica that works for them: %s', async (method) => {
    await expectToBeMissed(await startHaproxy(), method)
  })

  test('while a like is on its way may send it again, and it counts once', async () => {
    const [haproxy, web] = await Promise.all([startHaproxy(), openReplica()])
    const [post] = await addPosts(web.database, 1)
    const { server } = closeAfterTests(
      web.app.listen({ port: 0, hostname: '127.0.0.1', reusePort: false }),
      (it) => void it.stop(true),
    )
    await haproxy.socket.addServer('web', 'web-1', '127.0.0.1', server?.port ?? 0)
    const sendLike = (signal?: AbortSignal) =>
      fetch(`${haproxy.url}/api/posts/${post}/likes`, {
        method: 'POST',
        headers: { 'idempotency-key': 'one-like' },
        ...(signal && { signal }),
      })
    web.batcher.running().pause()
    const visitor = new AbortController()
    const answer = sendLike(visitor.signal).catch(() => 'gone')
    await until(() => server?.pendingRequests === 1)

    visitor.abort()
    expect(await answer).toBe('gone')
    web.batcher.running().resume()

    expect(await (await sendLike()).json()).toEqual({ post, likes: 1 })
    await web.batcher.flush()
    expect(await web.batcher.stats()).toMatchObject({ answered: 1, applied: 1, waiting: 0 })
  })
})
