/** Who uses a cluster while its nodes die: replicas that send likes, and visitors of its three sites. */

import type { LikesClient } from '../../src/likes/client.ts'
import type { LikesPolicy } from '../../src/platform/config.ts'
import { Refusal } from '../../src/platform/errors.ts'
import { choose, type PostCount } from '../posts.ts'
import type { Lanes } from './deaths.ts'

export type Tally = {
  likes: number
  /** Presses that nobody answered, of those without a key: each may count or not. */
  unsure: number
  /** Presses that were sent again because no answer came, and such as were answered already. */
  retried: number
  repeated: number
  longestPressMs: number
  writes: number
  longestWriteMs: number
  reads: number
  /** Not served within 5 s, nor when they tried once more at another address. */
  failedReads: number
  longestReadMs: number
  /** Totals that lacked a like that was answered before. */
  stale: number
}

export const noTally = (): Tally => ({
  ...{ likes: 0, unsure: 0, retried: 0, repeated: 0, longestPressMs: 0, writes: 0, longestWriteMs: 0 },
  ...{ reads: 0, failedReads: 0, longestReadMs: 0, stale: 0 },
})

/** `token`: of a member, with whom `user` is meant. */
export type Member = { user: number; token: string }

export type Scene = {
  policy: LikesPolicy
  sites: string[]
  replicas: LikesClient[]
  posts: PostCount[]
  /** What each member likes, as `post:user`. */
  liked: Set<string>
  lanes: Lanes
  tally: Tally
  roll: () => number
  /** Whether to press again; resolves when it is time. */
  mayLike: () => Promise<boolean>
  isOver: () => boolean
}

/** Longer than a replica waits for a batcher. */
const presserPatienceMs = 15_000
const patienceMs = 5_000
const shareWithKey = 0.4
const restMs = 30
const visitorRestMs = 150

/** A press of somebody whose replica is none that dies: the replica's own client, without HTTP before it. */
export async function keepPressing(scene: Scene, member: Member, place: number): Promise<void> {
  const { policy, replicas, posts, roll, tally } = scene
  const mine = replicas[place % replicas.length] as LikesClient
  while (await scene.mayLike()) {
    const post = choose(posts, roll)
    const id = roll() < shareWithKey ? crypto.randomUUID() : undefined
    const options = id === undefined ? {} : { id }
    const isLiked = scene.liked.has(`${post.post}:${member.user}`)
    const press = () =>
      policy === 'open'
        ? mine.add(post.post, options)
        : id === undefined
          ? mine.set(post.post, member.user, !isLiked)
          : mine.toggle(post.post, member.user, options)
    await pressed(scene, post, member, press, { canRepeat: policy === 'once' || id !== undefined })
    if (id !== undefined && roll() < 0.05 && (await succeeds(press()))) tally.repeated++
  }
}

/** A press at one of the sites, through HAProxy and a replica that may die with its node. */
export async function keepVisiting(scene: Scene, member: Member, place: number): Promise<void> {
  const { policy, sites, posts, roll, tally } = scene
  let at = place
  while (!scene.isOver()) {
    const post = choose(posts, roll)
    const id = roll() < shareWithKey ? crypto.randomUUID() : undefined
    const isLiked = scene.liked.has(`${post.post}:${member.user}`)
    const path = `/api/posts/${post.post}/likes${policy === 'once' ? '/mine' : ''}`
    const method = policy === 'open' ? 'POST' : isLiked ? 'DELETE' : 'PUT'
    const headers = { ...bearer(member), ...(id !== undefined && { 'idempotency-key': id }) }
    const press = async () => {
      const site = sites[at % sites.length]
      await answered(`${site}${path}`, { method, headers }, presserPatienceMs).catch((error) => {
        // Whoever gets no answer goes to the next address.
        at++
        throw error
      })
    }
    await pressed(scene, post, member, press, { canRepeat: policy === 'once' || id !== undefined })
    if (id !== undefined && roll() < 0.05 && (await succeeds(press()))) tally.repeated++
    await Bun.sleep(visitorRestMs)
  }
}

async function pressed(
  { policy, lanes, tally, liked }: Scene,
  post: PostCount,
  { user }: Member,
  press: () => Promise<unknown>,
  { canRepeat }: { canRepeat: boolean },
): Promise<void> {
  const beganAt = performance.now()
  post.sent++
  while (!(await succeeds(press()))) {
    tally.retried++
    if (!canRepeat) {
      tally.unsure++
      return
    }
    await Bun.sleep(restMs)
  }
  lanes.likes.answered()
  post.answered++
  tally.likes++
  tally.longestPressMs = Math.max(tally.longestPressMs, performance.now() - beganAt)
  const own = `${post.post}:${user}`
  if (policy === 'once' && !liked.delete(own)) liked.add(own)
}

/** Writes comments, each with a text of its own, until each is answered. Returns the texts. */
export async function keepWriting(scene: Scene, member: Member, place: number): Promise<string[]> {
  const { sites, posts, lanes, tally } = scene
  const written: string[] = []
  let at = place
  while (!scene.isOver()) {
    const text = `Well said, ${crypto.randomUUID()}.`
    const beganAt = performance.now()
    const write = () =>
      answered(`${sites[at % sites.length]}/api/posts/${posts[0]?.post}/comments`, {
        method: 'POST',
        headers: { ...bearer(member), 'content-type': 'application/json', 'idempotency-key': text },
        body: JSON.stringify({ body: text }),
      })
    while (!(await succeeds(write()))) {
      at++
      await Bun.sleep(restMs)
    }
    lanes.writes.answered()
    written.push(text)
    tally.writes++
    tally.longestWriteMs = Math.max(tally.longestWriteMs, performance.now() - beganAt)
    await Bun.sleep(visitorRestMs)
  }
  return written
}

/** Reads pages as somebody does who waits for 5 s and tries once more, at the next address. */
export async function keepReading({ sites, posts, lanes, tally, roll, isOver }: Scene): Promise<void> {
  let at = Math.floor(roll() * sites.length)
  while (!isOver()) {
    const post = choose(posts, roll).post
    const beganAt = performance.now()
    const read = () => shown(`${sites[at % sites.length]}/posts/${post}`)
    let isServed = await read()
    if (!isServed) {
      at++
      isServed = await read()
    }
    tally.reads++
    tally.longestReadMs = Math.max(tally.longestReadMs, performance.now() - beganAt)
    if (isServed) lanes.reads.answered()
    else tally.failedReads++
    await Bun.sleep(restMs)
  }
}

/** Asks one replica for the total of a post of which another one's likes were answered. */
export async function keepComparing({ replicas, posts, roll, tally, isOver }: Scene): Promise<void> {
  while (!isOver()) {
    const post = choose(posts, roll)
    const before = post.answered
    const totals = await (replicas[Math.floor(roll() * replicas.length)] as LikesClient).totals([post.post])
    const total = totals.get(post.post)
    // None at all: MySQL's own number would be shown.
    if (total !== undefined && total < before) tally.stale++
    await Bun.sleep(restMs)
  }
}

async function shown(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
    return response.ok && (await response.text()).includes('</html>')
  } catch {
    return false
  }
}

/** Throws when no answer came, when the site could not do it now, and when it refuses what is in order. */
async function answered(url: string, options: RequestInit, withinMs = patienceMs): Promise<void> {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(withinMs) })
  const text = await response.text()
  if (response.ok) return
  const error = new Error(`${options.method} ${url} was answered ${response.status}: ${text.slice(0, 200)}`)
  // 409: the first request with this key was not done.
  if (response.status < 500 && response.status !== 409) throw new Wrong(error.message)
  throw error
}

/** The site refused what it has to do: nothing is tried again. */
class Wrong extends Error {
  override name = 'Wrong'
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof Wrong || (error instanceof Refusal && error.status < 500)) throw error
    return false
  }
}

export const bearer = ({ token }: Member) => ({ authorization: `Bearer ${token}` })
