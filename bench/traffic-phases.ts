import type { Victim } from './nemesis-types.ts'

/** A stretch of time with its own traffic. Rates are requests a second. */
export type Phase = {
  name: string
  seconds: number
  /** Of visitors: pages mostly, some likes. */
  visitors: (atSecond: number) => number
  /** Likes of one post. */
  hot?: number
  /** Of four addresses that ask as fast as they can. */
  bots?: number
  /** Killed again and again while the phase lasts, so that it is away. */
  dead?: Victim
}

const steadyRate = 150
const crowdRate = 1_000

/** All phases of the report. Everything is a `share` of its full length. */
export const phases = (share: number): Phase[] =>
  [
    { name: 'quiet', seconds: 10, visitors: () => 10 },
    { name: 'steady', seconds: 15, visitors: () => steadyRate },
    {
      name: 'flash crowd',
      seconds: 20,
      // Up within a second, then held.
      visitors: (at: number) => Math.min(crowdRate, steadyRate + at * crowdRate),
    },
    { name: 'steady', seconds: 8, visitors: () => steadyRate },
    { name: 'one hot post', seconds: 15, visitors: () => steadyRate, hot: 800 },
    { name: 'bots', seconds: 15, visitors: () => steadyRate, bots: 1_000 },
    { name: 'Redis is dead', seconds: 12, visitors: () => steadyRate, dead: 'redis' as const },
    { name: 'back', seconds: 8, visitors: () => steadyRate },
    { name: 'MySQL is dead', seconds: 12, visitors: () => steadyRate, dead: 'mysql' as const },
    { name: 'back', seconds: 10, visitors: () => steadyRate },
  ].map((phase) => ({ ...phase, seconds: Math.max(2, Math.round(phase.seconds * share)) }))

/** The phase at a moment, and how long it has lasted. The last one goes on. */
export function phaseAt(all: Phase[], second: number): { phase: Phase; since: number } {
  let began = 0
  for (const phase of all) {
    if (second < began + phase.seconds) return { phase, since: second - began }
    began += phase.seconds
  }
  const last = all.at(-1)
  if (!last) throw new Error('there are no phases')
  return { phase: last, since: last.seconds }
}
