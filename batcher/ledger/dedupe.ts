import type { Clock } from '../../src/platform/clock.ts'
import type { ParsedLike } from '../intake/parse.ts'
import type { Journal } from './journal.ts'
import type { Match } from './key-table.ts'
import type { Keys } from './keys.ts'
import type { Sender, Senders } from './records.ts'

/** `new`: count it. `seen`: it was counted. `refused`: it was refused, and stays so. `other`: the id is another post's. */
export type DedupeResult = 'new' | 'seen' | 'refused' | 'other'

/**
 * Knows which presses came before.
 *
 * A sender has one request under way at most and its numbers rise, within a request and from one to the next. What it
 * sends again it sends before anything new. So a number above the highest is new, and one that is not came before,
 * even when copies of a request arrive late and out of order on a connection that was given up. A press that was
 * refused stays refused under its number, and is tried again under a new one: a late copy must not count what was
 * counted under the new number. Refusals are forgotten when the sender goes on to new numbers, because it does so
 * only when it has the answer to the earlier ones or has given them up.
 */
export function openDedupe({ journal, keys, clock }: { journal: Journal; keys: Keys; clock: Clock }) {
  const senders: Senders = new Map()
  const seenAt = new Map<string, number>()
  for (const { sender, high, refused } of journal.senders()) {
    senders.set(sender, { high, refused: JSON.parse(refused) as number[] })
    seenAt.set(sender, clock())
  }
  const pending = { senders: new Map() as Senders, keys: new Map<string, number>() }

  function pendingSender(name: string): Sender {
    let sender = pending.senders.get(name)
    if (!sender) {
      const { high, refused } = senders.get(name) ?? { high: 0, refused: [] }
      sender = { high, refused: [...refused] }
      pending.senders.set(name, sender)
    }
    return sender
  }

  function rollback() {
    pending.senders = new Map()
    pending.keys = new Map()
  }

  return {
    rollback,

    /** What was noted since the last `commit` or `rollback`. */
    pending: () => ({ senders: pending.senders, keys: keys.block(pending.keys) }),

    /** Call it with the first press of each request: if that is new, its sender is done with all earlier ones. */
    begin({ producer, sequence }: ParsedLike) {
      if (producer === undefined) return
      const known = pendingSender(producer)
      if (sequence > known.high && known.refused.length > 0) known.refused = []
    },

    check({ id, post, producer, sequence }: ParsedLike): DedupeResult {
      if (producer !== undefined) {
        const { high, refused } = pendingSender(producer)
        if (sequence > high) return 'new'
        return refused.includes(sequence) ? 'refused' : 'seen'
      }
      const usedFor = pending.keys.get(id)
      if (usedFor !== undefined) return usedFor === post ? 'seen' : 'other'
      return verdicts[keys.match(id, post)]
    },

    /** Stages that a new press was counted, or not. An id that is not numbered may try again when it was not. */
    note({ id, post, producer, sequence }: ParsedLike, isCounted: boolean) {
      if (producer === undefined) {
        if (isCounted) pending.keys.set(id, post)
        return
      }
      const known = pendingSender(producer)
      known.high = sequence
      if (!isCounted) known.refused.push(sequence)
    },

    /** The journal has what was pending. */
    commit() {
      for (const [name, sender] of pending.senders) {
        senders.set(name, sender)
        seenAt.set(name, clock())
      }
      keys.commit(pending.keys)
      rollback()
    },

    /** Senders that sent nothing for a day. A replica that was idle for so long has no press on its way. */
    silent: () => [...seenAt].flatMap(([name, at]) => (clock() - at > keptMs ? [name] : [])),

    /** The journal has forgotten these senders. */
    forget(names: string[]) {
      for (const name of names) {
        senders.delete(name)
        seenAt.delete(name)
      }
    },
  }
}

export type Dedupe = ReturnType<typeof openDedupe>

const keptMs = 24 * 60 * 60 * 1_000

const verdicts: Record<Match, DedupeResult> = { absent: 'new', 'same post': 'seen', 'other post': 'other' }
