import { expect } from 'bun:test'

type Answer = { status: number; headers: Headers }

/**
 * Asks again, when Retry-After says so, for as long as the site is too busy: how often that is depends on the
 * machine. Give a write an Idempotency-Key where it must count once. Returns the first answer that is no 503.
 */
export async function served<T extends Answer>(ask: () => Promise<T>): Promise<T> {
  while (true) {
    const answer = await ask()
    if (answer.status !== 503) return answer
    const seconds = Number(answer.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    await Bun.sleep(seconds * 1_000)
  }
}
