import { readFileSync, rmSync } from 'node:fs'
import { run } from '../../../batcher/main.ts'

// A batcher that sends itself a signal, once, at the point that a file names by then: "SIGSTOP at after
// journal commit". Its argument is the file.
const path = process.argv[2] ?? ''

run((reached) => {
  const [signal, point] = order().split(' at ')
  if (reached !== point) return
  rmSync(path)
  process.kill(process.pid, signal as NodeJS.Signals)
})

function order(): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
