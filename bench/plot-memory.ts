import { type Machine, machineText } from './machine.ts'
import { type Bar, bars } from './plot-bars.ts'
import type { Plots } from './plots.ts'

export type MemoryResult = {
  machine: Machine
  posts: number
  memoryMbAtStart: number
  memoryMbAfterTheLast: number
  memoryMbAtRest: number
  journalMb: number
}

export async function memoryPlots(result: MemoryResult): Promise<Plots> {
  const bar = (what: string, value: number, hue: Bar['hue']): Bar => ({
    what,
    value,
    hue,
    label: `${value.toFixed(0)} MB`,
  })
  const title = `The batcher while likes of ${result.posts.toLocaleString('en')} posts wait`
  return {
    'batcher-memory': await bars(title, machineText(result.machine), 'megabytes', [
      bar('memory at the start', result.memoryMbAtStart, 'grey'),
      bar('memory after the last like', result.memoryMbAfterTheLast, 'blue'),
      bar('memory at rest', result.memoryMbAtRest, 'blue'),
      bar('journal on the disk', result.journalMb, 'green'),
    ]),
  }
}
