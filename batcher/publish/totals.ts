/**
 * Shows totals to readers through Redis, so that every read which starts after a like was answered shows it,
 * whatever Redis does meanwhile: dies, hangs, comes back empty or with old data, or executes commands late.
 *
 * What stands in Redis, for each batcher:
 * - A hash, post -> "total:version", of one *epoch*. An epoch is a fresh hash, written whole by one process
 *   to one run of Redis. It holds every post with likes that MySQL may not have, and those flushed in the
 *   last ten minutes.
 * - A *lease*: names the epoch whose hash is true, and ends by itself a second later at most (`PXAT`, renewed
 *   every 300 ms). Its end is an absolute time of Redis's own clock: a relative one would begin anew when a
 *   Redis that hung executes the command late.
 *
 * The batcher's side. While it holds a lease a like is answered when Redis has confirmed its new total (in
 * one round trip for all likes of a commit). When Redis fails to confirm, the epoch is given up for good, and
 * likes are answered only after the last lease has surely ended, by our own monotonic clock. Then Redis is
 * tried again and again, and when it answers a new epoch is begun: all totals are written to a new hash while
 * every commit's changes follow on the same connection, and when Redis has confirmed all of it the lease is
 * taken.
 *
 * The reader's side (`src/likes/totals.ts`). It reads the hash and then the lease, on one connection, and
 * believes the hash only if the lease names its epoch and has no more than a second left, its field `epoch`
 * is there, and the epoch was written to the run of Redis that the reader is connected to. If not, it asks
 * the batcher. Why that is right, for a read that starts after a like was answered:
 * - Answered with the lease of epoch E, confirmed by Redis: the total was in E's hash before. A reader that
 *   finds the lease of E valid sees it. One that finds an older epoch's lease: see below. A newer epoch's
 *   hash was begun with the total in memory.
 * - Answered without a lease: all leases had ended. One that is valid later is of a new epoch, which has the
 *   total.
 * - Late commands. Those of an old epoch write to that epoch's hash, which nobody believes any more. Its
 *   lease can't return: leases are taken and renewed by a script that yields to a higher generation and,
 *   renewing, to none; and what it sets has ended when the batcher counts on it.
 * - Redis restarted empty: no lease. Restarted with old data: another run, not the one that the epoch names.
 *   Emptied, or the hash evicted: lease or field `epoch` are missing.
 * - Redis's clock set back by an hour while it and the batcher are apart: the lease lasts an hour longer. But
 *   it has more than a second left then, as none has that was just taken.
 *
 * An epoch's generation is above all before it, and not below the clock, and its name has a random part: a
 * journal that was restored, be the clock back or not, never writes to a hash of its own future, in which
 * posts would stand that it knows nothing of.
 *
 * A post that is absent from a true hash has had no like for ten minutes that MySQL doesn't have, so MySQL's
 * number is right, and so is any copy of its row that is younger than ten minutes: caches keep rows for one.
 * This holds over a restart of the batcher because the journal keeps what was flushed in the last ten minutes
 * too.
 *
 * With the journal in MySQL (`ledger/mysql/journal.ts`) a batcher that was taken for dead may live, and reach
 * Redis but not MySQL. So that nobody believes it when its successor answers:
 * - It sends for a lease only within 1.2 s of having asked MySQL for something that was confirmed since, so
 *   its last lease ends within 2.2 s of that. It answers `/totals` within the same time only.
 * - The successor saw, when it took the journal, that nothing had been kept in it since it first saw the
 *   last; it answers no like before 2.25 s have passed since then. Both count by clocks of their own that
 *   only rise, and no two clocks are compared.
 * - What is not kept yet is written to a new epoch's hash with the rest, and is kept before its lease is
 *   taken.
 *
 * Where there may be two servers of Redis, one that was cut off and the one that Sentinels made the first
 * instead, a lease of the second ends none of the first. So after a change of the run a like is answered when
 * the last lease of the run before has ended, and not as soon as there is another.
 *
 * What is assumed: while Redis and the batcher are apart, Redis's clock is not set back by less than a
 * second, nor to within a second of the moment at which they lost one another.
 */

import { Command, type Redis } from 'ioredis'
import {
  epochKey,
  epochOf,
  leaseKey,
  leaseMs,
  likesChannel,
  type NewTotal,
  namesKey,
  runIdIn,
  totalsKey,
  wholeField,
} from '../../src/likes/protocol.ts'
import { pause } from '../../src/platform/async.ts'
import type { Log } from '../../src/platform/log.ts'
import type { Ledger } from '../ledger/ledger.ts'

const renewEveryMs = 300
const retryMs = 100
/** Rounding and the drift of two clocks within a second. */
const leaseMarginMs = 20
const orphanMs = 3_600_000
const chunk = 1_000
const publishEveryMs = 100

/**
 * Sets the lease and names the newest epoch, unless a higher generation has it; when renewing, only if it is
 * still there.
 */
const setLease = `
local current = redis.call('GET', KEYS[1])
if current then
  if tonumber(string.match(current, '^%d+')) > tonumber(ARGV[1]) then return 0 end
elseif ARGV[4] == 'renew' then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2])
return 1`

/** `taking`: the lease has been asked for, and Redis has not confirmed it. */
type State = 'disconnected' | 'rebuilding' | 'taking' | 'leased'
type Parts = {
  name: string
  redis: Redis
  ledger: Pick<Ledger, 'posts' | 'version' | 'nextGeneration' | 'shared'>
  log: Log
  /** Whether no reader can be connected to another Redis than this batcher. */
  isOneRedis: boolean
}
/** A moment by Redis's clock, and by ours when it was read. */
type RedisTime = { redisMs: number; readAt: number }

export function openTotals({ name, redis, ledger, log, isOneRedis }: Parts) {
  const { posts, shared } = ledger
  const closing = new AbortController()
  let state: State = 'disconnected'
  let epoch = { generation: 0, name: '', hash: '' }
  // The process before this one may have taken a lease just before it died.
  let leaseEndsAt = shared?.answersFrom ?? performance.now() + leaseMs + leaseMarginMs
  /** Until then another lease does not help. */
  let firmUntil = isOneRedis && !shared ? 0 : leaseEndsAt
  let leasedRun: string | undefined
  let last: Promise<void> | undefined
  let leased = Promise.withResolvers<void>()
  let connections = 0
  let isLogged = false
  let publishTimer: Timer | undefined
  const toPublish = new Map<number, NewTotal>()
  redis.on('close', onClose)
  const running = renewLease()

  return { asOfNow, show, hide, restart, untilUnbelieved, state: () => state, close }

  /** Returns the totals of these rows, but of posts that are gone. */
  function asOfNow(rows: number[]): NewTotal[] {
    const version = ledger.version()
    const list: NewTotal[] = []
    for (const row of rows) {
      const total = posts.total(row)
      if (total >= 0) list.push({ post: posts.post(row), total, version })
    }
    return list
  }

  /**
   * Makes these totals known. When it returns nothing, or what it returns resolves, every read that starts
   * then shows them, and all those given before. Never rejects.
   */
  function show(list: NewTotal[]): Promise<void> | undefined {
    // A like that came before may have been journaled by the process before this one, and shown by none.
    if (list.length === 0) return last ?? untilVisible(true)
    const shown = state === 'disconnected' ? untilSafe() : confirm(write(list)).then(untilVisible)
    if (!shown) return undefined
    const mine: Promise<void> = shown.finally(() => {
      if (last === mine) last = undefined
    })
    last = mine
    return mine
  }

  /** Takes posts out of the hash: MySQL has had their numbers for longer than any cache keeps a row. */
  function hide(list: number[]) {
    if (state !== 'disconnected' && list.length > 0)
      void confirm(send('hdel', [epoch.hash, ...list.map(String)]))
  }

  /** Begins another epoch: what was written to this one does not hold any more. */
  function restart() {
    giveUp(new Error('the journal follows another history'))
  }

  async function close() {
    closing.abort()
    redis.off('close', onClose)
    clearTimeout(publishTimer)
    await running
  }

  function write(list: NewTotal[], isPublished = true): Promise<void> {
    const fields: string[] = [epoch.hash]
    for (const it of list) {
      fields.push(String(it.post), `${it.total}:${it.version}`)
      if (isPublished) toPublish.set(it.post, it)
    }
    if (fields.length === 1) return Promise.resolve()
    if (isPublished && !publishTimer) publishTimer = setTimeout(publish, publishEveryMs)
    return send('hset', fields)
  }

  /** Publishes what live pages show; nobody can read numbers faster. What is lost here is in the next one. */
  function publish() {
    publishTimer = undefined
    const message = JSON.stringify([...toPublish.values()])
    toPublish.clear()
    if (state !== 'disconnected') send('publish', [likesChannel, message]).catch(() => {})
  }

  /** Sends a command at once, in the order of the calls, and without the costs of a pipeline. */
  async function send(command: string, args: string[]): Promise<void> {
    await redis.sendCommand(new Command(command, args))
  }

  /** Resolves to whether Redis confirmed it, in the epoch of now. If not, that epoch has been given up. */
  async function confirm(writing: Promise<void>): Promise<boolean> {
    const mine = epoch
    try {
      await writing
      return mine === epoch
    } catch (error) {
      if (mine === epoch) giveUp(error)
      return false
    }
  }

  function untilVisible(isConfirmed: boolean): Promise<void> | undefined {
    return isConfirmed && state === 'leased' ? untilFirm() : untilSafe()
  }

  function untilFirm(): Promise<void> | undefined {
    const ms = firmUntil - performance.now()
    return ms > 0 ? Bun.sleep(Math.ceil(ms)) : undefined
  }

  /**
   * Returns nothing when no lease is valid. What it returns resolves when none is, or when a new one shows
   * all there is.
   */
  function untilSafe(): Promise<void> | undefined {
    const ms = leaseEndsAt - performance.now()
    if (ms <= 0) return undefined
    return Promise.race([Bun.sleep(Math.ceil(ms)), leased.promise.then(untilFirm)])
  }

  /** To be called when it is closed. Resolves when no lease of this batcher's is valid. */
  async function untilUnbelieved() {
    await Bun.sleep(Math.max(0, Math.ceil(leaseEndsAt - performance.now())))
  }

  function onClose() {
    connections++
    giveUp()
  }

  /**
   * Stops believing that Redis has our totals. Logs `reason` once: another epoch is tried ten times a second.
   */
  function giveUp(reason?: unknown) {
    const wasLeased = state === 'leased'
    if (wasLeased) leased = Promise.withResolvers()
    state = 'disconnected'
    if (!wasLeased && (isLogged || reason === undefined)) return
    isLogged = reason !== undefined
    log.warn('Redis does not confirm totals, so readers ask this batcher', {
      reason: reason instanceof Error ? reason.message : 'connection closed',
    })
  }

  async function renewLease() {
    while (!closing.signal.aborted) {
      try {
        if (state === 'leased') await setLeaseUntil('renew', await redisTime())
        else if (redis.status === 'ready') await begin()
      } catch (error) {
        giveUp(error)
      }
      await pause(state === 'leased' ? renewEveryMs : retryMs, closing.signal)
    }
  }

  /** Writes a new epoch and takes the lease for it. */
  async function begin() {
    const connection = connections
    const run = runIdIn(await redis.info('server'))
    const now = await redisTime()
    if (!run) throw new Error('Redis does not say its run id')
    if (connection !== connections) return

    const generation = ledger.nextGeneration()
    const mine = epochOf(generation, run)
    epoch = { generation, name: mine, hash: totalsKey(name, mine) }
    state = 'rebuilding'
    await send('hset', [epoch.hash, wholeField, mine])
    await send('pexpire', [epoch.hash, String(orphanMs)])
    for (let row = 0; row < posts.count && isRebuilding(); row += chunk) {
      await write(asOfNow(busyRows(row, Math.min(row + chunk, posts.count))), false)
    }
    await shared?.confirmed()
    if (!isRebuilding()) return
    if (!isOneRedis && run !== leasedRun) firmUntil = leaseEndsAt
    leasedRun = run

    // Until Redis confirms it a lease of the epoch before may be believed, which lacks what is written here.
    state = 'taking'
    await setLeaseUntil('take', now)
    if (!isTaking()) return
    state = 'leased'
    leased.resolve()
    log.info('Redis shows totals', { epoch: mine })
  }

  // Functions, because `giveUp` changes the state while others wait.
  function isRebuilding() {
    return state === 'rebuilding'
  }
  function isTaking() {
    return state === 'taking'
  }

  function busyRows(from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, index) => from + index).filter((row) => !posts.isIdle(row))
  }

  /** Resolves to a moment of Redis's clock that is not later than the truth. */
  async function redisTime(): Promise<RedisTime> {
    const [seconds, microseconds] = await redis.time()
    return {
      redisMs: Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000),
      readAt: performance.now(),
    }
  }

  async function setLeaseUntil(how: 'take' | 'renew', { redisMs, readAt }: RedisTime) {
    if (shared && !shared.isSure()) {
      if (how === 'take') throw new Error('MySQL has not confirmed that the journal is ours')
      // It ends by itself then, as it must if somebody else has the journal.
      return
    }
    const now = performance.now()
    const { generation, name: mine, hash } = epoch
    const end = Math.floor(redisMs + (now - readAt)) + leaseMs
    leaseEndsAt = Math.max(leaseEndsAt, now + leaseMs + leaseMarginMs)
    const keys = [leaseKey(name), epochKey(name)]
    const commands = redis.pipeline().eval(setLease, keys.length, ...keys, generation, mine, end, how)
    const answers = await answered(commands.pexpire(hash, orphanMs).sadd(namesKey, name))
    if (answers[0] !== 1 || answers[1] !== 1) throw new Error('Redis has lost the totals')
  }
}

export type Totals = ReturnType<typeof openTotals>

type Pipeline = ReturnType<Redis['pipeline']>

async function answered(commands: Pipeline): Promise<unknown[]> {
  const answers = (await commands.exec()) ?? []
  return answers.map(([error, answer]) => {
    if (error) throw error
    return answer
  })
}
