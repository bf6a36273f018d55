import { decide, nothingYet } from '../../../stack/scaler/chosen-policy.ts'
import type { Sample } from '../../../stack/scaler/sample.ts'
import type { Settings } from '../../../stack/scaler/settings.ts'

export const settings: Settings = {
  policy: 'load',
  windowSeconds: 120,
  step: 20,
  min: 2,
  max: 16,
  replicaMaxMb: 768,
  drainingTicks: 80,
}

/** What happened in one second. */
export type Second = {
  at: number
  replicas: number
  ready: number
  sample: Sample
  waiting: number
  reason?: string
}

export type Site = {
  seconds: number
  /** Requests that come in a second. */
  rate: (second: number) => number
  /** How long one keeps a replica's core busy, in milliseconds. */
  costMs?: (second: number) => number
  /** Cores that others leave to the replicas; as many as they want, if not said. */
  cores?: (second: number) => number
  settings?: Partial<Settings>
  begin?: number
}

const startSeconds = 3

/**
 * A site as a queue: replicas work off what comes, a second's worth of core each; what is left waits. New
 * ones take three seconds to start. Event loops and answers are late in proportion to what waits. Where
 * others take the processors, replicas share what is left, and wait for their turns beside.
 */
export function simulate({
  seconds,
  rate,
  costMs = () => 2,
  cores = () => Number.POSITIVE_INFINITY,
  settings: given,
  begin = 2,
}: Site): Second[] {
  const rules = { ...settings, ...given }
  let memory = nothingYet
  let replicas = begin
  let starting: { readyAt: number; count: number }[] = []
  let waiting = 0
  let counted = 0
  const story: Second[] = []
  for (let index = 0; index < seconds; index++) {
    starting = starting.filter(({ readyAt }) => readyAt > index)
    const ready = replicas - starting.reduce((sum, { count }) => sum + count, 0)
    const came = rate(index)
    counted += Math.round(came)
    const given = Math.min(ready, cores(index))
    const capacity = (given * 1_000) / costMs(index)
    const turnsMs = 60 * (ready / given - 1)
    const done = Math.min(capacity, waiting + came)
    waiting += came - done
    const full = done / capacity
    const busy = (full * given) / ready
    const responseMs = turnsMs + (costMs(index) * (1 + waiting / ready)) / Math.max(0.05, 1.05 - full)
    const sample: Sample = {
      ...{ atMs: index * 1_000, replicas, ready, counted, busy, responseMs },
      inFlight: (done * responseMs) / 1_000 + waiting,
      loopDelayMs: Math.min(1_000, turnsMs + (costMs(index) * waiting) / ready + full ** 4 * 4),
    }
    const outcome = decide(rules, memory, sample)
    memory = outcome.memory
    story.push({
      at: index,
      replicas,
      ready,
      sample,
      waiting,
      ...(outcome.desired && { reason: outcome.desired.reason }),
    })
    if (!outcome.desired) continue
    const more = outcome.desired.replicas - replicas
    if (more > 0) starting.push({ readyAt: index + startSeconds, count: more })
    replicas = outcome.desired.replicas
  }
  return story
}

/** How often the number began to go the other way. */
export function turns(story: Second[]): number {
  const steps = story
    .slice(1)
    .flatMap(({ replicas }, index) => Math.sign(replicas - story[index]!.replicas) || [])
  return steps.filter((step, index) => index > 0 && step !== steps[index - 1]).length
}

export const mostOf = (story: Second[]) => Math.max(...story.map(({ replicas }) => replicas))
