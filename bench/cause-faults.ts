import { closedBecause } from '../src/likes/protocol.ts'
import { until } from '../test/support/until.ts'
import { stepOf } from './clock-steps.ts'
import { type Fault, ways } from './faults.ts'
import { statsOf } from './health.ts'
import type { Surroundings, Victim } from './nemesis-types.ts'
import type { PrivateStack } from './private-stack.ts'
import { newestBatch } from './queries.ts'
import { seededRandom } from './random.ts'

const longestCalmMs = 1_500
const [shortestFullMs, longestFullMs] = [1_500, 5_000]
const [shortestHangMs, longestHangMs] = [2_000, 8_000]
const [shortestStepMs, longestStepMs] = [200, 3_000]
const bitesWithinMs = 180_000
/** Each time is a command that is started. */
const askedEveryMs = 500
/** For so long replicas show rows that they had in their caches before a store was put back. */
const cachedMs = 61_000

type Parts = Surroundings & {
  stack: PrivateStack
  /** What was done so far, counted up here. */
  done: Record<Fault, number>
  /** Whether enough likes were answered for the next one. */
  isTime: () => boolean
  /** Does something to a process while nobody else does. */
  alone: <T>(victim: Victim, work: () => Promise<T>) => Promise<T>
}

/**
 * Causes the other faults, in four lanes: what is done to the stores' disk and their past, one at a time;
 * connections that hang; steps of the clock; posts that are taken off the board and come back. Each fault is
 * looked at: one that the site did not feel fails the run. Rejects then.
 */
export function causeFaults(parts: Parts): Promise<void>[] {
  const { stack, wrath, injector, health, crowd, keeper, done, isTime, alone } = parts
  const work: Record<Fault, (roll: () => number, at: number) => Promise<void>> = {
    'full disk': fullDisk,
    'hung connection': hungConnection,
    'clock step': clockStep,
    'older Redis': olderRedis,
    'older MySQL': olderMysql,
    'older journal': olderJournal,
    'hidden post': hiddenPost,
  }
  const doubts: Promise<void>[] = []
  // After an older journal readers are promised nothing for a minute, so these come last.
  return [
    lane(['full disk', 'older Redis', 'older MySQL'], 4)
      .then(() => lane(['older journal'], 5))
      .then(() => Promise.all(doubts))
      .then(() => {}),
    lane(['hung connection'], 6),
    lane(['clock step'], 7).finally(() => injector.setClock(0)),
    lane(['hidden post'], 8),
  ]

  async function lane(kinds: Fault[], seed: number) {
    const roll = seededRandom(wrath.seed + seed)
    const order = kinds
      .flatMap((kind) => Array.from({ length: wrath.faults[kind] }, () => ({ kind, place: roll() })))
      .sort((a, b) => a.place - b.place)
    for (const [index, { kind }] of order.entries()) {
      while (!isTime()) await Bun.sleep(20)
      await Bun.sleep(roll() * longestCalmMs)
      await work[kind](roll, index)
      done[kind]++
    }
  }

  /** Likes are refused with the reason meanwhile. */
  async function fullDisk(roll: () => number) {
    const before = crowd.refusedAsFull()
    const began = performance.now()
    const forMs = between(shortestFullMs, longestFullMs, roll)
    await injector.fillDisk(() => {
      const ms = performance.now() - began
      if (ms > bitesWithinMs) throw new Error('the disk was full and no like was refused with the reason')
      return ms >= forMs && crowd.refusedAsFull() > before
    })
  }

  /** Each way in turn. */
  async function hungConnection(roll: () => number, at: number) {
    const way = ways[at % ways.length] ?? ways[0]
    const place = roll()
    const forMs = between(shortestHangMs, longestHangMs, roll)
    const over = way.endsWith('Redis') ? health.harm('redis') : () => {}
    try {
      await until(() => injector.hang(way, place, forMs), { withinMs: bitesWithinMs })
      await Bun.sleep(shortestHangMs)
    } finally {
      over()
    }
  }

  async function clockStep(roll: () => number) {
    await injector.setClock(stepOf(roll))
    await Bun.sleep(between(shortestStepMs, longestStepMs, roll))
  }

  /** A post that many like, which they go on to do while it is hidden. */
  async function hiddenPost(roll: () => number) {
    const liked = crowd.likedPost(roll())
    await keeper.hide(liked.post)
    const before = liked.answered
    await until(() => liked.answered > before, { withinMs: bitesWithinMs })
    await keeper.show(liked.post)
  }

  /** One that holds something: just after its start it does not. */
  async function olderRedis() {
    const putBack = await alone('redis', async () => {
      await until(async () => (await statsOf(stack)).totalsInRedis, { withinMs: bitesWithinMs })
      return injector.remember('redis')
    })
    await newerBatch()
    await alone('redis', async () => {
      const over = health.harm('redis')
      await putBack().finally(over)
    })
  }

  /** What MySQL lost is sent again, without anybody's doing. */
  async function olderMysql() {
    const putBack = await alone('mysql', () => injector.remember('mysql'))
    const lost = await newerBatch()
    await alone('mysql', putBack)
    await until(async () => (await newest()) >= lost, { withinMs: bitesWithinMs, everyMs: askedEveryMs })
  }

  /**
   * With nothing waiting anywhere, so that all is in MySQL, as `--drop` takes it to be. No like is taken
   * before somebody has decided. Likes since the copy are unknown to it: nothing of that may be
   * sent again.
   */
  async function olderJournal() {
    const putBack = await alone('batcher', () => injector.remember('journal'))
    await newerBatch()
    const goOn = await crowd.hush()
    const certain = health.suspect()
    try {
      await until(async () => (await statsOf(stack)).waiting === 0, { withinMs: bitesWithinMs })
      await alone('batcher', async () => {
        const over = health.harm('batcher')
        await putBack().finally(over)
      })
      const { status, text } = await until(
        async () => {
          const { isWell, text } = await reconcile()
          return !isWell && text.includes('takes no likes') && crowd.probe()
        },
        { withinMs: bitesWithinMs },
      )
      if (status !== 503 || !text.includes(closedBecause.parted))
        throw new Error(`beside an older journal a like was answered ${status}: ${text}`)
      await until(async () => (await reconcile('--drop')).isWell, { withinMs: bitesWithinMs })
    } finally {
      goOn()
      doubts.push(Bun.sleep(cachedMs).then(certain))
    }
  }

  /** Resolves when MySQL has a batch that it did not have when this was called. Returns its number. */
  async function newerBatch(): Promise<number> {
    const before = await until(async () => (await newest()) + 1, { withinMs: bitesWithinMs })
    return until(
      async () => {
        const now = await newest()
        return now >= before && now
      },
      { withinMs: bitesWithinMs, everyMs: askedEveryMs },
    )
  }

  /** In a container that stands still nothing may begin: Docker would never let it go on. */
  async function newest(): Promise<number> {
    return Number((await alone('mysql', () => stack.sql(newestBatch)))[0]?.[0])
  }

  function reconcile(...options: string[]) {
    return alone('batcher', () => injector.reconcile(...options))
  }
}

const between = (least: number, most: number, roll: () => number) => least + roll() * (most - least)
