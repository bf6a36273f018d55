import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { type Identity, identify, isAlive } from '../process/identity.ts'
import type { ProcessRole } from '../status.ts'
import type { Site } from './site.ts'
import { stopSteps } from './stop-order.ts'

/** A process of a stack whose supervisor is gone. */
export type Orphan = Identity & { name: string; role: ProcessRole }

/**
 * Returns what each process of a stack has in its environment, so that it is found where no file names it.
 */
export const marksOf = ({ data, runtime }: Pick<Site, 'data' | 'runtime'>, name: string) => ({
  AGORA_STACK: data,
  AGORA_RUNTIME: runtime,
  AGORA_PROCESS: name,
})

/**
 * Finds the processes of the stack on a data folder by their marks, and its runtime folders: `state.json` may
 * be gone, or older than they are, as when the disk was full. On Linux alone; elsewhere it finds none.
 */
export function findOrphans(data: string): { orphans: Orphan[]; runtimes: string[] } {
  const all = processIds().filter((pid) => pid !== process.pid)
  const marked = all.flatMap((pid) => {
    const marks = marksIn(pid)
    return marks.AGORA_STACK === data
      ? [{ pid, name: marks.AGORA_PROCESS, runtime: marks.AGORA_RUNTIME }]
      : []
  })
  const runtimes = [...new Set(marked.flatMap(({ runtime }) => runtime ?? []))]
  // Redis writes its title where its environment was.
  const redis = all
    .filter((pid) => runtimes.includes(attempt(() => readlinkSync(`/proc/${pid}/cwd`)) ?? ''))
    .map((pid) => ({ pid, name: 'redis' }))
  const found = new Map([...redis, ...marked].map((each) => [each.pid, each.name ?? '']))
  const orphans = [...found].flatMap(([pid, name]) => {
    const identity = identify(pid)
    const role = name.replace(/-\d+$/, '')
    return identity && isRole(role) && isAlive(identity) ? [{ ...identity, name, role }] : []
  })
  return { orphans, runtimes }
}

const isRole = (word: string): word is ProcessRole => Object.hasOwn(stopSteps, word)

function processIds(): number[] {
  return (attempt(() => readdirSync('/proc')) ?? []).map(Number).filter(Number.isInteger)
}

/** proc(5): `environ` is what the process was started with, each entry followed by a zero. */
function marksIn(pid: number): Record<string, string> {
  const text = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? ''
  if (!text.includes('AGORA_STACK=')) return {}
  return Object.fromEntries(
    text.split('\0').flatMap((entry) => {
      const at = entry.indexOf('=')
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : []
    }),
  )
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
