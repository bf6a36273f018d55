/**
 * Files that take long, in seconds on an idle machine, as the end of a run tells: a suite is over sooner when
 * it begins with them. What is not here counts as one second.
 */
export const longFiles: Record<string, number> = {
  'test/removal/walk.test.ts': 200,
  'test/text/yielding.test.ts': 120,
  'test/batcher/ledger/mysql/take-over.test.ts': 90,
  'test/http/route-body-limits.test.ts': 80,
  'test/batcher/failpoint.test.ts': 75,
  'test/batcher/flush/reconcile.test.ts': 70,
  'test/courier/courier.test.ts': 65,
  'test/haproxy/spellings.test.ts': 55,
  'test/system/backup.test.ts': 115,
  'test/system/supervisor.test.ts': 110,
  'test/system/lost-files.test.ts': 105,
  'test/system/nightly-backup.test.ts': 100,
  'test/system/churn.test.ts': 80,
  'test/browser/moderation.test.ts': 90,
  'test/browser/layout.test.ts': 50,
  'test/compose/backup.compose.ts': 180,
  'test/compose/stack.compose.ts': 120,
  'test/compose/releases.compose.ts': 45,
}

/** How long each file takes, by its path, in milliseconds: what `bun test --timings` reads and writes. */
export type Timings = { version: 1; files: Record<string, number> }

/** Returns what is known of these files before they run. */
export function expectedTimings(files: string[]): Timings {
  const paths = files.map((file) => file.replace(/^\.\//, ''))
  return {
    version: 1,
    files: Object.fromEntries(paths.map((path) => [path, (longFiles[path] ?? 1) * 1_000])),
  }
}

/** Returns a line for each of the ten files that took longest. */
export const slowestFiles = ({ files }: Timings): string[] =>
  Object.entries(files)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 10)
    .map(([path, ms]) => `${(ms / 1_000).toFixed(1).padStart(7)} s  ${path}`)
