import { expect, setDefaultTimeout, test } from 'bun:test'
import { type Health, watchHealth } from '../../bench/health.ts'
import { choose } from '../../bench/posts.ts'
import { seededRandom } from '../../bench/random.ts'
import { runAgora } from '../support/servers/stack.ts'

setDefaultTimeout(30_000)

const thrown = (seed: number) => Array.from({ length: 5 }, seededRandom(seed))

test('./agora bench alone says what can be measured', async () => {
  const { code, printed } = await runAgora(['bench'])

  expect(code).toBe(0)
  for (const name of ['api', 'crowd', 'exactness', 'likes', 'live', 'logs', 'mail', 'memory'])
    expect(printed).toContain(name)
})

test('./agora bench refuses a name it does not know', async () => {
  const { code } = await runAgora(['bench', 'luck'])

  expect(code).toBe(2)
})

test.each([
  [['likes', '--seconds', 'soon'], `--seconds takes a figure, not 'soon'`],
  [['churn', '--kills='], `--kills takes a figure, not ''`],
  [['all', '--quick'], `Unknown option '--quick'`],
])('./agora bench %p says in one line what is wrong', async (args, complaint) => {
  const { code, output } = await runAgora(['bench', ...args])

  expect([code, output.trim().split('\n').length]).toEqual([1, 1])
  expect(output).toContain(complaint)
})

test('a seed repeats a run, another one makes another', () => {
  expect(thrown(7)).toEqual(thrown(7))
  expect(thrown(7)).not.toEqual(thrown(8))
  expect(thrown(7).every((number) => number >= 0 && number < 1)).toBe(true)
})

test('most likes go to a few posts, and every post gets some', () => {
  const tallies = Array.from({ length: 100 }, (_, post) => ({ post, sent: 0, answered: 0 }))
  const roll = seededRandom(1)

  for (let times = 0; times < 10_000; times++) choose(tallies, roll).sent++

  expect(tallies[0]!.sent).toBeGreaterThan(3_500)
  expect(tallies.filter(({ sent }) => sent === 0)).toEqual([])
})

test('a read is excused only while the batcher and Redis are both away', async () => {
  const health: Health = watchHealth({ processes: async () => [] } as never)

  const batcherBack = health.harm('batcher')
  const withOneAway = [health.isBlind(), health.blindness()]
  const redisBack = health.harm('redis')
  const withBothAway = [health.isBlind(), health.blindness()]
  batcherBack()
  redisBack()
  await health.close()

  expect(withOneAway).toEqual([false, 0])
  expect(withBothAway).toEqual([true, 1])
})
