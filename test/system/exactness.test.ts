import { expect, setDefaultTimeout, test } from 'bun:test'
import { checkLikes } from '../../bench/likes-checker.ts'

setDefaultTimeout(180_000)

test('every like that was answered counts exactly once, whatever is killed meanwhile', async () => {
  const kills = { batcher: 3, mysql: 1, redis: 1, web: 1 }
  const pauses = { batcher: 1, mysql: 0, redis: 1, web: 0 }

  const verdict = await checkLikes({
    likes: 2_000,
    kills,
    pauses,
    seed: Date.now() % 2 ** 32,
    mode: 'native',
  })

  // The whole verdict, so that a failure shows the seed and all counts.
  expect(verdict).toMatchObject({ kills, lost: 0, doubled: 0, misshown: 0, drift: 0, reads: { stale: 0 } })
  expect(verdict.presses.answered).toBeGreaterThan(1_800)
})
