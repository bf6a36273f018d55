import { expect, setDefaultTimeout, test } from 'bun:test'
import { addPosts, startBatcher } from '../support/servers/batcher.ts'
import { freshDatabase } from '../support/servers/database.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { likesOf } from '../support/site/likes.ts'

setDefaultTimeout(60_000)

test('Prometheus reads what was answered', async () => {
  const database = await freshDatabase()
  const [post] = (await addPosts(database, 1)) as [number]
  const batcher = await startBatcher(database, await sharedRedis())
  await batcher.like(likesOf(post, 3))
  const text = await (await fetch(`${batcher.url}/metrics`)).text()

  const { answered } = await batcher.stats()
  expect(text).toContain(
    `# TYPE agora_batcher_answered_total counter\nagora_batcher_answered_total ${answered}\n`,
  )
})
