import { chunks, coalesce, withTimeout } from '../../src/platform/async.ts'
import type { Clock } from '../../src/platform/clock.ts'
import type { Db } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import { likesOfPosts, storedLikes } from '../flush/queries.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ParsedLike } from './parse.ts'

/**
 * How long likes of known posts wait for one of an unknown post that came in the same request. The question
 * goes on behind, so the unknown one succeeds when it is sent again.
 */
const waitMs = 100
const restMs = 200
const postsPerQuery = 1_000

const none: Set<number> = new Set()

/**
 * What is not known of a request's likes: posts, and by post the members of whom nobody knows whether they
 * like it.
 */
type Unknown = { posts: number[]; members: [post: number, user: number][] }

type Parts = { db: Db; ledger: Ledger; clock: Clock; log: Log }

/**
 * Asks MySQL for what likes need and the ledger doesn't know: a post's number of likes and, under
 * `LIKES=once`, whether the member likes it. One question at a time; the next asks for all that came
 * meanwhile.
 */
export function openLookup({ db, ledger, clock, log }: Parts) {
  const ask = coalesce(answerTo)
  let restUntil = 0

  return { prepare, recheck, likedBy }

  /**
   * Reads what these likes need, if MySQL answers in time. Returns those posts that don't exist, at once if
   * it can.
   */
  function prepare(likes: ParsedLike[]): Set<number> | Promise<Set<number>> {
    let unknown: Unknown | undefined
    for (const { post, user, wants, flaw } of likes) {
      if (flaw !== undefined) continue
      const isPostUnknown = ledger.posts.find(post) < 0
      const isMemberUnknown = wants !== undefined && ledger.isLiked(post, user) === undefined
      if (!isPostUnknown && !isMemberUnknown) continue
      unknown ??= { posts: [], members: [] }
      if (isPostUnknown) unknown.posts.push(post)
      if (isMemberUnknown) unknown.members.push([post, user])
    }
    if (!unknown || clock() < restUntil) return none
    return withTimeout(ask(unknown), waitMs, () => none)
  }

  /** Looks again whether these posts exist. No more likes are accepted for those that don't; returns them. */
  async function recheck(list: number[]): Promise<number[]> {
    const existing = new Set((list.length > 0 ? await likesOfPosts(db, list) : []).map(({ id }) => id))
    const gone = list.filter((post) => !existing.has(post))
    ledger.markGone(gone)
    return gone
  }

  /**
   * Returns those of the posts that the member likes. Throws Unavailable when MySQL has to be asked and is
   * away.
   */
  async function likedBy(user: number, list: number[]): Promise<number[]> {
    const unknown = list.filter((post) => ledger.isLiked(post, user) === undefined)
    await learnMembers(unknown.map((post) => [post, user]))
    return list.filter((post) => ledger.isLiked(post, user) === true)
  }

  /** Returns the posts that don't exist, none when MySQL can't be asked. */
  async function answerTo(questions: Unknown[]): Promise<Set<number>> {
    const gone = new Set(questions.flatMap(({ posts }) => posts))
    try {
      for (const some of chunks([...gone], postsPerQuery)) {
        for (const { id, likes } of await likesOfPosts(db, some)) {
          ledger.learnPost(id, likes)
          gone.delete(id)
        }
      }
      await learnMembers(questions.flatMap(({ members }) => members))
      return gone
    } catch (error) {
      restUntil = clock() + restMs
      log.warn('posts could not be looked up', { reason: error instanceof Error ? error.message : error })
      return none
    }
  }

  async function learnMembers(members: [post: number, user: number][]) {
    const byPost = [...Map.groupBy(members, ([post]) => post)].map(([post, own]) => ({
      post,
      users: [...new Set(own.map(([, user]) => user))],
    }))
    for (const some of chunks(byPost, postsPerQuery)) {
      const rows = await storedLikes(db, some)
      const liked = new Set(rows.map(({ post_id, user_id }) => `${post_id}:${user_id}`))
      for (const { post, users } of some) {
        for (const user of users) ledger.learnMember(post, user, liked.has(`${post}:${user}`))
      }
    }
  }
}
