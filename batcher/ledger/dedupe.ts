import type { Clock } from '../../src/platform/clock.ts'
import type { ParsedLike } from '../intake/parse.ts'
import type { Journal } from './journal.ts'
import type { Match } from './key-table.ts'
import type { Keys } from './keys.ts'
import type { Producer, Producers } from './records.ts'

/**
 * `new`: the like has not come before. `seen`: it was counted. `refused`: it was refused, and stays so.
 * `other post`: its id belongs to another post or, under `LIKES=once`, to another request.
 */
export type DedupeResult = 'new' | 'seen' | 'refused' | 'other post'

const silentMs = 24 * 60 * 60 * 1_000

/**
 * Knows which likes came before.
 *
 * A producer has one request in flight at most and its sequence numbers rise, within a request and from one
 * to the next. What it sends again it sends before anything new. So a number above the high-water mark is
 * new, and one that is not came before, even when copies of a request arrive late and out of order on a
 * connection that was given up. A like that was refused stays refused under its number, and is tried again
 * under a new one: a late copy must not count what was counted under the new number. Refusals are forgotten
 * when the producer goes on to new numbers, because it does so only when it has the answer to the earlier
 * ones or has given them up.
 */
export function openDedupe({ journal, keys, clock }: { journal: Journal; keys: Keys; clock: Clock }) {
  const producers: Producers = new Map()
  const seenAt = new Map<string, number>()
  let pendingProducers: Producers = new Map()
  let pendingKeys = new Map<string, number>()
  for (const { producer, highWaterMark, refused } of journal.producers()) {
    producers.set(producer, { highWaterMark, refused: JSON.parse(refused) as number[] })
    seenAt.set(producer, clock())
  }

  return { beginRequest, check, note, pending, commit, rollback, silentProducers, forget }

  /**
   * To be called with the first numbered like of each request: if that is new, its producer is done with
   * earlier ones.
   */
  function beginRequest({ producer, sequence }: ParsedLike) {
    if (producer === undefined) return
    const known = pendingProducer(producer)
    if (sequence > known.highWaterMark && known.refused.length > 0) known.refused = []
  }

  function check(like: ParsedLike): DedupeResult {
    const { id, producer, sequence } = like
    if (producer !== undefined) {
      const { highWaterMark, refused } = pendingProducer(producer)
      if (sequence > highWaterMark) return 'new'
      return refused.includes(sequence) ? 'refused' : 'seen'
    }
    const usedFor = pendingKeys.get(id)
    if (usedFor !== undefined) return usedFor === useOf(like) ? 'seen' : 'other post'
    return results[keys.match(id, useOf(like))]
  }

  /** Notes that a new like is counted, or not. An id that is not numbered may try again when it was not. */
  function note(like: ParsedLike, isCounted: boolean) {
    const { id, producer, sequence } = like
    if (producer === undefined) {
      if (isCounted) pendingKeys.set(id, useOf(like))
      return
    }
    const known = pendingProducer(producer)
    known.highWaterMark = sequence
    if (!isCounted) known.refused.push(sequence)
  }

  /** Returns what was noted since the last `commit` or `rollback`. */
  function pending() {
    return { producers: pendingProducers, keys: keys.block(pendingKeys) }
  }

  /** The journal has what was pending. */
  function commit() {
    for (const [name, producer] of pendingProducers) {
      producers.set(name, producer)
      seenAt.set(name, clock())
    }
    keys.commit(pendingKeys)
    rollback()
  }

  function rollback() {
    pendingProducers = new Map()
    pendingKeys = new Map()
  }

  /**
   * Returns producers that sent nothing for a day. A replica that was idle for so long has no like on its
   * way.
   */
  function silentProducers(): string[] {
    return [...seenAt].flatMap(([name, time]) => (clock() - time > silentMs ? [name] : []))
  }

  /** The journal has forgotten these producers. */
  function forget(names: string[]) {
    for (const name of names) {
      producers.delete(name)
      seenAt.delete(name)
    }
  }

  function pendingProducer(name: string): Producer {
    let producer = pendingProducers.get(name)
    if (!producer) {
      const { highWaterMark, refused } = producers.get(name) ?? { highWaterMark: 0, refused: [] }
      producer = { highWaterMark, refused: [...refused] }
      pendingProducers.set(name, producer)
    }
    return producer
  }
}

/** Returns a number for what an id is used for: a post, and under `LIKES=once` the request. */
function useOf({ post, wants }: ParsedLike): number {
  if (wants === undefined) return post
  return 4 * post + (wants === 'opposite' ? 3 : wants ? 2 : 1)
}

const results: Record<Match, DedupeResult> = {
  absent: 'new',
  'same post': 'seen',
  'other post': 'other post',
}
