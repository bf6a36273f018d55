export type Counts = { passed: number; failed: number }

/**
 * Counts the tests in a JUnit report of `bun test`. One that was skipped has proven nothing, so it counts as failed.
 * No report counts as no tests.
 */
export function countReport(report: string | undefined): Counts {
  const head = report?.match(/<testsuites\b[^>]*>/)?.[0] ?? ''
  const number = (attribute: string) => Number(head.match(new RegExp(`\\b${attribute}="(\\d+)"`))?.[1] ?? 0)
  const failed = number('failures') + number('errors') + number('skipped')
  return { passed: number('tests') - failed, failed }
}
