import type { Answer } from './open-loop.ts'

/** What was seen of the requests that were due in one second. */
export type Second = {
  second: number
  phase: string
  /** Of visitors and of those who like. */
  sent: number
  answered: number
  /** By a limit: 429. */
  limited: number
  /** 500 and more. */
  errors: number
  /** No answer. */
  broken: number
  p50Ms: number | null
  p99Ms: number | null
  /** Likes that were answered. */
  likes: number
  bots: number
  botsLimited: number
  waiting: number | null
  replicas: number
}

export const emptySecond = (second: number, phase: string): Second => ({
  ...{ second, phase, sent: 0, answered: 0, limited: 0, errors: 0, broken: 0, p50Ms: null, p99Ms: null },
  ...{ likes: 0, bots: 0, botsLimited: 0, waiting: null, replicas: 0 },
})

/** Adds answers up, each in the second in which it was due. */
export function addUp(rows: Second[]) {
  const times: number[][] = rows.map(() => [])
  return {
    add({ kind, second, ms, status, isLike }: Answer) {
      const at = Math.floor(second)
      const row = rows[at]
      if (!row) return
      if (kind === 'bot') return addBot(row, status)
      row.sent++
      if (status === undefined) row.broken++
      else if (status === 429) row.limited++
      else if (status >= 500) row.errors++
      else {
        row.answered++
        times[at]?.push(ms)
        if (isLike) row.likes++
      }
    },
    rows: (): Second[] =>
      rows.map((row, index) => {
        const sorted = (times[index] ?? []).sort((a, b) => a - b)
        return { ...row, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) }
      }),
  }
}

function addBot(row: Second, status: number | undefined): void {
  row.bots++
  if (status === 429) row.botsLimited++
}

/** Nearest rank, of sorted numbers; null of none. */
export function percentile(sorted: number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? null
}

/** A line for each phase, in their order; those that come again differ by when they began. */
export function summary(seconds: Second[]): string[][] {
  const stretches: Second[][] = []
  for (const each of seconds) {
    const last = stretches.at(-1)
    if (last?.[0]?.phase === each.phase) last.push(each)
    else stretches.push([each])
  }
  const header = [
    'from s',
    'phase',
    'sent/s',
    'answered/s',
    'errors',
    'limited',
    'p50 ms',
    'worst p99 ms',
    'waiting',
    'replicas',
  ]
  return [header, ...stretches.map(lineOf)]
}

function lineOf(stretch: Second[]): string[] {
  const sum = (of: (each: Second) => number) => stretch.reduce((total, each) => total + of(each), 0)
  const most = (of: (each: Second) => number | null) => Math.max(...stretch.map((each) => of(each) ?? 0))
  const medians = stretch.map(({ p50Ms }) => p50Ms ?? 0).sort((a, b) => a - b)
  return [
    String(stretch[0]?.second),
    stretch[0]?.phase ?? '',
    (sum(({ sent }) => sent) / stretch.length).toFixed(0),
    (sum(({ answered }) => answered) / stretch.length).toFixed(0),
    String(sum(({ errors, broken }) => errors + broken)),
    String(sum(({ limited, botsLimited }) => limited + botsLimited)),
    (medians[medians.length >> 1] ?? 0).toFixed(1),
    most(({ p99Ms }) => p99Ms).toFixed(0),
    String(most(({ waiting }) => waiting)),
    String(most(({ replicas }) => replicas)),
  ]
}
