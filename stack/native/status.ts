import type { Status } from '../status.ts'
import { askReport } from './control.ts'

/** Returns what runs natively on a data folder; no processes when nothing does. */
export async function nativeStatus(data: string): Promise<Status> {
  const report = await askReport(data)
  if (!report) return { mode: 'native', url: null, statsUrl: null, processes: [] }
  const { mode, url, statsUrl, processes } = report
  return { mode, url, statsUrl, processes }
}
