/**
 * A replica with four routes more, to compare with. Only the benchmark starts it; the site's own replicas,
 * whose entry is src/main.ts, have none of them.
 */

import { createApp } from '../src/app.ts'
import type { Context } from '../src/context.ts'
import { type AccessLog, noAccessLog } from '../src/platform/access-log.ts'
import { runReplica } from '../src/run-replica.ts'
import { LikeButton } from '../views/likes.tsx'
import { addOneLike } from './queries.ts'

runReplica((context: Context) => {
  let requests = 0
  const counting = (log: AccessLog): AccessLog => ({
    ...log,
    request(method, url) {
      requests++
      log.request(method, url)
    },
  })
  const logs = { on: counting(context.accessLog), off: counting(noAccessLog) }
  context.accessLog = logs.on

  return (
    createApp(context)
      // The ceiling: what HAProxy, the replica and its hooks cost by themselves.
      .post('/bench/nothing', () => 'nothing')
      // The like as most boards do it: the same route and answer, an UPDATE for each click.
      .post('/bench/posts/:id/likes', async ({ params: { id } }) => {
        const likes = await addOneLike(context.db, Number(id))
        return LikeButton({ id: Number(id), likes })
      })
      // The same process with and without /logs: what LOGS=off opens, in place of what LOGS=public does.
      .post('/bench/logs/:state', ({ params: { state } }) => {
        context.accessLog = state === 'off' ? logs.off : logs.on
        return state
      })
      .get('/bench/used', () => {
        const { user, system } = process.cpuUsage()
        return { cpuUs: user + system, requests }
      })
  )
})
