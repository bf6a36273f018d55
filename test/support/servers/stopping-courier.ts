import type { Pace } from '../../../courier/courier.ts'
import { run } from '../../../courier/main.ts'

// A courier at the pace that its first argument gives; it dies by SIGKILL at the point named by the second,
// when it comes there for the third's time.
const [, , pace = '{}', point, times = '1'] = process.argv
let left = Number(times)

run((reached) => {
  if (reached === point && --left === 0) process.kill(process.pid, 'SIGKILL')
}, JSON.parse(pace) as Pace)
