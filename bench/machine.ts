import { cpus, loadavg, release, totalmem, type } from 'node:os'
import type { PrivateStack } from './private-stack.ts'
import { serverVersion } from './queries.ts'

/** On what a figure was measured: without it, it says nothing. */
export async function describeMachine(stack: PrivateStack) {
  const [first] = cpus()
  const [[database = ''] = []] = await stack.sql(serverVersion)
  return {
    processors: `${cpus().length} x ${first?.model.trim() ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    bun: Bun.version,
    haproxy: versionOf(['haproxy', '-v']),
    redis: versionOf(['redis-server', '--version']),
    database,
    loadBefore: loadavg().map((load) => Number(load.toFixed(2))),
  }
}

export type Machine = Awaited<ReturnType<typeof describeMachine>>

export const machineText = (machine: Machine) =>
  `${machine.processors}, ${machine.memoryGb} GB, ${machine.system}; bun ${machine.bun}, HAProxy ${machine.haproxy}, ` +
  `Redis ${machine.redis}, ${machine.database}; load before: ${machine.loadBefore.join(' ')}`

function versionOf([program = '', flag = '']: string[]): string {
  const path = Bun.which(program) ?? Bun.which(program, { PATH: '/usr/sbin:/usr/local/sbin' })
  const text = path ? Bun.spawnSync([path, flag]).stdout.toString() : ''
  return text.match(/\d+\.\d+(\.\d+)?/)?.[0] ?? 'of its own'
}
