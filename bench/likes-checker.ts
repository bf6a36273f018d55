/**
 * `./agora bench exactness`: is every like that was answered counted exactly once, whatever dies? A private
 * stack, many who like through HAProxy and try again until they are answered, some who read, and a
 * nemesis. At the end each post's number in MySQL and on its page is compared with what its visitors know.
 */

import { join } from 'node:path'
import type { Mode } from '../stack/status.ts'
import { temporaryFolder } from '../test/support/servers/reaper.ts'
import { runAgora } from '../test/support/servers/stack.ts'
import { type Barrier, openBarrier } from './barrier.ts'
import { openClock } from './clock-steps.ts'
import { dockerInjector, upInContainers } from './docker-faults.ts'
import { type Fault, faults, type Injector } from './faults.ts'
import { statsOf, watchHealth } from './health.ts'
import { openKeeper } from './hidden-posts.ts'
import { keepLiking, type RequestCount, sendLike } from './like-clients.ts'
import { nativeInjector, openNativeWays } from './native-faults.ts'
import { unleash } from './nemesis.ts'
import type { Crowd, Nemesis, Wrath } from './nemesis-types.ts'
import { type PostCount, wellLiked } from './posts.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast, likesOf } from './queries.ts'
import { seededRandom } from './random.ts'
import { keepReading, pageOf, type ReadCount } from './readers.ts'

export type Trial = Wrath & {
  likes: number
  mode: Mode
  /** A folder that is a small disk, for all that the stack keeps: see own-room.ts. */
  disk?: string | undefined
  print?: (line: string) => void
}

export type Verdict = Wrath & {
  seconds: number
  requests: RequestCount
  reads: ReadCount
  posts: number
  /** Answered likes that MySQL lacks, and likes in MySQL that nobody sent; over all posts. */
  lost: number
  doubled: number
  /** Posts whose page shows another number than MySQL has, of those looked at. */
  misshown: number
  /** What the site's own audit says. */
  drift: number
}

const clients = 48
const readers = 3
const digitsOfPosts = 3
const lastWords = 40
const idleWithinMs = 120_000
/** Pages that are looked at in the end: the hot post, the warm ones and some of the others. */
const pagesInTheEnd = 100
/**
 * Likes are sent hardly faster than the nemesis goes on, so that some are under way at each of its faults.
 */
const aheadOfNemesis = 0.02

export const isExact = ({ lost, doubled, misshown, drift, reads }: Verdict) =>
  lost === 0 && doubled === 0 && misshown === 0 && drift === 0 && reads.stale === 0

/**
 * Batches go out all the time. Everyone here comes from one address, which is more than one visitor may do.
 */
const settings = { FLUSH_SECONDS: '1', RATE_LIMITS: 'off' }

/** Starts a stack, tries it and takes it down. */
export async function checkLikes(trial: Trial): Promise<Verdict> {
  const data = join(trial.disk ?? temporaryFolder(), 'data')
  const clock = openClock()
  if (trial.mode === 'docker') {
    const up = (port: number) => upInContainers({ data, port, replicas: 2, env: settings, clock })
    const stack = await startPrivateStack({ mode: 'docker', data, up })
    return watched(stack, trial, dockerInjector({ data, clock }))
  }
  const { proxies, ways } = await openNativeWays(data)
  try {
    const stack = await startPrivateStack({ data, ways, env: { ...settings, ...clock.env } })
    return await watched(stack, trial, nativeInjector({ data, proxies, clock }))
  } finally {
    for (const proxy of Object.values(proxies)) proxy.close()
  }
}

/** The stack is down when it resolves. A run that fails prints what the batcher logged last. */
async function watched(stack: PrivateStack, trial: Trial, injector: Injector): Promise<Verdict> {
  try {
    return await tryOut(stack, injector, trial)
  } catch (error) {
    const { printed } = await runAgora(['logs', 'batcher-1', '--data', stack.data])
    trial.print?.(`the batcher's last words:\n${printed.trimEnd().split('\n').slice(-lastWords).join('\n')}`)
    throw error
  } finally {
    await stack.down()
  }
}

async function tryOut(stack: PrivateStack, injector: Injector, trial: Trial): Promise<Verdict> {
  const began = performance.now()
  const postCounts = await addedPosts(stack)
  const health = watchHealth(stack)
  const requests: RequestCount = { sent: 0, answered: 0, retried: 0, repeated: 0, unsure: 0, full: 0 }
  const reads: ReadCount = { reads: 0, stale: 0, blind: 0, failed: 0 }
  const barrier = openBarrier(clients)
  const keeper = await openKeeper(stack)
  const nemesis = unleash(stack, {
    wrath: trial,
    health,
    injector,
    keeper,
    answeredShare: () => requests.answered / trial.likes,
    crowd: crowdOf(stack, { postCounts, requests, barrier }),
  })
  await useTheSite({ stack, trial, postCounts, health, nemesis, barrier, requests, reads })
  await keeper.showAll()
  await health.close()
  await untilIdle(stack)

  return {
    seconds: Math.round((performance.now() - began) / 1_000),
    seed: trial.seed,
    requests,
    reads,
    ...nemesis.done,
    posts: postCounts.length,
    ...(await compareTotals(stack, postCounts)),
    drift: await drift(stack),
  }
}

async function addedPosts(stack: PrivateStack): Promise<PostCount[]> {
  await stack.sql(addPosts('Tried', digitsOfPosts))
  const [[first = 0, last = 0] = []] = (await stack.sql(firstAndLast('Tried'))).map((row) => row.map(Number))
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    post: first + index,
    sent: 0,
    answered: 0,
  }))
}

type Scene = {
  stack: PrivateStack
  trial: Trial
  postCounts: PostCount[]
  health: ReturnType<typeof watchHealth>
  nemesis: Nemesis
  barrier: Barrier
  requests: RequestCount
  reads: ReadCount
}

/** Resolves when the nemesis is done and enough likes were sent and answered. */
async function useTheSite({
  stack: { url },
  trial,
  postCounts,
  health,
  nemesis,
  barrier,
  requests,
  reads,
}: Scene) {
  const { likes, seed, print = () => {} } = trial
  let isOver = false
  const mayLike = async () => {
    const share = requests.sent / likes
    await barrier.pass(share > nemesis.progress() + aheadOfNemesis ? 200 : 0)
    return !isOver && (nemesis.progress() < 1 || requests.sent < likes)
  }
  const run = crypto.randomUUID()
  const telling = setInterval(() => print(progressText(nemesis, requests, reads)), 10_000)
  const reading = Array.from({ length: readers }, (_, index) =>
    keepReading(
      { url, postCounts, roll: seededRandom(seed + 100 + index), health, isOver: () => isOver },
      reads,
    ),
  )
  const liking = Array.from({ length: clients }, (_, index) =>
    keepLiking({ url, run, postCounts, roll: seededRandom(seed + 200 + index), mayLike }, requests),
  )
  try {
    await Promise.all([nemesis.over, ...liking])
  } finally {
    isOver = true
    clearInterval(telling)
  }
  await Promise.all(reading)
}

function crowdOf(
  { url }: PrivateStack,
  { postCounts, requests, barrier }: Pick<Scene, 'postCounts' | 'requests' | 'barrier'>,
): Crowd {
  return {
    refusedAsFull: () => requests.full,
    hush: barrier.close,
    async probe() {
      const postCount = postCounts[0]
      if (!postCount) throw new Error('there is no post to like')
      postCount.sent++
      requests.sent++
      requests.unsure++
      return sendLike(url, postCount.post)
    },
    likedPost(place) {
      const postCount = postCounts[Math.floor(place * wellLiked)]
      if (!postCount) throw new Error('there is no post to hide')
      return postCount
    },
  }
}

function progressText({ done, progress }: Nemesis, requests: RequestCount, reads: ReadCount): string {
  const { batcher, mysql, redis, web } = done.kills
  return (
    `${Math.round(progress() * 100)} %: ${requests.answered} likes answered, ${requests.retried} tries again, ` +
    `killed batcher ${batcher}, mysql ${mysql}, redis ${redis}, web ${web}; ${faultsText(done.faults)}; ` +
    `${reads.reads} reads, ${reads.stale} stale`
  )
}

export const faultsText = (counts: Record<Fault, number>) =>
  faults.map((fault) => `${fault} ${counts[fault]}`).join(', ')

/** Every process works again, and nothing waits for MySQL. */
async function untilIdle(stack: PrivateStack): Promise<void> {
  const deadline = performance.now() + idleWithinMs
  while (performance.now() < deadline) {
    const areReady = (await stack.processes()).every(({ state }) => state === 'ready')
    const stats = areReady ? await statsOf(stack).catch(() => undefined) : undefined
    if (stats?.waiting === 0 && stats.totalsInRedis) return
    await Bun.sleep(100)
  }
  throw new Error('the site did not come to rest after the nemesis was done')
}

async function compareTotals(stack: PrivateStack, postCounts: PostCount[]) {
  const [first, last] = [postCounts.at(0)?.post ?? 0, postCounts.at(-1)?.post ?? 0]
  const stored = new Map(
    (await stack.sql(likesOf(first, last))).map(([id, likes]) => [Number(id), Number(likes)]),
  )
  let [lost, doubled, misshown] = [0, 0, 0]
  for (const { post, sent, answered } of postCounts) {
    const value = stored.get(post) ?? 0
    lost += Math.max(0, answered - value)
    doubled += Math.max(0, value - sent)
  }
  for (const { post } of postCounts.slice(0, pagesInTheEnd)) {
    if ((await pageOf(stack.url, post)).likes !== stored.get(post)) misshown++
  }
  return { lost, doubled, misshown }
}

/** A recount that began after the site had come to rest. */
async function drift(stack: PrivateStack): Promise<number> {
  const now = Date.now()
  const deadline = performance.now() + idleWithinMs
  while (performance.now() < deadline) {
    await fetch(`${stack.url}/audit/recount`, { method: 'POST', redirect: 'manual' })
    const response = await fetch(`${stack.url}/api/audit`)
    const { drift, recount } = (await response.json()) as { drift: number; recount: { at: string } }
    if (Date.parse(recount.at) >= now) return drift
    await Bun.sleep(500)
  }
  throw new Error('the audit did not count anew')
}
