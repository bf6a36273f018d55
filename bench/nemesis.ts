import type { ProcessStatus } from '../stack/status.ts'
import { run } from '../test/support/servers/processes.ts'
import { causeFaults } from './cause-faults.ts'
import { faults, noFaults } from './faults.ts'
import { type Nemesis, type Surroundings, type Victim, victims, type Wrath } from './nemesis-types.ts'
import type { PrivateStack } from './private-stack.ts'
import { seededRandom } from './random.ts'

const longestCalmMs = 1_500
const shortestPauseMs = 200
const longestPauseMs = 2_800
/** Containers that are killed by hand are not started by Docker. */
const longestDeathMs = 1_000
const readyWithinMs = 180_000

/**
 * Kills (-9), stops and continues processes of a stack in an order that the seed decides. Each kind of
 * process has its own lane, so that several may be away at once. Most blows fall when the process works
 * again, one in five while it is still starting. The other faults have lanes beside these.
 */
export function unleash(stack: PrivateStack, surroundings: Surroundings): Nemesis {
  const { wrath, health, answeredShare } = surroundings
  const none = () => Object.fromEntries(victims.map((victim) => [victim, 0])) as Record<Victim, number>
  const done = { kills: none(), pauses: none(), faults: noFaults() }
  const total = countOf(wrath)
  const progress = () => (total === 0 ? 1 : countOf(done) / total)
  const mutexes = Object.fromEntries(victims.map((victim) => [victim, openMutex()])) as Record<Victim, Mutex>
  const faultLanes = causeFaults({
    ...surroundings,
    stack,
    done: done.faults,
    isTime: () => answeredShare() >= progress(),
    alone: (victim, work) => mutexes[victim](work),
  })
  const killLanes = victims.map((victim, index) => lane(victim, seededRandom(wrath.seed + index)))
  const over = Promise.all([...killLanes, ...faultLanes]).then(() => {})
  // Whoever awaits it hears of a failure.
  over.catch(() => {})
  return { done, over, progress }

  async function lane(victim: Victim, roll: () => number) {
    for (const way of shuffled(victim, roll)) {
      while (!(await mutexes[victim](() => blow(victim, way, roll)))) {}
      done[way === 'kill' ? 'kills' : 'pauses'][victim]++
    }
  }

  /** False when the process had ended before it was hit. */
  async function blow(victim: Victim, way: 'kill' | 'pause', roll: () => number): Promise<boolean> {
    while (answeredShare() < progress()) await Bun.sleep(20)
    const target = await chosen(victim, roll)
    await Bun.sleep(roll() * longestCalmMs)
    const over = victim === 'batcher' || victim === 'redis' ? health.harm(victim) : () => {}
    try {
      return way === 'kill' ? await kill(target, roll) : await pause(target, roll)
    } finally {
      over()
    }
  }

  function shuffled(victim: Victim, roll: () => number): ('kill' | 'pause')[] {
    const blows = [
      ...Array.from({ length: wrath.kills[victim] }, () => 'kill' as const),
      ...Array.from({ length: wrath.pauses[victim] }, () => 'pause' as const),
    ]
    return blows
      .map((way) => ({ way, place: roll() }))
      .sort((a, b) => a.place - b.place)
      .map(({ way }) => way)
  }

  async function chosen(victim: Victim, roll: () => number): Promise<ProcessStatus> {
    const isHasty = roll() < 0.2
    const place = roll()
    const deadline = performance.now() + readyWithinMs
    while (performance.now() < deadline) {
      const alive = (await stack.processes()).filter(
        ({ role, state }) => role === victim && (state === 'ready' || (isHasty && state === 'starting')),
      )
      const target = alive[Math.floor(place * alive.length)]
      if (target) return target
      await Bun.sleep(20)
    }
    throw new Error(`no process of the kind ${victim} came back within ${readyWithinMs / 1_000} s`)
  }

  async function kill({ pid, id }: ProcessStatus, roll: () => number): Promise<boolean> {
    if (pid !== undefined) return signal(pid, 'SIGKILL')
    const isKilled = await docker('kill', id)
    await Bun.sleep(roll() * longestDeathMs)
    await docker('start', id)
    return isKilled
  }

  async function pause({ pid, id }: ProcessStatus, roll: () => number): Promise<boolean> {
    const ms = shortestPauseMs + roll() * (longestPauseMs - shortestPauseMs)
    const isPaused = pid === undefined ? await docker('pause', id) : signal(pid, 'SIGSTOP')
    await Bun.sleep(ms)
    if (pid === undefined) await docker('unpause', id)
    else signal(pid, 'SIGCONT')
    return isPaused
  }
}

/** False when the process has ended by itself meanwhile. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

async function docker(verb: string, id: string | undefined): Promise<boolean> {
  return (await run(['docker', verb, id ?? ''])).code === 0
}

type Mutex = <T>(work: () => Promise<T>) => Promise<T>

/** One after the other. */
function openMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}

function countOf({ kills, pauses, faults: other }: Omit<Wrath, 'seed'>): number {
  const ofVictims = victims.reduce((total, victim) => total + kills[victim] + pauses[victim], 0)
  return faults.reduce((total, fault) => total + other[fault], ofVictims)
}
