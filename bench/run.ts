import { UserError } from '../stack/errors.ts'
import { clearUp } from '../test/support/servers/reaper.ts'

const usage = `Usage: ./agora bench NAME

  api         how fast are reads for programs, beside the front page?
                --seconds 4     for each measurement
                --rounds 3
  beside-mail  do likes and pages notice a courier that is busy?
                --mails 10000  --seconds 4  --rounds 6
  crowd       thousands of addresses read a whole board, slowly: do members notice?
                --rate 800      pages a second, of all addresses together
                --networks 16   with 250 addresses each
                --pages 2000    which each network reads once
                --budget 1      READ_BUDGET, which is 20 elsewhere
  drill       does a backup under load hold every like that was answered before it? A drill restores it
                --seconds 30    of the load
  exactness   likes while processes are killed: is every answered like counted exactly once?
                --likes 100000  --batcher-kills 30  --mysql-kills 10  --redis-kills 10  --replica-kills 10
                --pauses 5      as many of each are stopped for a while and go on
                --full-disks 5  the disk of MySQL and the journal is full for a while
                --hung-connections 20  single ones to MySQL or Redis lead nowhere any more
                --clock-steps 20       the wall clock of all programs is set, back or forward
                --older-redis 5  --older-mysql 5  --older-journals 5   a store is as it was a while ago
                --hidden-posts 20      a post that many like is taken off the board, and comes back
                --seed N        repeats the order of what happens
                --docker        in containers
  cluster     three nodes here: is anything lost, and who waits, when one of them dies? Root alone
                --deaths 40     of nodes and single processes: killed, cut off, hung
                --likes 2000000  --seed N
                --short         three deaths, of the node alone whose MySQL takes changes
  likes       how fast are durable likes, compared with a request that does nothing, and with plain HAProxy?
                --seconds 5     for each measurement
                --rounds 3      measurements of each kind
  lists       how long do pages with lists take at a million posts, 100,000 members and 5,000 items, and how
              long notices, what is new and who is asked?
                --posts 1000000
  live        what do 2,000 open streams of live updates on one replica cost, and how late are they?
                --streams 2000  --seconds 5  --rounds 3  --presses 40
  churn       web replicas come and go, die, hang and are deployed anew: does a visitor notice?
                --rate 60       requests a second
                --kills 10      kill -9 of web replicas
                --seed N        which of them
                --docker        in containers
  logs        what does /logs cost a request, in processor time of the replicas?
                --rounds 24     with and without, for each kind of request
  mail        is a mail lost, or sent twice, when the courier is killed and the mail server fails?
                --mails 10000  --kills 50  --seed N
  memory      how much memory does the batcher take while likes for a million posts wait?
                --posts 1000000
  move        from one machine to three and back, while visitors like: is anything lost? Root alone
                --rate 500      likes a second
                --seconds 10    before, between and after
  paint       how soon does a browser show a page, how much is sent for it, and does anything move?
                --rounds 9
  pages       how fast are pages, compared with an answer that HAProxy gives by itself?
                --seconds 5     for each measurement
                --rounds 3      measurements of each kind
                --posts 10000   with more, everything is measured twice: with 10,000 and with these
  search      what does search find in ten scripts, and how fast, in 10,000 posts, 100,000 and a million?
                --posts 1000000  the largest number; half as many comments come on top
  staleness   for how long does a read not show what was written before it?
                --seconds 60
  traffic     how does the site behave: quiet, steady, in a flash crowd, with one hot post, among bots,
              without Redis and without MySQL?
                --share 1       of the phases' full length, 125 s together
  transfer    how long does it take to export and import a board, and with how much memory?
                --posts 100000  a power of ten; with two comments each
  all         each of them in turn, then the report
                --short         within eight minutes, for a look; figures are rough
  report      draws what was measured: bench/results/*.json become docs/plots/*.svg
                --from DIR  --to DIR

  --json FILE   writes the figures there, too`

/** What `./agora bench` runs. The exit code is 1 when a promise was broken. */
async function main([name, ...args]: string[]): Promise<number> {
  switch (name) {
    case 'api':
      return (await import('./api.ts')).api(args)
    case 'beside-mail':
      return (await import('./beside-mail.ts')).besideMail(args)
    case 'crowd':
      return (await import('./crowd.ts')).crowd(args)
    case 'cluster':
      return (await import('./cluster/cluster.ts')).cluster(args)
    case 'drill':
      return (await import('./drill.ts')).drill(args)
    case 'exactness':
      return (await import('./exactness.ts')).exactness(args)
    case 'likes':
      return (await import('./likes.ts')).likes(args)
    case 'lists':
      return (await import('./lists.ts')).lists(args)
    case 'live':
      return (await import('./live.ts')).live(args)
    case 'churn':
      return (await import('./churn.ts')).churn(args)
    case 'logs':
      return (await import('./logs.ts')).logs(args)
    case 'mail':
      return (await import('./mail.ts')).mail(args)
    case 'memory':
      return (await import('./memory.ts')).memory(args)
    case 'move':
      return (await import('./cluster/cluster.ts')).move(args)
    case 'paint':
      return (await import('./paint.ts')).paint(args)
    case 'pages':
      return (await import('./pages.ts')).pages(args)
    case 'search':
      return (await import('./search.ts')).search(args)
    case 'staleness':
      return (await import('./staleness.ts')).staleness(args)
    case 'traffic':
      return (await import('./traffic.ts')).traffic(args)
    case 'transfer':
      return (await import('./transfer.ts')).transfer(args)
    case 'all':
      return (await import('./all.ts')).all(args)
    case 'report':
      return (await import('./report.ts')).report(args)
    default:
      console.log(usage)
      return name === undefined || name === '--help' ? 0 : 2
  }
}

/**
 * All options but these take a figure. Throws a UserError for one that is none: a measurement with it would
 * never end, or measure nothing.
 */
function checkFigures(args: string[]): void {
  for (const [index, arg] of args.entries()) {
    const [, option, given] = arg.match(/^--([a-z-]+)(?:=(.*))?$/) ?? []
    if (
      !option ||
      ['json', 'from', 'to', 'docker', 'short', 'disk', 'inside', 'help', 'pages'].includes(option)
    )
      continue
    const figure = given ?? args[index + 1]
    if (figure !== undefined && !/^\d+(\.\d+)?$/.test(figure))
      throw new UserError(`--${option} takes a figure, not '${figure}'`)
  }
}

const isWrongOption = (error: unknown) =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')

try {
  checkFigures(process.argv.slice(3))
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isExpected = error instanceof UserError || isWrongOption(error)
  console.error(isExpected ? `agora: ${(error as Error).message}` : error)
  process.exitCode = 1
} finally {
  await clearUp()
  // A run that failed leaves off in the middle of what it does beside.
  process.exit()
}
