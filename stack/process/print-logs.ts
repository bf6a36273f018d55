import { existsSync, statSync } from 'node:fs'
import { dataPaths } from '../data-folder.ts'
import { UserError } from '../errors.ts'
import { lastLines, logNames, logPath, newLines } from './log-files.ts'

const linesOfEach = 100

/**
 * Prints what a native stack's processes wrote: all of one, or the last lines of each with its name before
 * them. With `follow` goes on until interrupted.
 */
export async function printLogs(data: string, process: string | undefined, follow: boolean): Promise<number> {
  const { logs } = dataPaths(data)
  const names = logNames(logs)
  if (process !== undefined && !names.includes(process)) throw new UserError(noLog(process, names))
  const end = new AbortController()
  if (!follow) end.abort()
  else
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      globalThis.process.once(signal, () => end.abort())

  if (process !== undefined) await printFrom(logPath(logs, process), 0, '', end.signal)
  else await printAll(logs, names, follow, end.signal)
  return 0
}

async function printAll(logs: string, names: string[], follow: boolean, end: AbortSignal): Promise<void> {
  const width = Math.max(0, ...names.map(({ length }) => length))
  const prefix = (name: string) => `${name.padEnd(width)} | `
  const sizes = new Map(names.map((name) => [name, sizeOf(logPath(logs, name))]))
  for (const name of names) {
    for (const line of await lastLines(logPath(logs, name), linesOfEach)) console.log(prefix(name) + line)
  }
  if (!follow) return
  await Promise.all(
    names.map((name) => printFrom(logPath(logs, name), sizes.get(name) ?? 0, prefix(name), end)),
  )
}

async function printFrom(path: string, from: number, prefix: string, end: AbortSignal): Promise<void> {
  for await (const line of newLines(path, from, end)) console.log(prefix + line)
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0
}

function noLog(process: string, names: string[]): string {
  const known = names.length > 0 ? `These have: ${names.join(', ')}` : 'Nothing ran here yet'
  return `There is no log of "${process}". ${known}.`
}
