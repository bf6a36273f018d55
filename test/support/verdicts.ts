import { expect } from 'bun:test'
import { join } from 'node:path'
import { isExact, type Verdict } from '../../bench/cluster/trial.ts'
import { temporaryFolder } from './servers/reaper.ts'
import { runAgora } from './servers/stack.ts'

/** Three times what is promised: on a machine that does much else all timers are late. */
const answeredWithinMs = 30_000

/**
 * Runs `./agora bench cluster`, and expects of each of its `count` trials that nothing was lost or counted
 * twice, and that none of its `deaths` made anybody wait for long.
 */
export async function exactVerdicts(
  args: string[],
  { count, deaths }: { count: number; deaths: number },
): Promise<Verdict[]> {
  const file = join(temporaryFolder(), 'verdicts.json')
  const { output } = await runAgora(['bench', 'cluster', ...args, '--json', file])
  const verdicts = (await Bun.file(file)
    .json()
    .catch(() => [])) as Verdict[]
  if (verdicts.length < count) throw new Error(output)
  console.log(output)
  for (const verdict of verdicts) {
    expect(isExact(verdict)).toBe(true)
    expect(verdict.deaths).toHaveLength(deaths)
    expect(verdict.tally.reads).toBeGreaterThan(100)
    for (const { gapsMs } of verdict.deaths)
      for (const gapMs of Object.values(gapsMs)) expect(gapMs).toBeLessThan(answeredWithinMs)
  }
  return verdicts
}
