import { Trouble } from '../stack/trouble.ts'
import { clearUp } from '../test/support/warden.ts'

const usage = `Usage: ./agora bench NAME

  exactness   press likes while processes are killed: is every answered like counted exactly once?
                --likes 100000  --batcher-kills 30  --mysql-kills 10  --redis-kills 10  --replica-kills 10
                --pauses 5      as many of each are stopped for a while and go on
                --seed N        repeats the order of what happens
                --docker        in containers
  likes       how fast are durable likes, compared with a request that does nothing?
                --seconds 5     for each measurement
                --rounds 3      measurements of each kind
  churn       web replicas come and go, die, hang and are deployed anew: does a visitor notice?
                --rate 60       requests a second
                --kills 10      kill -9 of web replicas
                --seed N        which of them
                --docker        in containers
  memory      how much memory does the batcher take while likes for a million posts wait?
                --posts 1000000

  --json FILE   writes the figures there, too`

/** What `./agora bench` runs. The exit code is 1 when a promise was broken. */
async function main([name, ...args]: string[]): Promise<number> {
  switch (name) {
    case 'exactness':
      return (await import('./exactness.ts')).exactness(args)
    case 'likes':
      return (await import('./likes.ts')).likes(args)
    case 'churn':
      return (await import('./churn.ts')).churn(args)
    case 'memory':
      return (await import('./memory.ts')).memory(args)
    default:
      console.log(usage)
      return name === undefined || name === '--help' ? 0 : 2
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Trouble ? `agora: ${error.message}` : error)
  process.exitCode = 1
} finally {
  await clearUp()
}
