import { expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'

setDefaultTimeout(60_000)

test('where every press counts there is no like of one’s own to set', async () => {
  const replica = await openReplica()

  const answer = await replica.app.handle(
    new Request('http://localhost/api/posts/1/likes/mine', { method: 'PUT' }),
  )

  expect(answer.status).toBe(409)
  expect(await answer.json()).toMatchObject({ status: 409, title: 'Conflict' })
})
