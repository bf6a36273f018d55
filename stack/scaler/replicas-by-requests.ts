import type { Desired, Sample } from './sample.ts'
import type { Settings } from './settings.ts'

/**
 * Every window the pool gets `floor(requests / step) + 1` replicas. A window begins with the first request
 * after the one before it: where somebody comes all the time windows follow one another without a gap, and a
 * burst after a quiet time is counted in one window whenever it comes. A window's length without any request
 * brings the least.
 */
export type RequestsMemory = {
  /** HAProxy's count at the last tick. */
  counted: number | undefined
  tickedAtMs: number
  /** Undefined between two windows, which last from `quietSinceMs` on. */
  beganAtMs: number | undefined
  quietSinceMs: number
  inWindow: number
}

export const noRequestsYet: RequestsMemory = {
  counted: undefined,
  tickedAtMs: 0,
  beganAtMs: undefined,
  quietSinceMs: 0,
  inWindow: 0,
}

export function decideByRequests(
  { windowSeconds, step, min, max }: Settings,
  memory: RequestsMemory,
  { atMs, counted }: Sample,
): { memory: RequestsMemory; desired: Desired | undefined } {
  if (memory.counted === undefined) {
    return { memory: { ...noRequestsYet, counted, tickedAtMs: atMs, quietSinceMs: atMs }, desired: undefined }
  }
  const fresh = counted === undefined ? 0 : since(memory.counted, counted)
  const inWindow = memory.inWindow + fresh
  const ticked = { counted: counted ?? memory.counted, tickedAtMs: atMs }
  const beganAtMs = memory.beganAtMs ?? (fresh > 0 ? memory.tickedAtMs : undefined)
  if (atMs - (beganAtMs ?? memory.quietSinceMs) < windowSeconds * 1_000) {
    return { memory: { ...memory, ...ticked, beganAtMs, inWindow }, desired: undefined }
  }
  return {
    memory: { ...ticked, beganAtMs: undefined, quietSinceMs: atMs, inWindow: 0 },
    desired: {
      replicas: Math.min(Math.max(Math.floor(inWindow / step) + 1, min), max),
      reason: `${inWindow} requests came in ${windowSeconds} s, and ${step} want one replica more.`,
    },
  }
}

/** HAProxy counts from 0 when it starts, and after 2^32. */
const since = (before: number, now: number) => (now >= before ? now - before : now)
