/**
 * A replica with two routes more, to compare likes with. Only the benchmark starts it; the site's own replicas, whose
 * entry is src/main.ts, have neither.
 */

import { createApp } from '../src/app.ts'
import type { Context } from '../src/context.ts'
import { runReplica } from '../src/run-replica.ts'
import { LikeButton } from '../views/likes.tsx'
import { addOneLike } from './queries.ts'

runReplica((context: Context) =>
  createApp(context)
    // The ceiling: what HAProxy, the replica and its hooks cost by themselves.
    .post('/bench/nothing', () => 'nothing')
    // The like as most boards do it: the same route and answer, an UPDATE for each click.
    .post('/bench/posts/:id/likes', async ({ params: { id } }) => {
      const likes = await addOneLike(context.db, Number(id))
      return LikeButton({ id: Number(id), likes })
    }),
)
