import { pause } from '../src/platform/async.ts'

/** How time is read and waited for. A test has one that it turns by hand. */
export type Clock = { now(): number; pause(ms: number, signal?: AbortSignal): Promise<void> }

export const systemClock: Clock = { now: () => performance.now(), pause }

/**
 * Asks at once, and then every `everyMs`, until the answer is something. Returns undefined when it was
 * nothing for `withinMs`, or when `signal` was aborted meanwhile.
 */
export async function poll<Answer>(
  ask: () => Answer | Promise<Answer>,
  { withinMs, everyMs = 50, signal, clock = systemClock }: PollOptions,
): Promise<Exclude<Answer, false | undefined> | undefined> {
  const deadline = clock.now() + withinMs
  while (true) {
    const answer = await ask()
    if (answer) return answer as Exclude<Answer, false | undefined>
    if (signal?.aborted || clock.now() > deadline) return undefined
    await clock.pause(everyMs, signal)
  }
}

type PollOptions = { withinMs: number; everyMs?: number; signal?: AbortSignal; clock?: Clock }
