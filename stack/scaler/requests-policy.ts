import type { Sample, Wish } from './policy.ts'
import type { Settings } from './settings.ts'

/**
 * Every window the pool gets `floor(requests / step) + 1` replicas. Windows follow one another without a gap as long as
 * somebody comes; after one in which nobody came the next begins with the next visitor, so that a burst after a quiet
 * time is counted in one window whenever it comes.
 */
export type RequestsMemory = {
  /** HAProxy's count at the last look. */
  counted: number | undefined
  lookedAtMs: number
  /** Undefined while nobody comes. */
  beganAtMs: number | undefined
  inWindow: number
}

export const noRequestsYet: RequestsMemory = {
  counted: undefined,
  lookedAtMs: 0,
  beganAtMs: undefined,
  inWindow: 0,
}

export function decideByRequests(
  { windowSeconds, step, min, max }: Settings,
  memory: RequestsMemory,
  { atMs, counted }: Sample,
): { memory: RequestsMemory; wish: Wish | undefined } {
  // The first look begins a window, so that a site that nobody visits gets down to the least.
  if (memory.counted === undefined) {
    return { memory: { counted, lookedAtMs: atMs, beganAtMs: atMs, inWindow: 0 }, wish: undefined }
  }
  const fresh = counted === undefined ? 0 : since(memory.counted, counted)
  const inWindow = memory.inWindow + fresh
  const beganAtMs = memory.beganAtMs ?? (fresh > 0 ? memory.lookedAtMs : undefined)
  const looked = { counted: counted ?? memory.counted, lookedAtMs: atMs }
  if (beganAtMs === undefined || atMs - beganAtMs < windowSeconds * 1_000) {
    return { memory: { ...looked, beganAtMs, inWindow }, wish: undefined }
  }
  const replicas = Math.min(Math.max(Math.floor(inWindow / step) + 1, min), max)
  const reason = `${inWindow} requests came in ${windowSeconds} s, and ${step} want one replica more.`
  return {
    memory: { ...looked, beganAtMs: inWindow > 0 ? atMs : undefined, inWindow: 0 },
    wish: { replicas, reason },
  }
}

/** HAProxy counts from 0 when it starts, and after 2^32. */
const since = (before: number, now: number) => (now >= before ? now - before : now)
