import { likesShown } from '../test/support/site/page.ts'
import type { Health } from './health.ts'
import { choose, type PostCount } from './posts.ts'

/**
 * `blind`: reads while batcher and Redis were both away, when nobody knows; the site promises nothing for
 * these.
 */
export type ReadCount = { reads: number; stale: number; blind: number; failed: number; firstStale?: string }

type Parts = {
  url: string
  postCounts: PostCount[]
  roll: () => number
  health: Health
  isOver: () => boolean
}

const restMs = 50

/** Somebody who looks: a page that is asked for after a like was answered must show it. */
export async function keepReading(
  { url, postCounts, roll, health, isOver }: Parts,
  count: ReadCount,
): Promise<void> {
  while (!isOver()) {
    const postCount = choose(postCounts, roll)
    const { post, answered } = postCount
    const [blindness, wasBlind] = [health.blindness(), health.isBlind()]
    const before = health.now()
    const began = performance.now()
    const { likes: shown, servedBy } = await pageOf(url, post)
    count.reads++
    if (shown === undefined) {
      count.failed++
      await Bun.sleep(restMs)
    } else if (shown >= answered) continue
    else if (wasBlind || health.isBlind() || health.blindness() !== blindness) count.blind++
    else {
      count.stale++
      const ms = Math.round(performance.now() - began)
      const took = `${before}, then ${health.now()}, in ${ms} ms up to ${new Date().toISOString()}`
      count.firstStale ??= `post ${post} by ${servedBy}: ${shown} after ${answered}, ${took}`
    }
  }
}

/** `likes` is undefined when the page did not come. */
export async function pageOf(
  url: string,
  post: number,
): Promise<{ likes?: number; servedBy?: string | null }> {
  const response = await fetch(`${url}/posts/${post}`, {
    headers: { 'cache-control': 'no-cache' },
    signal: AbortSignal.timeout(15_000),
  }).catch(() => undefined)
  const page = await response?.text().catch(() => undefined)
  if (!response?.ok || page === undefined) return {}
  return { likes: likesShown(page, post), servedBy: response.headers.get('x-served-by') }
}
