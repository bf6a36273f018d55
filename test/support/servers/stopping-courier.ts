import type { Pace } from '../../../courier/courier.ts'
import { run } from '../../../courier/main.ts'

// A courier at the pace that its first argument gives; it dies by SIGKILL at the point named by the second.
const [, , pace = '{}', point] = process.argv

run((reached) => {
  if (reached === point) process.kill(process.pid, 'SIGKILL')
}, JSON.parse(pace) as Pace)
