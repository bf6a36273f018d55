/**
 * Loaded before a program by `--preload`: its wall clock is off by as many milliseconds as the file `offset`
 * beside this one says, from a moment after it is written. Clocks that nobody sets, as `performance.now()`
 * and timers, go on as they did: just as when somebody sets the clock of a machine.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const path = join(import.meta.dir, 'offset')
const checkEveryMs = 20

const Real = Date
const now = Real.now.bind(Real)
let offsetMs = 0
const check = () => {
  offsetMs = Number(readFileSync(path, 'utf8'))
}
check()
setInterval(check, checkEveryMs).unref()

Real.now = () => now() + offsetMs
globalThis.Date = new Proxy(Real, {
  construct: (_, args, target) => Reflect.construct(Real, args.length === 0 ? [Real.now()] : args, target),
  apply: () => new Real(Real.now()).toString(),
})
