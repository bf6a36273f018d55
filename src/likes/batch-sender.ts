import { randomBytes } from 'node:crypto'
import { Refusal, Unavailable } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { requestId } from '../platform/trace.ts'
import type { Address } from './address.ts'
import {
  type Accepted,
  authorized,
  closedBecause,
  type LikeRequest,
  type LikesAnswer,
  maxLikesPerRequest,
  numberedId,
  type Refused,
} from './protocol.ts'

/** How long a visitor waits for a batcher that is away or restarting. */
const patienceMs = 2_000
/** And for one whose place another takes, which takes five seconds where MySQL's server died with it. */
const patienceForSeveralMs = 9_000
/** Longer than a batcher holds its answers back while Redis is out of reach, which is one second. */
const attemptMs = 1_400
const retryMs = 20
/** After MySQL could not be asked for an unknown post. */
const retryRefusedMs = 200
const sweepEveryMs = 100
const longestQueue = 10_000
/**
 * How long a request waits for the next likes of those who were just answered, and how soon after that it
 * must begin to.
 */
const lingerMs = 1
const burstMs = 5
/**
 * One request to a batcher may carry the likes of thousands; some of their requests' ids are enough to find
 * it.
 */
const idsPerRequest = 5
const likesPerRequest = Math.min(2_000, maxLikesPerRequest)
/** Of such an answer the request is the cause, so it would get it again. */
const unreadable = [400, 413, 422]

/** A like that is numbered unless it has an id already. */
export type UnsentLike = Omit<LikeRequest, 'id'> & { id?: string }

type QueuedLike = {
  like: UnsentLike
  requestId: string | undefined
  sequence: number
  deadline: number
  isOver: boolean
  resolve: (accepted: Accepted) => void
  reject: (error: Refusal) => void
}

type Parts = {
  address: Address
  secret: string | undefined
  log: Log
  now: () => number
  /** Called with the name by which the batcher answers. */
  onName: (name: string) => void
}

/**
 * Sends likes to one batcher. One request is in flight; the next carries all that came meanwhile. So a
 * batcher has no more requests than there are replicas, whatever the number of visitors, and its journal's
 * commits are shared.
 *
 * A request that fails is sent again with the same ids, before and together with newer likes, until each like
 * is answered or its visitor's patience is over. How the batcher knows what it has counted:
 * `batcher/ledger/dedupe.ts`.
 *
 * A request that the batcher can't read, and of which it counted nothing, is sent again in halves, in the
 * same order, until the like that spoils it stands alone. It alone is refused then.
 */
export function openBatchSender({ address, secret, log, now, onName }: Parts) {
  const producer = randomBytes(9).toString('base64url')
  let queue: QueuedLike[] = []
  let likesAtOnce = likesPerRequest
  let newest = 0
  let isSending = false
  let isAddressSure = false
  let expected = 0
  let answeredAt = 0
  let endLinger = () => {}
  let sweeper: Timer | undefined

  return { send, close }

  /**
   * Resolves when the like is counted, once. Throws a Refusal: 404, 422, or 503 when it took too long.
   */
  function send(like: UnsentLike): Promise<Accepted> {
    if (queue.length >= longestQueue) throw new Unavailable('batcher')
    return new Promise((resolve, reject) => {
      const deadline = now() + (address.isOneOfSeveral ? patienceForSeveralMs : patienceMs)
      enqueue({ like, requestId: requestId(), sequence: 0, deadline, isOver: false, resolve, reject })
    })
  }

  function enqueue(queued: QueuedLike) {
    queued.sequence = ++newest
    queue.push(queued)
    if (queue.length >= expected) endLinger()
    if (isSending) return
    isSending = true
    // The likes of other visitors in the same turn of the event loop come along.
    setImmediate(sendAll)
  }

  async function sendAll() {
    sweeper = setInterval(sweep, sweepEveryMs)
    while (queue.length > 0) {
      await linger()
      const some = queue.slice(0, likesAtOnce)
      const answer = await attempt(some)
      if (answer === 'unreadable') halve(some)
      else if (answer && 'error' in answer) refuseAll(some, answer)
      else if (answer) answerAll(some, answer)
      else await Bun.sleep(retryMs)
      answeredAt = now()
      queue = queue.filter(({ isOver }) => !isOver)
      expected = some.length + queue.length
    }
    clearInterval(sweeper)
    isSending = false
  }

  /**
   * Under load those who were just answered are about to like again, and a request costs as much as many
   * likes: it waits until as many are there as there were, for a millisecond at most. A lone like never
   * waits.
   */
  async function linger() {
    if (queue.length >= expected || now() - answeredAt > burstMs) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, lingerMs)
    endLinger = resolve
    await promise
    clearTimeout(timer)
  }

  /** Returns undefined when the likes have to be sent again. */
  async function attempt(some: QueuedLike[]): Promise<LikesAnswer | Closed | 'unreadable' | undefined> {
    try {
      const response = await fetch(`${isAddressSure ? address.last() : await address.now()}/likes`, {
        method: 'POST',
        headers: headersOf(some),
        body: `{"likes":[${some.map(jsonOf).join(',')}]}`,
        signal: AbortSignal.timeout(attemptMs),
        ...address.secured,
      })
      isAddressSure = response.ok || !address.isOneOfSeveral
      if (response.ok) return (await response.json()) as LikesAnswer
      const reason = await response.text()
      if (response.status === 503 && isClosed(errorIn(reason))) return errorIn(reason)
      if (unreadable.includes(response.status)) {
        log.warn('a batcher cannot read likes', { address: address.last(), likes: some.length, reason })
        return 'unreadable'
      }
      if (response.status !== 503) throw new Error(`a batcher answered ${response.status}: ${reason}`)
    } catch (error) {
      isAddressSure = false
      log.debug('likes have to be sent again', {
        address: address.last(),
        reason: error instanceof Error ? error.message : error,
      })
    }
    return undefined
  }

  function headersOf(some: QueuedLike[]): Record<string, string> {
    const ids = some.slice(0, idsPerRequest).flatMap(({ requestId }) => requestId ?? [])
    return { ...authorized(secret), ...(ids.length > 0 && { 'x-request-id': ids.join(',') }) }
  }

  function jsonOf({ like, sequence }: QueuedLike): string {
    const { post, user, liked, toggle } = like
    const id = like.id === undefined ? `"${numberedId(producer, sequence)}"` : JSON.stringify(like.id)
    if (user === undefined) return `{"id":${id},"post":${post}}`
    return `{"id":${id},"post":${post},"user":${user},${toggle ? '"toggle":true' : `"liked":${liked}`}}`
  }

  function halve(some: QueuedLike[]) {
    likesAtOnce = Math.ceil(some.length / 2)
    const [only, ...others] = some
    if (!only || others.length > 0) return
    only.isOver = true
    only.reject(cannotBeCounted())
  }

  function refuseAll(some: QueuedLike[], { error }: Closed) {
    for (const queued of some) {
      if (queued.isOver) continue
      queued.isOver = true
      queued.reject(refusalOf({ status: 503, error }))
    }
  }

  function answerAll(some: QueuedLike[], { batcher, likes }: LikesAnswer) {
    onName(batcher)
    likesAtOnce = likesPerRequest
    for (const [index, queued] of some.entries()) {
      const result = likes[index]
      if (queued.isOver || !result) continue
      queued.isOver = true
      if ('total' in result) accept(queued, result)
      else if (result.status === 503 && !isClosed(result)) requeue(queued)
      else refuse(queued, result)
    }
  }

  function accept({ like, resolve, reject }: QueuedLike, accepted: Accepted) {
    if (like.user !== undefined && accepted.liked === undefined) reject(tryAgain())
    else resolve(accepted)
  }

  function refuse({ like, reject }: QueuedLike, refused: Refused) {
    const { status, error } = refused
    if (status === 400)
      log.warn('a batcher cannot read a like', { address: address.last(), post: like.post, reason: error })
    reject(refusalOf(refused))
  }

  /** Sends a like that was refused for now once more: under a new number it may be accepted. */
  function requeue(refused: QueuedLike) {
    if (now() + retryRefusedMs > refused.deadline) return refused.reject(tryAgain())
    setTimeout(() => enqueue({ ...refused, isOver: false }), retryRefusedMs)
  }

  function sweep() {
    const time = now()
    for (const queued of queue) {
      if (queued.isOver || queued.deadline > time) continue
      queued.isOver = true
      queued.reject(tryAgain())
    }
  }

  /** Resolves when no request is in flight. */
  async function close() {
    while (isSending) await Bun.sleep(10)
  }
}

function refusalOf({ status, error }: Pick<Refused, 'status' | 'error'>): Refusal {
  if (status === 400) return cannotBeCounted()
  if (status === 404) return new Refusal(404, 'This post is gone.')
  if (status === 409) return new Refusal(422, 'This Idempotency-Key was used for another like.')
  if (isClosed({ error })) return new Refusal(503, error, {}, { 'retry-after': '60' })
  return tryAgain()
}

/** The answer of a batcher that accepts no like for now. */
type Closed = Pick<Refused, 'error'>

const errorIn = (answer: string): Closed => ({ error: /"error":"([^"]*)"/.exec(answer)?.[1] ?? '' })

const isClosed = ({ error }: Closed) => Object.values<string>(closedBecause).includes(error)

const cannotBeCounted = () => new Refusal(422, 'This like cannot be counted.')

const tryAgain = () =>
  new Refusal(503, 'Your like did not get through. Please try again.', {}, { 'retry-after': '1' })
