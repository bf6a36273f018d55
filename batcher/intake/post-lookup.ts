import type { Db } from '../../src/platform/db.ts'
import type { Log } from '../../src/platform/log.ts'
import { likesOfPosts, storedLikes } from '../flush/queries.ts'
import type { MemberLikes } from '../ledger/member-likes.ts'
import { goneTotal, type PostTable } from '../ledger/post-table.ts'
import type { ParsedLike } from './parse.ts'

/**
 * How long presses on known posts wait for one on an unknown post that came in the same request. The question goes
 * on behind, so the unknown one succeeds when it is sent again.
 */
const waitMs = 100
const restMs = 200
const askedAtOnce = 1_000

const nobody: Set<number> = new Set()

type Wanted = { posts: Set<number>; members: Map<number, Set<number>> }

/**
 * Asks MySQL for what presses need and the batcher doesn't know: a post's number of likes and, under `LIKES=once`, whether the
 * member likes it. One question at a time; the next asks for all that came meanwhile.
 */
export function openLookup({
  db,
  posts,
  choices,
  log,
}: {
  db: Db
  posts: PostTable
  choices: MemberLikes
  log: Log
}) {
  let wanted = nothing()
  let next: Promise<Set<number>> | undefined
  let underWay: Promise<unknown> = Promise.resolve()
  let restUntil = 0

  return { prepare, recheck, likedBy }

  /** Learns what these presses need, if MySQL answers in time. Returns those posts that don't exist. */
  function prepare(presses: ParsedLike[]): Set<number> | Promise<Set<number>> {
    let isComplete = true
    for (const { post, user, wants, flaw } of presses) {
      if (flaw !== undefined) continue
      if (posts.find(post) < 0) {
        wanted.posts.add(post)
        isComplete = false
      }
      if (wants !== undefined && choices.isLiked(post, user) === undefined) {
        wanted.members.set(post, (wanted.members.get(post) ?? new Set()).add(user))
        isComplete = false
      }
    }
    if (isComplete) return nobody
    if (performance.now() < restUntil) {
      wanted = nothing()
      return nobody
    }
    return inTime(ask())
  }

  /** Asks for all that is wanted. Returns the posts that don't exist, none when MySQL can't be asked. */
  function ask(): Promise<Set<number>> {
    next ??= underWay.then(async () => {
      const now = wanted
      wanted = nothing()
      next = undefined
      const answer = answerTo(now)
      underWay = answer
      return answer
    })
    return next
  }

  /** Looks again whether these posts exist. No more likes are taken for those that don't; gives them. */
  async function recheck(list: number[]): Promise<number[]> {
    const there = new Set((list.length > 0 ? await likesOfPosts(db, list) : []).map(({ id }) => id))
    const gone = list.filter((post) => !there.has(post))
    for (const post of gone) {
      const row = posts.find(post)
      if (row >= 0) posts.setTotal(row, goneTotal)
    }
    return gone
  }

  /** Those of the posts that the member likes. Throws Unavailable when MySQL has to be asked and is away. */
  async function likedBy(user: number, list: number[]): Promise<number[]> {
    const unknown = list.filter((post) => choices.isLiked(post, user) === undefined)
    await learnMembers(new Map(unknown.map((post) => [post, new Set([user])])))
    return list.filter((post) => choices.isLiked(post, user) === true)
  }

  async function answerTo({ posts: ids, members }: Wanted): Promise<Set<number>> {
    const gone = new Set(ids)
    try {
      for (const some of chunks([...ids], askedAtOnce)) {
        for (const { id, likes } of await likesOfPosts(db, some)) {
          posts.add(id, likes)
          gone.delete(id)
        }
      }
      await learnMembers(members)
      return gone
    } catch (error) {
      restUntil = performance.now() + restMs
      log.warn('posts could not be looked up', { reason: error instanceof Error ? error.message : error })
      return nobody
    }
  }

  async function learnMembers(members: Map<number, Set<number>>) {
    const asked = [...members].map(([post, users]) => ({ post, users: [...users] }))
    for (const some of chunks(asked, askedAtOnce)) {
      const rows = await storedLikes(db, some)
      const liked = new Set(rows.map(({ post_id, user_id }) => `${post_id}:${user_id}`))
      for (const { post, users } of some) {
        for (const user of users) choices.learn(post, user, liked.has(`${post}:${user}`))
      }
    }
  }
}

export type Lookup = ReturnType<typeof openLookup>

const nothing = (): Wanted => ({ posts: new Set(), members: new Map() })

async function inTime(answer: Promise<Set<number>>): Promise<Set<number>> {
  let timer: Timer | undefined
  const late = new Promise<Set<number>>((resolve) => {
    timer = setTimeout(resolve, waitMs, nobody)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

export function chunks<T>(list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  )
}
