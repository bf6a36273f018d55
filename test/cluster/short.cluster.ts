/** What is short enough for every run of the CI: `./agora test cluster --short`. */

import { expect, setDefaultTimeout, test } from 'bun:test'
import { exactVerdicts } from '../support/verdicts.ts'

setDefaultTimeout(600_000)

test("with the node of MySQL's primary killed, cut off and hung, every like and comment counts once", async () => {
  const [verdict] = await exactVerdicts(['--short'], { count: 1, deaths: 3 })

  expect(verdict?.deaths.map(({ kind }) => kind).sort()).toEqual(['node cut off', 'node hung', 'node killed'])
  expect(verdict?.deaths.filter(({ victim }) => !victim.includes("MySQL's primary"))).toEqual([])
  expect(verdict?.tally.likes).toBeGreaterThanOrEqual(10_000)
})
