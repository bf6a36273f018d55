import { readFileSync, statfsSync } from 'node:fs'
import { sizeText } from '../status.ts'

/** Of a stack of its own, with one replica of each kind. */
const memoryBytes = 1e9
/** What a database has before it holds anything. */
const emptyBytes = 1e9
/** Rows and their indexes, of a byte of the compressed dump, beside the file and what is unpacked of it. */
const timesTheFile = 12
/** Linux's number of a file system that is memory. */
const tmpfs = 0x01021994

type Room = {
  /** On the disk. */
  free: number
  isMemory: boolean
  /** Memory that can be had; undefined where that is not known. */
  memory: number | undefined
}

/** Returns why a backup of so many bytes can't be restored in a folder; undefined where there is room. */
export function shortageIn(folder: string, bytes: number, room = roomIn(folder)): string | undefined {
  const { free, isMemory, memory } = room
  const wanted = emptyBytes + timesTheFile * bytes
  const left = isMemory && memory !== undefined ? Math.min(free, memory - memoryBytes) : free
  if (left >= wanted) return undefined
  const found = `${sizeText(Math.max(0, left))} are free`
  return `a drill wants ${sizeText(wanted)} in ${folder}, and ${found}: TMPDIR names another folder`
}

/** Returns why a second stack should not start by itself on this machine; undefined where it may. */
export function shortageOfMemory(memory = memoryAvailable()): string | undefined {
  if (memory === undefined || memory >= memoryBytes) return undefined
  return `a drill wants ${sizeText(memoryBytes)} of memory, and ${sizeText(memory)} can be had`
}

function roomIn(folder: string): Room {
  const { bavail, bsize, type } = statfsSync(folder)
  return { free: bavail * bsize, isMemory: type === tmpfs, memory: memoryAvailable() }
}

/** Linux says what can be had without swapping. */
function memoryAvailable(): number | undefined {
  try {
    const [, kilobytes] = readFileSync('/proc/meminfo', 'utf8').match(/^MemAvailable: +(\d+) kB$/m) ?? []
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024
  } catch {
    return undefined
  }
}
