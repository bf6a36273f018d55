import { closeSync, openSync, readSync } from 'node:fs'

const readAtOnce = 1024 * 1024

/** The lines of a file, without their ends, each character a byte. Memory does not grow with the file. */
export function* linesOfFile(path: string): Generator<{ line: string; number: number; isEnded: boolean }> {
  const file = openSync(path, 'r')
  const piece = Buffer.alloc(readAtOnce)
  try {
    let rest = ''
    let number = 0
    for (;;) {
      const bytes = readSync(file, piece, 0, readAtOnce, null)
      if (bytes === 0) break
      const lines = (rest + piece.toString('latin1', 0, bytes)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield { line, number: ++number, isEnded: true }
    }
    if (rest !== '') yield { line: rest, number: ++number, isEnded: false }
  } finally {
    closeSync(file)
  }
}
