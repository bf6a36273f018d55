import { run } from '../../../batcher/main.ts'

// A batcher that dies by SIGKILL exactly at the point named by its argument.
const [, , point] = process.argv

run((reached) => {
  if (reached === point) process.kill(process.pid, 'SIGKILL')
})
