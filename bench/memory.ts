/**
 * `./agora bench memory`: likes for a million different posts wait in one batcher. How much memory does it
 * take, and how fast are they brought to MySQL?
 */
import { parseArgs } from 'node:util'
import { type LikeRequest, type LikesAnswer, numberedId } from '../src/likes/protocol.ts'
import { columns } from '../stack/status.ts'
import { describeMachine, machineText } from './machine.ts'
import { batcherOf, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast, likesInAll } from './queries.ts'

const likesPerRequest = 1_000
/** Until the collector has taken what the likes left. */
const restMs = 5_000

/** Nothing is due by itself. */
const rareFlushes = { FLUSH_LIKES: '1000000', FLUSH_SECONDS: '86400' }

export async function memory(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { posts: { type: 'string', default: '1000000' }, json: { type: 'string' } },
  })
  const digits = Math.ceil(Math.log10(Number(values.posts)))
  const stack = await startPrivateStack({ env: rareFlushes })
  try {
    const machine = await describeMachine(stack)
    await stack.sql(addPosts('Many', digits))
    const [[first = 0] = []] = (await stack.sql(firstAndLast('Many'))).map((row) => row.map(Number))
    const count = Math.min(Number(values.posts), 10 ** digits)
    const batcher = await batcherOf(stack)

    const fresh = await batcher.stats()
    const liking = await timed(() => likeOnceEach(batcher, first, count))
    const busy = await batcher.stats()
    await Bun.sleep(restMs)
    const full = await batcher.stats()
    const flushing = await timed(() => batcher.flush())
    const [[stored = ''] = []] = await stack.sql(likesInAll(first, first + count - 1))

    const report = {
      posts: count,
      waitingPosts: full.waitingPosts,
      memoryMbAtStart: fresh.memoryBytes / 1e6,
      memoryMbAfterTheLast: busy.memoryBytes / 1e6,
      memoryMbAtRest: full.memoryBytes / 1e6,
      journalMb: full.journalBytes / 1e6,
      likedInSeconds: liking.seconds,
      flushedInSeconds: flushing.seconds,
      stored: Number(stored),
    }
    console.log([machineText(machine), '', ...columns(rowsOf(report))].join('\n'))
    if (values.json) await Bun.write(values.json, `${JSON.stringify({ machine, ...report }, null, 2)}\n`)
    return report.waitingPosts === count && report.stored === count ? 0 : 1
  } finally {
    await stack.down()
  }
}

/**
 * As a replica under full load does: many likes a request, numbered, and again under a new number if
 * refused.
 */
type BatcherAddress = { url: string; headers: Record<string, string> }

async function likeOnceEach(batcher: BatcherAddress, first: number, count: number): Promise<void> {
  let number = 0
  for (let index = 0; index < count; index += likesPerRequest) {
    let posts = Array.from(
      { length: Math.min(likesPerRequest, count - index) },
      (_, place) => first + index + place,
    )
    while (posts.length > 0) {
      posts = await sendLikes(
        batcher,
        posts.map((post) => ({ id: numberedId('bench', ++number), post })),
      )
    }
  }
}

/** Returns the posts to like again: MySQL was too slow to say whether they exist. */
async function sendLikes({ url, headers }: BatcherAddress, likes: LikeRequest[]): Promise<number[]> {
  const body = JSON.stringify({ likes })
  const response = await fetch(`${url}/likes`, { method: 'POST', headers, body })
  if (!response.ok) throw new Error(`likes were answered ${response.status}: ${await response.text()}`)
  const answer = (await response.json()) as LikesAnswer
  return answer.likes.flatMap((like) => ('total' in like ? [] : [like.post]))
}

async function timed(work: () => Promise<unknown>) {
  const start = performance.now()
  await work()
  return { seconds: (performance.now() - start) / 1_000 }
}

function rowsOf(report: Record<string, number>): string[][] {
  const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
  return Object.entries(report).map(([name, value]) => [name, number.format(value)])
}
