import type { BoardWriter } from './board-file.ts'
import type { Kind } from './format.ts'

const partBytes = 4 * 1024 * 1024

/** Writes lines of one kind, in files of some megabytes. */
export function openParts(kind: Kind, file: BoardWriter) {
  let part = 0
  let waiting: string[] = []
  let length = 0
  const end = () => {
    if (waiting.length === 0) return
    file.add(`${kind}/${String(++part).padStart(6, '0')}.jsonl`, Buffer.from(waiting.join('')))
    waiting = []
    length = 0
  }
  return {
    add(line: object) {
      const text = `${JSON.stringify(line)}\n`
      waiting.push(text)
      length += text.length
      if (length >= partBytes) end()
    },
    end,
  }
}
