import type { Journal } from './journal.ts'
import type { MemberLike } from './records.ts'

const rememberedChoices = 200_000

/**
 * `LIKES=once`: who likes what, as far as the batcher has to know it.
 *
 * A member's state is what waits, else what is on its way to MySQL, else what MySQL was seen to hold. A choice that
 * equals what it would change is no choice: pressing twice leaves nothing to write.
 */
export function openMemberLikes(journal: Journal) {
  const waiting = new Map<number, Map<number, boolean>>()
  const inFlight = new Map<string, boolean>()
  const stored = new Map<string, boolean>()
  let pending = new Map<string, MemberLike>()

  const put = (post: number, user: number, liked: boolean) => {
    const users = waiting.get(post) ?? new Map<number, boolean>()
    waiting.set(post, users.set(user, liked))
  }
  load()

  function load() {
    for (const { post, user, liked } of journal.choices()) put(post, user, liked === 1)
    for (const { choices } of journal.batches()) {
      for (const [post, user, liked] of choices) inFlight.set(keyOf(post, user), liked)
    }
  }

  /** What MySQL will hold when the batch under way is applied. Undefined: not known. */
  function base(post: number, user: number): boolean | undefined {
    const key = keyOf(post, user)
    const known = inFlight.get(key) ?? stored.get(key)
    if (known !== undefined) return known
    const wanted = waiting.get(post)?.get(user)
    return wanted === undefined ? undefined : !wanted
  }

  return {
    /** Whether the member likes the post now. Undefined: MySQL has to be asked. */
    isLiked: (post: number, user: number): boolean | undefined =>
      pending.get(keyOf(post, user))?.[2] ?? waiting.get(post)?.get(user) ?? base(post, user),

    /** What MySQL was seen to hold. Of no use for members of whom more is known. */
    learn(post: number, user: number, liked: boolean) {
      if (base(post, user) === undefined) remember(keyOf(post, user), liked)
    },

    begin: (post: number, user: number, liked: boolean) =>
      void pending.set(keyOf(post, user), [post, user, liked]),

    /** What the journal has to keep of what is pending, and by how much the choices that wait for each post change. */
    pending() {
      const counts = new Map<number, number>()
      const choices = [...pending.values()].map(([post, user, wanted]) => {
        const isBase = base(post, user) === wanted
        const before = waiting.get(post)?.has(user) ? 1 : 0
        counts.set(post, (counts.get(post) ?? 0) + (isBase ? 0 : 1) - before)
        return { post, user, liked: isBase ? null : wanted }
      })
      return { choices, counts }
    },

    /** The journal has what was pending. */
    commit() {
      for (const [post, user, wanted] of pending.values()) {
        const known = base(post, user)
        if (known !== undefined && !inFlight.has(keyOf(post, user))) remember(keyOf(post, user), known)
        if (known === wanted) waiting.get(post)?.delete(user)
        else put(post, user, wanted)
        if (waiting.get(post)?.size === 0) waiting.delete(post)
      }
      pending = new Map()
    },

    rollback() {
      pending = new Map()
    },

    /** What waits for these posts. */
    of: (posts: number[]): MemberLike[] =>
      posts.flatMap((post) =>
        [...(waiting.get(post) ?? [])].map(([user, liked]): MemberLike => [post, user, liked]),
      ),

    /** These are in the batch under way, and all that waited for their posts is among them. */
    dispatch(choices: MemberLike[]) {
      for (const [post] of choices) waiting.delete(post)
      this.markInFlight(choices)
    },

    markInFlight(choices: MemberLike[]) {
      for (const [post, user, liked] of choices) inFlight.set(keyOf(post, user), liked)
    },

    /** A batch with these is applied, and one with `next` follows. */
    acknowledge(choices: MemberLike[], next: MemberLike[]) {
      inFlight.clear()
      for (const [post, user, liked] of choices) remember(keyOf(post, user), liked)
      this.markInFlight(next)
    },

    /** How many of those that wait take a like back. */
    countUnlikes() {
      let count = 0
      for (const users of waiting.values()) for (const liked of users.values()) if (!liked) count++
      return count
    },

    /** Forgets all that is not in the journal. */
    reload() {
      for (const known of [waiting, inFlight, stored, pending]) known.clear()
      load()
    },

    /** Nothing that is remembered of these is certain any more. */
    invalidate(choices: MemberLike[]) {
      for (const [post, user] of choices) {
        inFlight.delete(keyOf(post, user))
        stored.delete(keyOf(post, user))
      }
    },
  }

  function remember(key: string, liked: boolean) {
    stored.delete(key)
    stored.set(key, liked)
    if (stored.size <= rememberedChoices) return
    for (const oldest of stored.keys()) {
      stored.delete(oldest)
      return
    }
  }
}

export type MemberLikes = ReturnType<typeof openMemberLikes>

const keyOf = (post: number, user: number) => `${post}:${user}`
