/**
 * Whether a growth helped. Where replicas are what is scarce, more of them get more work done, measured in
 * cores: nearly in proportion to their number. Where the work stays what it was, something else is scarce:
 * others take the machine's processors, or a store is slow. Each replica more then only takes its turns from
 * the rest. So the pool goes back to what it had and does not try again for five minutes, unless it gets more
 * of the processors than it got in the trial.
 */
export type Trial = { from: number; to: number; work: number }
export type Cooldown = { untilMs: number; work: number }

/** Of the work that as many more replicas could do. */
const leastGain = 0.3
const cooldownMs = 300_000
/** So much more work than in the trial says that there are processors again. */
const endsAbove = 1.2

/** `work` is what the pool does now, in cores. */
export const hasHelped = (trial: Trial, work: number): boolean =>
  work >= trial.work * (1 + leastGain * (trial.to / trial.from - 1))

export const cooldownAfter = (atMs: number, work: number): Cooldown => ({ untilMs: atMs + cooldownMs, work })

export const isCoolingDown = (
  cooldown: Cooldown | undefined,
  atMs: number,
  work: number | undefined,
): boolean =>
  cooldown !== undefined &&
  atMs < cooldown.untilMs &&
  (work === undefined || work <= cooldown.work * endsAbove)

export const failureOf = ({ from, to, work: before }: Trial, work: number): string =>
  `${to} replicas got ${shown(work)} of the processors, ${from} had got ${shown(before)}: more do not help.`

const shown = (work: number) => `${work.toFixed(1)} cores`
