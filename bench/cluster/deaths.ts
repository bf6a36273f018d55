/** What happens to a cluster: a node, or a process of it, is killed, cut off or hangs, in a seeded order. */

import { writeFileSync } from 'node:fs'
import { enterGroup, isOnline, restartGroup, viewsOf } from '../../stack/cluster/group.ts'
import type { ClusterNode } from '../../stack/cluster/settings.ts'
import { until } from '../../test/support/until.ts'
import { seededRandom } from '../random.ts'
import type { Gaps } from './gaps.ts'
import { type Node, type Part, type PartName, parts, type ThreeNodes } from './nodes.ts'

type Way = 'killed' | 'cut off' | 'hung'
type What = 'node' | PartName
type Kind = `${What} ${Way}`

/** Those that matter most come first: a short run has only these. */
const kinds: [What, Way][] = [
  ['node', 'killed'],
  ['batcher', 'cut off'],
  ['mysql', 'hung'],
  ['redis', 'killed'],
  ['node', 'cut off'],
  ['node', 'hung'],
  ['mysql', 'killed'],
  ['batcher', 'killed'],
  ['mysql', 'cut off'],
  ['batcher', 'hung'],
  ['redis', 'cut off'],
  ['redis', 'hung'],
  ['web', 'killed'],
  ['haproxy', 'killed'],
  ['web', 'hung'],
  ['sentinel', 'killed'],
  ['web', 'cut off'],
]

export type Lanes = Record<'likes' | 'writes' | 'reads', Gaps>

export type Death = {
  kind: Kind
  /** Of which node, and whether it was the one that served. */
  victim: string
  /** The longest time without an answer, from the death until all was whole again. */
  gapsMs: Record<keyof Lanes, number>
  /** From when the dead came back until every part was of use. */
  wholeMs: number
  /** A person had to let MySQL join the group again. */
  isByHand: boolean
}

const goneWithinMs = 60_000
const joinsWithinMs = 180_000
const calmMs = 1_500

/**
 * `first`: of the kinds of deaths, with which it begins. `isShort`: a node alone dies, in each way, and it is
 * always that of MySQL's primary.
 */
export type Plan = {
  deaths: number
  first: number
  seed: number
  isShort: boolean
  lanes: Lanes
  tell: (death: Death) => void
}

/** Resolves when all deaths are over and everything is whole. */
export async function cause(
  cluster: ThreeNodes,
  { deaths, first, seed, isShort, lanes, tell }: Plan,
): Promise<Death[]> {
  const roll = seededRandom(seed)
  const done: Death[] = []
  const those = isShort ? kinds.filter(([what]) => what === 'node') : kinds
  for (const [what, way] of orderOf(those, { deaths, first }, roll)) {
    await cluster.whole()
    await Bun.sleep(calmMs * (1 + roll()))
    const death = await die(what, way)
    done.push(death)
    tell(death)
  }
  return done

  async function die(what: What, way: Way): Promise<Death> {
    const { node, served } = await chosen(what)
    const struck = what === 'node' ? parts.map((part) => node.parts[part]) : [node.parts[what]]
    const beganAt = performance.now()
    await strike(node, what, struck, way)
    // Long enough for the others to notice.
    await Bun.sleep(leastMs(what) + 3_000 * roll())
    await untilAnswered(beganAt)
    const endedAt = performance.now()
    await bringBack(node, what, struck, way)
    const isByHand = await joined(node)
    await cluster.whole()
    const now = performance.now()
    const gap = (lane: keyof Lanes) => Math.round(lanes[lane].longest(beganAt, now))
    return {
      kind: `${what} ${way}`,
      victim: `node ${node.number}${served}`,
      gapsMs: { likes: gap('likes'), writes: gap('writes'), reads: gap('reads') },
      wholeMs: Math.round(now - endedAt),
      isByHand,
    }
  }

  /** Three times of four whoever serves; in a short run whoever has MySQL's primary. */
  async function chosen(what: What): Promise<{ node: Node; served: string }> {
    const serving = {
      "MySQL's primary": await cluster.primary(),
      'the active batcher': await cluster.activeBatcher(),
      "Redis's primary": await cluster.redisPrimary(),
    }
    const [those, dice] = [Object.entries(serving), roll()]
    const ofPart = { mysql: those[0], batcher: those[1], redis: those[2] }[what as string]
    const wanted = ofPart ?? those[Math.floor(roll() * those.length)]
    const random = cluster.nodes[Math.floor(roll() * cluster.nodes.length)] as Node
    const some = dice < 0.75 ? (wanted?.[1] ?? random) : random
    const node = isShort ? (serving["MySQL's primary"] ?? some) : some
    const roles = those.filter(([, each]) => each === node).map(([role]) => role)
    const own = what === 'node' ? roles : ofPart && ofPart[1] === node ? [ofPart[0]] : []
    return { node, served: own.length > 0 ? `, ${own.join(', ')}` : '' }
  }

  async function untilAnswered(since: number): Promise<void> {
    const deadline = performance.now() + goneWithinMs
    const areAll = () => Object.values(lanes).every((lane) => lane.last() > since + 500)
    while (!areAll() && performance.now() < deadline) await Bun.sleep(50)
  }

  /** As `agora-server cluster join` does, where it does not join by itself. Returns whether it had to. */
  async function joined(node: Node): Promise<boolean> {
    const own = cluster.cluster.nodes[node.number - 1] as ClusterNode
    const deadline = performance.now() + joinsWithinMs
    while (performance.now() < deadline) {
      const [view] = await viewsOf({ ...cluster.cluster, nodes: [own] })
      if (view && isOnline(view)) return false
      await Bun.sleep(250)
    }
    await enterGroup(cluster.cluster, own)
    return true
  }
}

/**
 * Ends every process of all nodes at one moment and has the kernel forget what it read of their files. Then
 * MySQL starts on each, one begins the group again as `agora-server cluster restart` does, and the rest
 * starts. What the kernel had not written yet it has still: a loss of power that takes that along can't be
 * caused here. Resolves to how many milliseconds passed from the restart until everything was of use.
 */
export async function cutPower(cluster: ThreeNodes): Promise<number> {
  await cluster.whole()
  const all = cluster.nodes.flatMap((node) => parts.map((part) => node.parts[part]))
  await Promise.all(all.map((part) => part.running().kill()))
  forgetPages()
  const beganAt = performance.now()
  await Promise.all(cluster.nodes.map((node) => node.parts.mysql.start()))
  await until(async () => (await viewsOf(cluster.cluster)).every(({ self }) => self), {
    withinMs: joinsWithinMs,
  })
  await restartGroup(cluster.cluster)
  for (const part of parts.slice(1)) await Promise.all(cluster.nodes.map((node) => node.parts[part].start()))
  await cluster.whole()
  return Math.round(performance.now() - beganAt)
}

/** Where it may: in a container nobody may. */
function forgetPages(): void {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3')
  } catch {
    // What is read stays in memory.
  }
}

function orderOf(
  those: [What, Way][],
  { deaths, first }: Pick<Plan, 'deaths' | 'first'>,
  roll: () => number,
): [What, Way][] {
  const chosen = Array.from(
    { length: deaths },
    (_, index) => those[(first + index) % those.length] as [What, Way],
  )
  return chosen
    .map((kind) => ({ kind, place: roll() }))
    .sort((a, b) => a.place - b.place)
    .map(({ kind }) => kind)
}

const leastMs = (what: What) =>
  what === 'node' || what === 'mysql' ? 7_000 : what === 'redis' ? 5_000 : 2_000

async function strike(node: Node, what: What, struck: Part[], way: Way): Promise<void> {
  const target = targetOf(node, what, struck)
  if (way === 'cut off') target.cut()
  else if (way === 'hung') for (const part of struck) part.running().send('SIGSTOP')
  else {
    // Of a machine that is dead nobody says that its ports are closed.
    if (what === 'node') node.cut()
    await Promise.all(struck.map((part) => part.running().kill()))
  }
}

async function bringBack(node: Node, what: What, struck: Part[], way: Way): Promise<void> {
  if (way === 'hung') for (const part of struck) part.running().send('SIGCONT')
  else if (way === 'cut off' || what === 'node') targetOf(node, what, struck).mend()
  if (way === 'killed') await Promise.all(struck.map((part) => part.start()))
}

const targetOf = (node: Node, what: What, [part]: Part[]) => (what === 'node' ? node : (part as Part).place)
