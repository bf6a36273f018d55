import { dlopen } from 'bun:ffi'
import { constants } from 'node:fs'

/** fcntl(2) and lseek(2) of Linux. */
const [getFlags, setFlags, fromEnd] = [3, 4, 2]

const libc = process.platform === 'linux' ? opened() : undefined

function opened() {
  try {
    return dlopen('libc.so.6', {
      fcntl: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
      lseek: { args: ['i32', 'i64', 'i32'], returns: 'i64' },
    }).symbols
  } catch {
    // Another C library: HAProxy's log has a hole where it was emptied, and no other log is concerned.
    return undefined
  }
}

/**
 * Has whoever writes to this open file, here or in a child that was given it, write at its end again. HAProxy
 * makes its log non-blocking by setting that flag alone, which takes away O_APPEND: it would go on at its old
 * place in a log that was emptied.
 */
export function appendAgain(file: number): void {
  const flags = libc?.fcntl(file, getFlags, 0) ?? -1
  if (flags !== -1 && !(flags & constants.O_APPEND)) libc?.fcntl(file, setFlags, flags | constants.O_APPEND)
}

/** Has a child that takes O_APPEND away before its first line begin at the end, and not write over others. */
export function beginAtEnd(file: number): void {
  libc?.lseek(file, 0, fromEnd)
}
