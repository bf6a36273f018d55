import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { noFaults } from '../../bench/faults.ts'
import { checkLikes, type Verdict } from '../../bench/likes-checker.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { runAgora } from '../support/servers/stack.ts'

setDefaultTimeout(600_000)

/** Some hardened systems let nobody but root, some nobody at all, have a disk of their own. */
const places =
  Bun.spawnSync(['unshare', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
    .exitCode === 0
    ? ['tmpfs']
    : []

test('every like that was answered counts exactly once, whatever is killed meanwhile', async () => {
  const kills = { batcher: 3, mysql: 1, redis: 1, web: 1 }
  const pauses = { batcher: 1, mysql: 0, redis: 1, web: 0 }
  const faults = { ...noFaults(), 'hidden post': 3 }

  const verdict = await checkLikes({
    likes: 2_000,
    kills,
    pauses,
    faults,
    seed: Date.now() % 2 ** 32,
    mode: 'native',
  })

  // The whole verdict, so that a failure shows the seed and all counts.
  expect(verdict).toMatchObject({
    kills,
    faults,
    lost: 0,
    doubled: 0,
    misshown: 0,
    drift: 0,
    reads: { stale: 0 },
  })
  expect(verdict.requests.answered).toBeGreaterThan(1_800)
})

test.each(places)(
  'with its data on a small %s that is full, connections that hang, a clock that steps and stores of the past, too',
  async () => {
    const file = join(temporaryFolder(), 'verdict.json')
    const none = ['batcher-kills', 'mysql-kills', 'redis-kills', 'replica-kills', 'pauses', 'older-journals']
    const some = ['full-disks', 'older-redis', 'older-mysql', 'hidden-posts']
    const { code, output } = await runAgora([
      ...['bench', 'exactness', '--likes', '1000', '--json', file],
      ...none.flatMap((fault) => [`--${fault}`, '0']),
      ...some.flatMap((fault) => [`--${fault}`, '1']),
      ...['--hung-connections', '4', '--clock-steps', '4', '--seed', `${Date.now() % 2 ** 32}`],
    ])

    // So that a failure shows the seed and all counts.
    expect([code, output]).toEqual([0, expect.stringContaining('Exact.')])
    const { faults, requests }: Verdict = await Bun.file(file).json()
    expect(faults).toEqual({
      'full disk': 1,
      'hung connection': 4,
      'clock step': 4,
      'older Redis': 1,
      'older MySQL': 1,
      'older journal': 0,
      'hidden post': 1,
    })
    expect(requests.full).toBeGreaterThan(0)
  },
)
