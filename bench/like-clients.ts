import { closedBecause } from '../src/likes/protocol.ts'
import { choose, type PostCount } from './posts.ts'

/** What all clients together saw. `full`: tries that were refused because the disk is full. */
export type RequestCount = Record<'sent' | 'answered' | 'retried' | 'repeated' | 'unsure' | 'full', number>

type Parts = {
  url: string
  /** Makes keys of this run different from those of all others. */
  run: string
  postCounts: PostCount[]
  roll: () => number
  /** Whether to send another like; resolves when it is time. */
  mayLike: () => Promise<boolean>
}

const patienceMs = 15_000
const retryMs = 50

/**
 * Somebody who likes again and again. Most send an `Idempotency-Key`, and the same like again with the
 * same key until it is answered: exactly those count. One in ten sends no key and gives up at the first
 * failure: such a like may count or not, but not twice. One in twenty sends a like again that was answered:
 * it must not count again.
 */
export async function keepLiking(
  { url, run, postCounts, roll, mayLike }: Parts,
  count: RequestCount,
): Promise<void> {
  while (await mayLike()) {
    const postCount = choose(postCounts, roll)
    const hasKey = roll() >= 0.1
    const isRepeated = hasKey && roll() < 0.05
    const key = hasKey ? `${run}-${count.sent}` : undefined
    postCount.sent++
    count.sent++

    if (!(await likeUntilAnswered(postCount.post, key))) {
      count.unsure++
      continue
    }
    postCount.answered++
    count.answered++
    if (isRepeated && (await sendOnce(postCount.post, key))) count.repeated++
  }

  async function likeUntilAnswered(post: number, key: string | undefined): Promise<boolean> {
    while (!(await sendOnce(post, key))) {
      if (key === undefined) return false
      count.retried++
      await Bun.sleep(retryMs)
    }
    return true
  }

  /** False: it may have been counted or not. Throws when the site refuses a like that is in order. */
  async function sendOnce(post: number, key: string | undefined): Promise<boolean> {
    const { status, text } = await sendLike(url, post, key)
    if (status >= 200 && status < 300) return true
    if (status >= 400 && status < 500 && status !== 429) {
      throw new Error(`a like of post ${post} was answered ${status}: ${text}`)
    }
    if (text.includes(closedBecause.full)) count.full++
    return false
  }
}

/** Sends one like. The status is 0 when no whole answer came. */
export async function sendLike(
  url: string,
  post: number,
  key?: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/api/posts/${post}/likes`, {
    method: 'POST',
    headers: key === undefined ? {} : { 'idempotency-key': key },
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined)
  const text = await response?.text().catch(() => undefined)
  return response === undefined || text === undefined
    ? { status: 0, text: '' }
    : { status: response.status, text }
}
