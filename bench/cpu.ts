import { readFileSync } from 'node:fs'
import type { Site } from './private-stack.ts'

/** proc(5) counts processor time in ticks of 10 ms everywhere Linux runs. */
const tickUs = 10_000

/**
 * Processor time that each kind of process has used so far, in microseconds. Empty where there is no /proc.
 */
export async function cpuUsed(site: Site): Promise<Map<string, number>> {
  const used = new Map<string, number>()
  for (const { role, pid } of await site.processes()) {
    const ticks = pid === undefined ? undefined : ticksOf(pid)
    if (ticks !== undefined) used.set(role, (used.get(role) ?? 0) + ticks * tickUs)
  }
  return used
}

/** proc(5): fields 14 and 15 of `stat`. The name in field 2 may hold spaces. */
function ticksOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return undefined
  }
}
