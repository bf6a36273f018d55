import { expect, setDefaultTimeout, test } from 'bun:test'
import { exactVerdicts } from '../support/verdicts.ts'

setDefaultTimeout(600_000)

test('with one of three dead, cut off or hung, and all without power, every like and comment counts once', async () => {
  const verdicts = await exactVerdicts(['--deaths', '4', '--likes', '20000'], { count: 2, deaths: 2 })

  for (const { powerCutMs, tally } of verdicts) {
    expect(powerCutMs).toBeGreaterThan(0)
    expect(tally.likes).toBeGreaterThanOrEqual(10_000)
  }
})
