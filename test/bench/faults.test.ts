import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { openBarrier } from '../../bench/barrier.ts'
import { openClock, stepOf } from '../../bench/clock-steps.ts'
import { watchHealth } from '../../bench/health.ts'
import { isExact, type Verdict } from '../../bench/likes-checker.ts'
import { seededRandom } from '../../bench/random.ts'
import { startProcess } from '../support/servers/processes.ts'
import { root } from '../support/servers/reaper.ts'
import { sharedRedis } from '../support/servers/services.ts'
import { startSlowProxy } from '../support/servers/slow-proxy.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const hourMs = 3_600_000
/** A disk of its own to fill; some hardened systems let nobody have one. */
const places =
  Bun.spawnSync(['unshare', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
    .exitCode === 0
    ? ['tmpfs']
    : []

/** A program that prints its wall clock, and how long it has run by a clock that nobody sets. */
const teller = `setInterval(() => console.log(Date.now(), new Date().getTime(), performance.now()), 10)`

test('a program sees its wall clock set back and forward, and no other clock', async () => {
  const clock = openClock()
  const program = startProcess([process.execPath, '-e', teller], { env: clock.env })
  const last = () => program.printed().trimEnd().split('\n').at(-1)!.split(' ').map(Number)
  const isOff = (ms: number) => () =>
    last()
      .slice(0, 2)
      .every((now) => Math.abs(now - Date.now() - ms) < hourMs)
  await until(isOff(0))

  clock.set(-26 * hourMs)
  await until(isOff(-26 * hourMs))
  clock.set(9 * hourMs)
  await until(isOff(9 * hourMs))
  clock.set(0)
  await until(isOff(0))

  const steady = program
    .printed()
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split(' ')[2]))
  expect(steady).toEqual(steady.toSorted((a, b) => a - b))
  expect(steady.at(-1)!).toBeLessThan(hourMs)
  await program.kill()
})

test('steps of the clock go back and forward, by seconds and by hours', () => {
  const roll = seededRandom(7)
  const steps = Array.from({ length: 200 }, () => stepOf(roll))

  expect(steps.some((ms) => ms < -hourMs) && steps.some((ms) => ms > hourMs)).toBe(true)
  expect(steps.some((ms) => Math.abs(ms) < 60_000)).toBe(true)
  expect(steps.every((ms) => Math.abs(ms) <= 26 * hourMs)).toBe(true)
})

test('one connection leads nowhere and others do; its server learns of it later', async () => {
  const redis = await sharedRedis()
  const way = await startSlowProxy(redis.port)
  const ping = async (socket: Awaited<ReturnType<typeof connected>>) => {
    const before = socket.heard()
    socket.send()
    await until(() => socket.heard() > before)
  }
  const [first, second] = [await connected(way.port), await connected(way.port)]
  await ping(first)
  await ping(second)

  const end = way.loseOne(0)
  first.send()
  await ping(second)

  expect([way.open(), first.heard() < second.heard()]).toEqual([1, true])
  expect(first.isOpen()).toBe(true)
  end?.()
  await until(() => !first.isOpen())
})

async function connected(port: number) {
  let heard = 0
  let isOpen = true
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: () => void heard++,
      close() {
        isOpen = false
      },
    },
  })
  return { heard: () => heard, isOpen: () => isOpen, send: () => void socket.write('PING\r\n') }
}

test.each(places)('a %s is filled to its last byte and is empty afterwards', async () => {
  const filling = `
    import { fillDisk } from '${join(root, 'bench/full-disk.ts')}'
    import { statfsSync } from 'node:fs'
    const free = () => { const { bavail, bsize } = statfsSync('/mnt'); return bavail * bsize }
    const before = free()
    let least = before
    await fillDisk('/mnt/filler', () => { least = Math.min(least, free()); return least === 0 })
    console.log(before, least, free())`
  const inRoom = ['unshare', '--map-root-user', '--mount', 'sh', '-c']
  const program = startProcess([
    ...inRoom,
    'mount -t tmpfs -o size=12m tmpfs /mnt && exec "$0" -e "$1"',
    process.execPath,
    filling,
  ])

  expect([await program.exited, program.output()]).toEqual([0, `${12 * 2 ** 20} 0 ${12 * 2 ** 20}\n`])
})

test('the crowd is quiet once all stand at the barrier, and goes on when it is opened', async () => {
  const barrier = openBarrier(2)
  let steps = 0
  let isOver = false
  const walk = async () => {
    while (!isOver) {
      await barrier.pass(0)
      steps++
      await Bun.sleep(1)
    }
  }
  const walking = [walk(), walk()]

  const open = await barrier.close()
  const quiet = steps
  await Bun.sleep(30)
  expect(steps).toBe(quiet)
  open()

  await until(() => steps > quiet)
  isOver = true
  await Promise.all(walking)
})

test('nobody knows while a store is an older one, and not for those who began to read before', async () => {
  const health = watchHealth({ processes: async () => [] } as never)
  const before = health.blindness()

  const certain = health.suspect()
  const meanwhile = health.isBlind()
  certain()
  await health.close()

  expect([meanwhile, health.isBlind(), health.blindness() > before]).toEqual([true, false, true])
})

test('a verdict is exact only when nothing is lost, doubled, stale, shown wrongly or drifts', () => {
  const exact = { lost: 0, doubled: 0, misshown: 0, drift: 0, reads: { stale: 0 } } as Verdict

  expect(isExact(exact)).toBe(true)
  for (const wrong of [{ lost: 1 }, { doubled: 1 }, { misshown: 1 }, { drift: 1 }, { drift: -1 }])
    expect(isExact({ ...exact, ...wrong })).toBe(false)
  expect(isExact({ ...exact, reads: { ...exact.reads, stale: 1 } })).toBe(false)
})
