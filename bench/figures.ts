import { cpuUsed } from './cpu.ts'
import type { Site } from './private-stack.ts'
import type { Measured } from './wrk.ts'

/** Of the site's processes, in microseconds of processor time a request. */
export type CpuUs = Record<string, number>

/** Measures, and what it cost each kind of process. */
export async function withCpu<M extends Measured>(
  site: Site,
  measure: () => Promise<M>,
): Promise<M & { cpuUs: CpuUs }> {
  const before = await cpuUsed(site)
  const measured = await measure()
  const after = await cpuUsed(site)
  const cpuUs = [...after].map(([role, us]) => [role, (us - (before.get(role) ?? 0)) / measured.answered])
  return { ...measured, cpuUs: Object.fromEntries(cpuUs) }
}

export const whole = (number: number) => Math.round(number).toLocaleString('en')
