/**
 * `./agora bench exactness`: is every like that was answered counted exactly once, whatever dies? A private
 * stack, many who press like through HAProxy and try again until they are answered, some who read, and a
 * nemesis. At the end each post's number in MySQL and on its page is compared with what its visitors know.
 */

import { join } from 'node:path'
import type { Mode } from '../stack/status.ts'
import { temporaryFolder } from '../test/support/servers/reaper.ts'
import { runAgora } from '../test/support/servers/stack.ts'
import { openClock } from './clock-steps.ts'
import { dockerInjector, upInContainers } from './docker-faults.ts'
import { type Fault, faults, type Injector } from './faults.ts'
import { type Gate, openGate } from './gate.ts'
import { statsOf, watchHealth } from './health.ts'
import { keepPressing, type PressCount, press } from './like-clients.ts'
import { nativeInjector, openNativeWays } from './native-faults.ts'
import { unleash } from './nemesis.ts'
import type { Crowd, Nemesis, Wrath } from './nemesis-types.ts'
import type { Tally } from './posts.ts'
import { type PrivateStack, startPrivateStack } from './private-stack.ts'
import { addPosts, firstAndLast, likesOf } from './queries.ts'
import { seededRandom } from './random.ts'
import { keepReading, pageOf, type ReadCount } from './readers.ts'

export type Trial = Wrath & {
  likes: number
  mode: Mode
  /** A folder that is a small disk, for all that the stack keeps: see own-room.ts. */
  disk?: string | undefined
  say?: (line: string) => void
}

export type Verdict = Wrath & {
  seconds: number
  presses: PressCount
  reads: ReadCount
  posts: number
  /** Answered likes that MySQL lacks, and likes in MySQL that nobody pressed; over all posts. */
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
const settleWithinMs = 120_000
/** Pages that are looked at in the end: the hot post, the warm ones and some of the others. */
const pagesInTheEnd = 100
/**
 * Likes are pressed hardly faster than the nemesis goes on, so that there are presses at each of its blows.
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

/** The stack is down when it resolves. A run that fails tells what the batcher said last. */
async function watched(stack: PrivateStack, trial: Trial, injector: Injector): Promise<Verdict> {
  try {
    return await tryOut(stack, injector, trial)
  } catch (error) {
    const { printed } = await runAgora(['logs', 'batcher-1', '--data', stack.data])
    trial.say?.(`the batcher's last words:\n${printed.trimEnd().split('\n').slice(-lastWords).join('\n')}`)
    throw error
  } finally {
    await stack.down()
  }
}

async function tryOut(stack: PrivateStack, injector: Injector, trial: Trial): Promise<Verdict> {
  const began = performance.now()
  const tallies = await addedPosts(stack)
  const health = watchHealth(stack)
  const presses: PressCount = { sent: 0, answered: 0, retried: 0, repeated: 0, unsure: 0, full: 0 }
  const reads: ReadCount = { reads: 0, stale: 0, blind: 0, failed: 0 }
  const gate = openGate(clients)
  const nemesis = unleash(stack, {
    wrath: trial,
    health,
    injector,
    pressed: () => presses.answered / trial.likes,
    crowd: crowdOf(stack, { tallies, presses, gate }),
  })
  await useTheSite({ stack, trial, tallies, health, nemesis, gate, presses, reads })
  await health.close()
  await settled(stack)

  return {
    seconds: Math.round((performance.now() - began) / 1_000),
    seed: trial.seed,
    presses,
    reads,
    ...nemesis.done,
    posts: tallies.length,
    ...(await compared(stack, tallies)),
    drift: await drift(stack),
  }
}

async function addedPosts(stack: PrivateStack): Promise<Tally[]> {
  await stack.sql(addPosts('Tried', digitsOfPosts))
  const [[first = 0, last = 0] = []] = (await stack.sql(firstAndLast('Tried'))).map((row) => row.map(Number))
  return Array.from({ length: last - first + 1 }, (_, at) => ({ post: first + at, sent: 0, answered: 0 }))
}

type Scene = {
  stack: PrivateStack
  trial: Trial
  tallies: Tally[]
  health: ReturnType<typeof watchHealth>
  nemesis: Nemesis
  gate: Gate
  presses: PressCount
  reads: ReadCount
}

/** Resolves when the nemesis is done and enough was pressed and answered. */
async function useTheSite({ stack: { url }, trial, tallies, health, nemesis, gate, presses, reads }: Scene) {
  const { likes, seed, say = () => {} } = trial
  let isOver = false
  const mayPress = async () => {
    const share = presses.sent / likes
    await gate.pass(share > nemesis.progress() + aheadOfNemesis ? 200 : 0)
    return !isOver && (nemesis.progress() < 1 || presses.sent < likes)
  }
  const run = crypto.randomUUID()
  const telling = setInterval(() => say(progressText(nemesis, presses, reads)), 10_000)
  const reading = Array.from({ length: readers }, (_, at) =>
    keepReading({ url, tallies, roll: seededRandom(seed + 100 + at), health, isOver: () => isOver }, reads),
  )
  const pressing = Array.from({ length: clients }, (_, at) =>
    keepPressing({ url, run, tallies, roll: seededRandom(seed + 200 + at), mayPress }, presses),
  )
  try {
    await Promise.all([nemesis.over, ...pressing])
  } finally {
    isOver = true
    clearInterval(telling)
  }
  await Promise.all(reading)
}

function crowdOf(
  { url }: PrivateStack,
  { tallies, presses, gate }: Pick<Scene, 'tallies' | 'presses' | 'gate'>,
): Crowd {
  return {
    refusedAsFull: () => presses.full,
    hush: gate.close,
    async probe() {
      const tally = tallies[0]
      if (!tally) throw new Error('there is no post to press on')
      tally.sent++
      presses.sent++
      presses.unsure++
      return press(url, tally.post)
    },
  }
}

function progressText({ done, progress }: Nemesis, presses: PressCount, reads: ReadCount): string {
  const { batcher, mysql, redis, web } = done.kills
  return (
    `${Math.round(progress() * 100)} %: ${presses.answered} likes answered, ${presses.retried} tries again, ` +
    `killed batcher ${batcher}, mysql ${mysql}, redis ${redis}, web ${web}; ${faultsText(done.faults)}; ` +
    `${reads.reads} reads, ${reads.stale} stale`
  )
}

export const faultsText = (counts: Record<Fault, number>) =>
  faults.map((fault) => `${fault} ${counts[fault]}`).join(', ')

/** Every process works again, and nothing waits for MySQL. */
async function settled(stack: PrivateStack): Promise<void> {
  const deadline = performance.now() + settleWithinMs
  while (performance.now() < deadline) {
    const areReady = (await stack.processes()).every(({ state }) => state === 'ready')
    const stats = areReady ? await statsOf(stack).catch(() => undefined) : undefined
    if (stats?.waiting === 0 && stats.totalsInRedis) return
    await Bun.sleep(100)
  }
  throw new Error('the site did not come to rest after the nemesis was done')
}

async function compared(stack: PrivateStack, tallies: Tally[]) {
  const [first, last] = [tallies.at(0)?.post ?? 0, tallies.at(-1)?.post ?? 0]
  const stored = new Map(
    (await stack.sql(likesOf(first, last))).map(([id, likes]) => [Number(id), Number(likes)]),
  )
  let [lost, doubled, misshown] = [0, 0, 0]
  for (const { post, sent, answered } of tallies) {
    const value = stored.get(post) ?? 0
    lost += Math.max(0, answered - value)
    doubled += Math.max(0, value - sent)
  }
  for (const { post } of tallies.slice(0, pagesInTheEnd)) {
    if ((await pageOf(stack.url, post)).likes !== stored.get(post)) misshown++
  }
  return { lost, doubled, misshown }
}

/** A recount that began after the site had come to rest. */
async function drift(stack: PrivateStack): Promise<number> {
  const now = Date.now()
  const deadline = performance.now() + settleWithinMs
  while (performance.now() < deadline) {
    await fetch(`${stack.url}/audit/recount`, { method: 'POST', redirect: 'manual' })
    const response = await fetch(`${stack.url}/api/audit`)
    const { drift, recount } = (await response.json()) as { drift: number; recount: { at: string } }
    if (Date.parse(recount.at) >= now) return drift
    await Bun.sleep(500)
  }
  throw new Error('the audit did not count anew')
}
