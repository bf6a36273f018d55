import type { Sample, Wish } from './policy.ts'
import type { Settings } from './settings.ts'

/**
 * The load of the pool is what it does in shares of what it should do; 1 is the target. It is the largest of
 *
 *   busy / 0.7              the share of a core that replicas take: it grows in proportion to the work
 *   loop delay / 25 ms      how late their event loops are: it grows without bound when they are full
 *   min(in flight / 16, response / 250 ms)   what visitors notice: many at once, and slowly answered
 *
 * The last counts only when the replicas are at half of either of the first two: when visitors wait and the replicas do
 * not, they wait for a store, and more replicas would only ask it more. While replicas tell nothing it counts alone.
 *
 * Load times replicas is the demand, which does not change by adding replicas. The pool grows to hold the demand of the
 * last 3 s when that is a tenth above what it holds, to twice its size at most, and 10 s after it changed; it shrinks
 * when the demand of a whole minute, and that of its last 10 s, would fill fewer replicas to no more than 0.8, to half
 * its size at most. Between 0.8 and 1.1 lies room for noise.
 */
export type LoadMemory = {
  /** Demand by time, the last minute. */
  demands: { atMs: number; demand: number }[]
  changedAtMs: number
  replicas: number | undefined
  /** Since when some of them do not serve. */
  lackingSinceMs: number | undefined
}

export const noLoadYet: LoadMemory = {
  demands: [],
  changedAtMs: Number.NEGATIVE_INFINITY,
  replicas: undefined,
  lackingSinceMs: undefined,
}

const target = { busy: 0.7, loopDelayMs: 25, inFlight: 16, responseMs: 250 }
const ownShare = 0.5
const up = { above: 1.1, overMs: 3_000, calmMs: 10_000 }
/** So long the pool waits for a replica that starts or is replaced, then it does without it. */
const lackedForMs = 30_000
const down = { below: 0.8, overMs: 60_000, lastMs: 10_000 }

export function decideByLoad(
  { max }: Settings,
  memory: LoadMemory,
  sample: Sample,
): { memory: LoadMemory; wish: Wish | undefined } {
  const { atMs, replicas, ready } = sample
  const load = loadOf(sample)
  const kept = memory.demands.filter((each) => atMs - each.atMs <= down.overMs)
  const demands = load === undefined ? kept : [...kept, { atMs, demand: load * ready }]
  const hasChanged = memory.replicas !== undefined && memory.replicas !== replicas
  const changedAtMs = hasChanged ? atMs : memory.changedAtMs
  const lackingSinceMs = ready < replicas ? (memory.lackingSinceMs ?? atMs) : undefined
  const next: LoadMemory = { demands, changedAtMs, replicas, lackingSinceMs }
  const isLacking = lackingSinceMs !== undefined && atMs - lackingSinceMs < lackedForMs
  if (ready === 0 || isLacking) return { memory: next, wish: undefined }
  const wish = grow(next, replicas - ready, sample, max) ?? shrink(next, replicas - ready, sample)
  return { memory: next, wish }
}

/** 1 is what is aimed at; undefined while nothing is known. */
export function loadOf({ ready, inFlight, responseMs, loopDelayMs, busy }: Sample): number | undefined {
  if (ready === 0) return undefined
  const own =
    busy === undefined || loopDelayMs === undefined
      ? undefined
      : Math.max(busy / target.busy, loopDelayMs / target.loopDelayMs)
  const visitors =
    inFlight === undefined || responseMs === undefined
      ? undefined
      : Math.min(inFlight / ready / target.inFlight, responseMs / target.responseMs)
  if (own === undefined) return visitors
  return own < ownShare ? own : Math.max(own, visitors ?? 0)
}

/** `lacking` replicas do nothing: they come on top of what the demand needs. */
function grow(
  { demands, changedAtMs }: LoadMemory,
  lacking: number,
  { atMs, replicas, ready }: Sample,
  max: number,
) {
  if (atMs - changedAtMs < up.calmMs || replicas >= max) return undefined
  const demand = mean(demands, atMs - up.overMs, 3)
  if (demand === undefined || demand <= up.above * ready) return undefined
  return {
    replicas: Math.min(Math.ceil(demand) + lacking, 2 * replicas, max),
    reason: `The load was ${shown(demand / ready)} of what is aimed at for 3 s.`,
  }
}

function shrink({ demands, changedAtMs }: LoadMemory, lacking: number, { atMs, replicas, ready }: Sample) {
  const [first] = demands
  const isLongEnough = first !== undefined && atMs - first.atMs >= down.overMs - 2_000
  if (!isLongEnough || atMs - changedAtMs < down.overMs) return undefined
  const minute = mean(demands, atMs - down.overMs, 30)
  const lately = mean(demands, atMs - down.lastMs, 3)
  if (minute === undefined || lately === undefined) return undefined
  const serving = Math.max(1, Math.ceil(Math.max(minute, lately) / down.below))
  const needed = Math.max(serving + lacking, Math.ceil(replicas / 2))
  if (needed >= replicas) return undefined
  return {
    replicas: needed,
    reason: `The load was ${shown(minute / ready)} of what is aimed at for a minute.`,
  }
}

function mean(demands: LoadMemory['demands'], sinceMs: number, least: number): number | undefined {
  const within = demands.filter(({ atMs }) => atMs > sinceMs)
  if (within.length < least) return undefined
  return within.reduce((sum, { demand }) => sum + demand, 0) / within.length
}

const shown = (load: number) => `${Math.round(load * 100)} %`
