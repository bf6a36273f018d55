import {
  type Cooldown,
  cooldownAfter,
  failureOf,
  hasHelped,
  isCoolingDown,
  type Trial,
} from './growth-trial.ts'
import type { Desired, Sample } from './sample.ts'
import type { Settings } from './settings.ts'

/**
 * The load of the pool is what it does in shares of what it should do; 1 is the target. It is the largest of
 *
 *   busy / 0.7              the share of a core that replicas take: it grows in proportion to the work
 *   loop delay / 25 ms      how late their event loops are: it grows without bound when they are full
 *   min(in flight / 16, response / 250 ms)   what visitors notice: many at once, and slowly answered
 *
 * The last two count only when the replicas are at half of the first. When they hardly work and are late all
 * the same, others take the machine's processors; when visitors wait and they do not work, they wait for a
 * store. More replicas would only take turns from one another, or ask the store more. While replicas report
 * nothing the last counts alone.
 *
 * Load times replicas is the demand, which does not change by adding replicas. The pool grows to hold the
 * demand of the last 3 s when that is a tenth above what it holds, to twice its size at most, and 10 s after
 * it changed; when that did not help it goes back (growth-trial.ts). It shrinks when the demand of a whole
 * minute, and that of its last 10 s, would fill fewer replicas to no more than 0.8, to half its size at most.
 * Between 0.8 and 1.1 lies room for noise.
 */
export type LoadMemory = {
  /** The last minute. */
  seen: Seen[]
  changedAtMs: number
  replicas: number | undefined
  /** Since when some of them do not serve. */
  lackingSinceMs: number | undefined
  /** The last growth, until it is known whether it helped. */
  trial: Trial | undefined
  cooldown: Cooldown | undefined
}

/**
 * The demand of one moment, and the work that was done, in cores. `strain` is the load without its condition.
 */
type Seen = { atMs: number; demand: number; strain: number; work: number | undefined }

export const noLoadYet: LoadMemory = {
  seen: [],
  changedAtMs: Number.NEGATIVE_INFINITY,
  replicas: undefined,
  lackingSinceMs: undefined,
  trial: undefined,
  cooldown: undefined,
}

const target = { busy: 0.7, loopDelayMs: 25, inFlight: 16, responseMs: 250 }
const ownShare = 0.5
const up = { above: 1.1, overMs: 3_000, calmMs: 10_000 }
/** So long the pool waits for a replica that starts or is replaced, then it does without it. */
const lackedForMs = 30_000
const down = { below: 0.8, overMs: 60_000, lastMs: 10_000 }

type Outcome = { memory: LoadMemory; desired: Desired | undefined }

export function decideByLoad({ max }: Settings, before: LoadMemory, sample: Sample): Outcome {
  const { atMs, ready } = sample
  const memory = remember(before, sample)
  const { lackingSinceMs } = memory
  const isLacking = lackingSinceMs !== undefined && atMs - lackingSinceMs < lackedForMs
  if (ready === 0 || isLacking) return { memory, desired: undefined }
  if (atMs - memory.changedAtMs < up.calmMs) return { memory, desired: undefined }

  const inVain = failed(memory, sample)
  if (inVain) return inVain
  const tried = { ...memory, trial: undefined }
  const demand = mean(tried, 'demand', atMs - up.overMs, 3)
  if (demand !== undefined && demand > up.above * ready) return relieve(tried, sample, demand, max)
  return { memory: tried, desired: shrink(tried, sample) }
}

function remember(before: LoadMemory, sample: Sample): LoadMemory {
  const { atMs, replicas, ready, busy } = sample
  const load = loadOf(sample)
  const kept = before.seen.filter((each) => atMs - each.atMs <= down.overMs)
  const work = busy === undefined ? undefined : busy * ready
  const hasChanged = before.replicas !== undefined && before.replicas !== replicas
  return {
    ...before,
    seen:
      load === undefined ? kept : [...kept, { atMs, demand: load * ready, strain: strainOf(sample), work }],
    changedAtMs: hasChanged ? atMs : before.changedAtMs,
    replicas,
    lackingSinceMs: ready < replicas ? (before.lackingSinceMs ?? atMs) : undefined,
  }
}

/** 1 is what is aimed at; undefined while nothing is known. */
export function loadOf(sample: Sample): number | undefined {
  const { ready, inFlight, responseMs, loopDelayMs, busy } = sample
  if (ready === 0) return undefined
  if (busy !== undefined && loopDelayMs !== undefined && busy / target.busy < ownShare)
    return busy / target.busy
  const isBlind = (busy ?? loopDelayMs ?? inFlight ?? responseMs) === undefined
  return isBlind ? undefined : strainOf(sample)
}

function strainOf({ ready, inFlight = 0, responseMs = 0, loopDelayMs = 0, busy = 0 }: Sample): number {
  const visitors = Math.min(inFlight / ready / target.inFlight, responseMs / target.responseMs)
  return Math.max(busy / target.busy, loopDelayMs / target.loopDelayMs, visitors)
}

/** The way back from a growth that did not help; undefined when it did, and when there was none. */
function failed(memory: LoadMemory, { atMs, replicas }: Sample): Outcome | undefined {
  const { trial } = memory
  const sinceMs = atMs - up.overMs
  const strain = mean(memory, 'strain', sinceMs, 3)
  const works = memory.seen.flatMap((each) => (each.atMs > sinceMs ? (each.work ?? []) : []))
  if (trial?.to !== replicas || strain === undefined || works.length === 0) return undefined
  // The most, not the mean: where the last that waited was just served, there is less to do from that second
  // on.
  const work = Math.max(...works)
  if (strain <= up.above || hasHelped(trial, work)) return undefined
  return {
    memory: { ...memory, trial: undefined, cooldown: cooldownAfter(atMs, work) },
    desired: { replicas: trial.from, reason: failureOf(trial, work) },
  }
}

/** Too much is asked of the pool: it grows. */
function relieve(
  memory: LoadMemory,
  { atMs, replicas, ready }: Sample,
  demand: number,
  max: number,
): Outcome {
  const work = mean(memory, 'work', atMs - up.overMs, 3)
  if (replicas >= max || isCoolingDown(memory.cooldown, atMs, work)) return { memory, desired: undefined }

  // Those that lack do nothing: they come on top of what the demand needs.
  const to = Math.min(Math.ceil(demand) + replicas - ready, 2 * replicas, max)
  const trial = work === undefined ? undefined : { from: replicas, to, work }
  const reason = `The load was ${shown(demand / ready)} of what is aimed at for 3 s.`
  return { memory: { ...memory, trial, cooldown: undefined }, desired: { replicas: to, reason } }
}

function shrink(memory: LoadMemory, { atMs, replicas, ready }: Sample): Desired | undefined {
  const [first] = memory.seen
  const isLongEnough = first !== undefined && atMs - first.atMs >= down.overMs - 2_000
  if (!isLongEnough || atMs - memory.changedAtMs < down.overMs) return undefined
  const minute = mean(memory, 'demand', atMs - down.overMs, 30)
  const lately = mean(memory, 'demand', atMs - down.lastMs, 3)
  if (minute === undefined || lately === undefined) return undefined
  const serving = Math.max(1, Math.ceil(Math.max(minute, lately) / down.below))
  const needed = Math.max(serving + replicas - ready, Math.ceil(replicas / 2))
  if (needed >= replicas) return undefined
  return {
    replicas: needed,
    reason: `The load was ${shown(minute / ready)} of what is aimed at for a minute.`,
  }
}

function mean(
  { seen }: LoadMemory,
  figure: 'demand' | 'strain' | 'work',
  sinceMs: number,
  least: number,
): number | undefined {
  const within = seen.flatMap((each) => (each.atMs > sinceMs ? (each[figure] ?? []) : []))
  if (within.length < least) return undefined
  return within.reduce((sum, value) => sum + value, 0) / within.length
}

const shown = (load: number) => `${Math.round(load * 100)} %`
