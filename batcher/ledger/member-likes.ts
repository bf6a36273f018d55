import type { MemberLike } from './batch.ts'
import type { Journal } from './journal.ts'

const mostStored = 200_000

/**
 * `LIKES=once`: who likes what, as far as the batcher has to know it.
 *
 * A member's state is what waits, else what is on its way to MySQL, else what MySQL was seen to hold. A like
 * that equals what it would change is none: liking and taking it back leaves nothing to write.
 */
export function openMemberLikes(journal: Journal) {
  const waiting = new Map<number, Map<number, boolean>>()
  const inFlight = new Map<string, boolean>()
  const stored = new Map<string, boolean>()
  const pending = new Map<string, MemberLike>()
  load()

  return {
    isLiked,
    learn,
    begin,
    pending: changes,
    commit,
    rollback,
    waitingFor,
    countUnlikes,
    dispatch,
    acknowledge,
    requeue,
    amend,
    reload,
  }

  /** Whether the member likes the post now. Undefined: MySQL has to be asked. */
  function isLiked(post: number, user: number): boolean | undefined {
    return pending.get(keyOf(post, user))?.[2] ?? waiting.get(post)?.get(user) ?? base(post, user)
  }

  /** Takes in what MySQL was seen to hold. Of no use for members of whom more is known. */
  function learn(post: number, user: number, liked: boolean) {
    if (base(post, user) === undefined) store(keyOf(post, user), liked)
  }

  function begin(post: number, user: number, liked: boolean) {
    pending.set(keyOf(post, user), [post, user, liked])
  }

  /**
   * Returns what the journal has to keep of what is pending, and by how much fewer or more wait for each post
   * then.
   */
  function changes() {
    const counts = new Map<number, number>()
    const memberLikes = [...pending.values()].map(([post, user, state]) => {
      const isBase = base(post, user) === state
      const before = waiting.get(post)?.has(user) ? 1 : 0
      counts.set(post, (counts.get(post) ?? 0) + (isBase ? 0 : 1) - before)
      return { post, user, liked: isBase ? null : state }
    })
    return { memberLikes, counts }
  }

  /** The journal has what was pending. */
  function commit() {
    for (const [post, user, state] of pending.values()) {
      const known = base(post, user)
      if (known !== undefined && !inFlight.has(keyOf(post, user))) store(keyOf(post, user), known)
      if (known === state) waiting.get(post)?.delete(user)
      else put(post, user, state)
      if (waiting.get(post)?.size === 0) waiting.delete(post)
    }
    pending.clear()
  }

  function rollback() {
    pending.clear()
  }

  function waitingFor(post: number): MemberLike[] {
    return [...(waiting.get(post) ?? [])].map(([user, liked]) => [post, user, liked])
  }

  /** Returns how many of those that wait take a like back. */
  function countUnlikes(): number {
    let count = 0
    for (const users of waiting.values()) for (const liked of users.values()) if (!liked) count++
    return count
  }

  /** These are in the batch in flight, and all that waited for their posts is among them. */
  function dispatch(memberLikes: MemberLike[]) {
    for (const [post] of memberLikes) waiting.delete(post)
    markInFlight(memberLikes)
  }

  /** The batch with `applied` is in MySQL; those with `next` are not yet. */
  function acknowledge(applied: MemberLike[], next: MemberLike[]) {
    inFlight.clear()
    for (const [post, user, liked] of applied) store(keyOf(post, user), liked)
    markInFlight(next)
  }

  /** The batches that MySQL may not have are those with `memberLikes` now. */
  function requeue(memberLikes: MemberLike[]) {
    markInFlight(memberLikes)
  }

  /** The batch with `refused` was formed anew: nothing that is remembered of these is certain any more. */
  function amend(refused: MemberLike[], memberLikes: MemberLike[]) {
    for (const [post, user] of refused) {
      inFlight.delete(keyOf(post, user))
      stored.delete(keyOf(post, user))
    }
    markInFlight(memberLikes)
  }

  /** Forgets all that is not in the journal. */
  function reload() {
    for (const known of [waiting, inFlight, stored, pending]) known.clear()
    load()
  }

  function load() {
    for (const { post, user, liked } of journal.memberLikes()) put(post, user, liked === 1)
    for (const { memberLikes } of journal.batches()) markInFlight(memberLikes)
  }

  function put(post: number, user: number, liked: boolean) {
    const users = waiting.get(post) ?? new Map<number, boolean>()
    waiting.set(post, users.set(user, liked))
  }

  function markInFlight(memberLikes: MemberLike[]) {
    for (const [post, user, liked] of memberLikes) inFlight.set(keyOf(post, user), liked)
  }

  /** Returns what MySQL will hold when the batches in flight are applied. Undefined: not known. */
  function base(post: number, user: number): boolean | undefined {
    const key = keyOf(post, user)
    const known = inFlight.get(key) ?? stored.get(key)
    if (known !== undefined) return known
    const state = waiting.get(post)?.get(user)
    return state === undefined ? undefined : !state
  }

  function store(key: string, liked: boolean) {
    stored.delete(key)
    stored.set(key, liked)
    if (stored.size <= mostStored) return
    for (const oldest of stored.keys()) {
      stored.delete(oldest)
      return
    }
  }
}

const keyOf = (post: number, user: number) => `${post}:${user}`
