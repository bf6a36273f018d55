/**
 * A network of its own for each process of a cluster, so that any of them, or a whole node, can be cut off in
 * silence. Nothing of it touches the network of this machine, and all of it is gone with the processes.
 *
 * The process that opens it has to be in a network namespace of its own already (`inOwnNetwork`), where the
 * bridge `hub` joins the nodes. A node is a namespace with a bridge, and an uplink to the hub. Each process
 * of a node is in a namespace with an address, at a port of the node's bridge. What is cut off is taken from
 * its bridge: its own end stays up, and nothing comes or goes.
 */

import { readlinkSync } from 'node:fs'
import { type Running, startProcess } from '../../test/support/servers/processes.ts'
import { until } from '../../test/support/until.ts'

const tail = 16

/** Where one process is. */
export type Place = {
  address: string
  /** What a command begins with that runs there. */
  enter: string[]
  cut(): void
  mend(): void
}

export type NodeNetwork = { place(): Promise<Place>; cut(): void; mend(): void }

/** Makes a network without nodes. Its own address is 10.88.0.1. */
export async function openNetwork() {
  ip('link set lo up', 'link add hub type bridge', `addr add 10.88.0.1/${tail} dev hub`, 'link set hub up')
  let nodes = 0
  return { node }

  async function node(): Promise<NodeNetwork> {
    const number = ++nodes
    const own = await namespace()
    const port = `node${number}`
    ip(`link add ${port} type veth peer name uplink netns ${own.pid}`, `link set ${port} up`)
    inside(
      own,
      'link add bridge type bridge',
      'link set bridge up',
      'link set uplink master bridge',
      'link set uplink up',
    )
    const link = switchOf(port, 'hub', ip)
    let places = 1
    return { ...link, place }

    async function place(): Promise<Place> {
      const address = `10.88.${number}.${++places}`
      const [there, plug] = [await namespace(), `p${places}`]
      inside(own, `link add ${plug} type veth peer name eth0 netns ${there.pid}`, `link set ${plug} up`)
      inside(there, `addr add ${address}/${tail} dev eth0`, 'link set eth0 up')
      return {
        ...switchOf(plug, 'bridge', (...commands) => inside(own, ...commands)),
        address,
        enter: enter(there),
      }
    }
  }
}

/** A port of a bridge, connected now. */
function switchOf(port: string, bridge: string, ip: (...commands: string[]) => void) {
  const mend = () => ip(`link set ${port} master ${bridge}`)
  mend()
  return { cut: () => ip(`link set ${port} nomaster`), mend }
}

/** A namespace lasts as long as the process in it that sleeps. */
async function namespace(): Promise<Running> {
  const sleeper = startProcess(['unshare', '--net', 'sleep', 'infinity'])
  await until(() => networkOf(sleeper.pid) !== networkOf('self') && sleeper.isRunning())
  inside(sleeper, 'link set lo up')
  return sleeper
}

const networkOf = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/net`)

const enter = ({ pid }: Running) => ['nsenter', `--net=/proc/${pid}/ns/net`]

const inside = (there: Running, ...commands: string[]) => runIp(enter(there), commands)
const ip = (...commands: string[]) => runIp([], commands)

function runIp(prefix: string[], commands: string[]): void {
  for (const command of commands) {
    const { exitCode, stderr } = Bun.spawnSync([...prefix, 'ip', ...command.split(' ')], { stderr: 'pipe' })
    if (exitCode !== 0) throw new Error(`ip ${command}: ${stderr}`)
  }
}
