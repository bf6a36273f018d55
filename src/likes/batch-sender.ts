import { randomBytes } from 'node:crypto'
import { Refusal, Unavailable } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { requestId } from '../platform/trace.ts'
import {
  type Accepted,
  authorized,
  closedBecause,
  type LikesAnswer,
  maxLikesPerRequest,
  numberedId,
  type Refused,
} from './protocol.ts'

/** How long a visitor waits for a batcher that is away or restarting. */
const patienceMs = 2_000
/** Longer than a batcher holds its answers back while Redis is out of reach, which is one second. */
const attemptMs = 1_400
const retryMs = 20
/** After MySQL could not be asked for an unknown post. */
const retryRefusedMs = 200
const sweepEveryMs = 100
const longestQueue = 10_000
/** How long a request waits for those who were just answered, and how soon after that it must begin to. */
const lingerMs = 1
const burstMs = 5
/** One request to a batcher may carry the presses of thousands; some of their ids are enough to find it. */
const idsPerRequest = 5
const likesPerRequest = Math.min(2_000, maxLikesPerRequest)
/** Of such an answer the request is the cause, so it would get it again. */
const unreadable = [400, 413, 422]

/** What a press is about; `key` is the client's own id for it. */
export type UnsentLike = { post: number; key?: string; user?: number; liked?: boolean; toggle?: boolean }

type QueuedLike = {
  wish: UnsentLike
  requestId: string | undefined
  number: number
  deadline: number
  isOver: boolean
  resolve: (taken: Accepted) => void
  reject: (error: Refusal) => void
}

/** Sends presses to one batcher. */
export type Sender = {
  /** Resolves when the press is counted, once. Throws a Refusal: 404, 409, or 503 when it took too long. */
  send(wish: UnsentLike): Promise<Accepted>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/**
 * One request is under way; the next carries all that came meanwhile. So a batcher has no more requests than there are
 * replicas, whatever the number of visitors, and its journal's commits are shared.
 *
 * A request that fails is sent again with the same ids, before and together with newer presses, until each press is
 * answered or its visitor's patience is over. How the batcher tells what it has counted: `batcher/ledger/dedupe.ts`.
 *
 * A request that the batcher can't read, and of which it counted nothing, is sent again in halves, in the same order,
 * until the press that spoils it stands alone. It alone is refused then.
 */
export function openBatchSender(
  address: string,
  log: Log,
  secret: string | undefined,
  onName: (name: string) => void,
): Sender {
  const sender = randomBytes(9).toString('base64url')
  let queue: QueuedLike[] = []
  let most = likesPerRequest
  let newest = 0
  let isSending = false
  let expected = 0
  let answeredAt = 0
  let endLinger = () => {}
  let sweeper: Timer | undefined

  return { send, close }

  function send(wish: UnsentLike): Promise<Accepted> {
    if (queue.length >= longestQueue) throw new Unavailable('batcher')
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + patienceMs
      enqueue({ wish, requestId: requestId(), number: 0, deadline, isOver: false, resolve, reject })
    })
  }

  function enqueue(waiting: QueuedLike) {
    waiting.number = ++newest
    queue.push(waiting)
    if (queue.length >= expected) endLinger()
    if (isSending) return
    isSending = true
    // What other visitors press in the same turn of the event loop comes along.
    setImmediate(sendAll)
  }

  async function sendAll() {
    sweeper = setInterval(sweep, sweepEveryMs)
    while (queue.length > 0) {
      await linger()
      const some = queue.slice(0, most)
      const answer = await attempt(some)
      if (answer === 'unreadable') halve(some)
      else if (answer && 'error' in answer) refuseAll(some, answer)
      else if (answer) answerAll(some, answer)
      else await Bun.sleep(retryMs)
      answeredAt = performance.now()
      queue = queue.filter(({ isOver }) => !isOver)
      expected = some.length + queue.length
    }
    clearInterval(sweeper)
    isSending = false
  }

  /**
   * Under load those who were just answered are about to press again, and a request costs as much as many presses:
   * it waits until as many are there as there were, for a millisecond at most. A lone press never waits.
   */
  async function linger() {
    if (queue.length >= expected || performance.now() - answeredAt > burstMs) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, lingerMs)
    endLinger = resolve
    await promise
    clearTimeout(timer)
  }

  /** Undefined when it has to be sent again. */
  async function attempt(some: QueuedLike[]): Promise<LikesAnswer | Closed | 'unreadable' | undefined> {
    try {
      const response = await fetch(`${address}/likes`, {
        method: 'POST',
        headers: headersOf(some),
        body: `{"likes":[${some.map(jsonOf).join(',')}]}`,
        signal: AbortSignal.timeout(attemptMs),
      })
      if (response.ok) return (await response.json()) as LikesAnswer
      const reason = await response.text()
      if (response.status === 503 && isClosed(errorIn(reason))) return errorIn(reason)
      if (unreadable.includes(response.status)) {
        log.warn('a batcher cannot read presses', { address, presses: some.length, reason })
        return 'unreadable'
      }
      if (response.status !== 503) throw new Error(`a batcher answered ${response.status}: ${reason}`)
    } catch (error) {
      log.debug('likes have to be sent again', {
        address,
        reason: error instanceof Error ? error.message : error,
      })
    }
    return undefined
  }

  function headersOf(some: QueuedLike[]): Record<string, string> {
    const ids = some.slice(0, idsPerRequest).flatMap(({ requestId }) => requestId ?? [])
    return { ...authorized(secret), ...(ids.length > 0 && { 'x-request-id': ids.join(',') }) }
  }

  function jsonOf({ wish, number }: QueuedLike): string {
    const { post, key, user, liked, toggle } = wish
    const id = key === undefined ? `"${numberedId(sender, number)}"` : JSON.stringify(key)
    if (user === undefined) return `{"id":${id},"post":${post}}`
    return `{"id":${id},"post":${post},"user":${user},${toggle ? '"toggle":true' : `"liked":${liked}`}}`
  }

  function halve(some: QueuedLike[]) {
    most = Math.ceil(some.length / 2)
    const [only, ...others] = some
    if (!only || others.length > 0) return
    only.isOver = true
    only.reject(cannotBeCounted())
  }

  function refuseAll(some: QueuedLike[], { error }: Closed) {
    for (const waiting of some) {
      if (waiting.isOver) continue
      waiting.isOver = true
      waiting.reject(refusalOf({ status: 503, error }))
    }
  }

  function answerAll(some: QueuedLike[], { batcher, likes }: LikesAnswer) {
    onName(batcher)
    most = likesPerRequest
    for (const [at, waiting] of some.entries()) {
      const answer = likes[at]
      if (waiting.isOver || !answer) continue
      waiting.isOver = true
      if ('total' in answer) accept(waiting, answer)
      else if (answer.status === 503 && !isClosed(answer)) requeue(waiting)
      else refuse(waiting, answer)
    }
  }

  function accept({ wish, resolve, reject }: QueuedLike, taken: Accepted) {
    if (wish.user !== undefined && taken.liked === undefined) reject(tryAgain())
    else resolve(taken)
  }

  function refuse({ wish, reject }: QueuedLike, refused: Refused) {
    const { status, error } = refused
    if (status === 400) log.warn('a batcher cannot read a press', { address, post: wish.post, reason: error })
    reject(refusalOf(refused))
  }

  /** Refused for now: under a new number it may be taken. */
  function requeue({ wish, requestId, deadline, resolve, reject }: QueuedLike) {
    if (performance.now() + retryRefusedMs > deadline) return reject(tryAgain())
    setTimeout(
      () => enqueue({ wish, requestId, number: 0, deadline, isOver: false, resolve, reject }),
      retryRefusedMs,
    )
  }

  function sweep() {
    const now = performance.now()
    for (const waiting of queue) {
      if (waiting.isOver || waiting.deadline > now) continue
      waiting.isOver = true
      waiting.reject(tryAgain())
    }
  }

  async function close() {
    while (isSending) await Bun.sleep(10)
  }
}

function refusalOf({ status, error }: Pick<Refused, 'status' | 'error'>): Refusal {
  if (status === 400) return cannotBeCounted()
  if (status === 404) return new Refusal(404, 'This post is gone.')
  if (status === 409) return new Refusal(409, 'This Idempotency-Key was used for another post.')
  if (isClosed({ error })) return new Refusal(503, error, {}, { 'retry-after': '60' })
  return tryAgain()
}

/** What a batcher says that keeps no like for now. */
type Closed = Pick<Refused, 'error'>

const errorIn = (answer: string): Closed => ({ error: /"error":"([^"]*)"/.exec(answer)?.[1] ?? '' })

const isClosed = ({ error }: Closed) => Object.values<string>(closedBecause).includes(error)

const cannotBeCounted = () => new Refusal(422, 'This like cannot be counted.')

const tryAgain = () =>
  new Refusal(503, 'Your like did not get through. Please try again.', {}, { 'retry-after': '1' })
