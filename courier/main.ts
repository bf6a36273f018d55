import { ConfigError, courierConfig } from '../src/platform/config.ts'
import { openDatabase } from '../src/platform/database.ts'
import { openLog } from '../src/platform/log.ts'
import { runAsking } from './asking/asking.ts'
import { type Courier, openCourier, type Pace, usualPace } from './courier.ts'
import { runDigests } from './digests/digests.ts'
import type { Failpoint } from './failpoint.ts'
import { runFanOut } from './fan-out/fan-out.ts'
import { lowerPriority } from './low-priority.ts'
import { runMarket } from './market/market.ts'
import { openCourierMetrics } from './metrics.ts'
import { watchProcessors } from './processors.ts'
import { runPush } from './push/push.ts'
import { openSender } from './sender.ts'

const noTries = { sent: 0, later: 0, unreachable: 0, recipient: 0, refused: 0 }
const noMails = { waiting: 0, failed: 0, oldestSeconds: 0 }

/** For how long mails that are on their way may arrive. */
const drainWithinMs = 8_000
const weighEveryMs = 1_000

/**
 * Sends what is in the outbox, where mail is sent, and writes into it what members are told of; tells
 * followers of new texts, members and admins of the market, and browsers of notices; asks members to confirm
 * what they are to read; until SIGTERM, or until it is too large. How they survive: courier.ts,
 * digests/digests.ts, fan-out/fan-out.ts, asking/asking.ts, market/market.ts, push/push.ts.
 */
async function main(failpoint: Failpoint, pace: Pace, now: () => Date) {
  const config = courierConfig()
  // Mails can wait: where processors are short, whoever reads and likes comes first.
  lowerPriority(pace.niceness)
  const log = openLog(config.name, config.logLevel)
  const metrics = openCourierMetrics(
    () => courier?.tries ?? noTries,
    () => courier?.outbox() ?? noMails,
  )
  const db = openDatabase({
    url: config.databaseUrl,
    connections: 4,
    answered: (_, name, seconds) => metrics.queried(seconds, name),
  })
  const { name, mail, push, contact } = config
  const courier: Courier | undefined =
    mail &&
    openCourier({
      name,
      mail,
      db,
      sender: openSender(mail, pace.silence),
      log,
      failpoint,
      pace,
      areProcessorsShort: pace.niceness > 0 ? watchProcessors() : () => false,
    })
  const server = Bun.serve({
    hostname: config.host,
    port: config.port,
    reusePort: false,
    routes: {
      '/up': () => new Response('up'),
      '/metrics': async () =>
        new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } }),
    },
    fetch: () => new Response('Not found', { status: 404 }),
  })
  log.info('listening', { port: server.port, way: mail?.way.is ?? 'off' })

  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
  const weighing = setInterval(() => {
    const memoryMb = process.memoryUsage.rss() / 1e6
    if (memoryMb < config.maxMb) return
    log.warn('takes too much memory and starts anew', { memoryMb: Math.round(memoryMb) })
    stopping.abort()
  }, weighEveryMs)
  const parts = { db, log, failpoint, lookSeconds: pace.look }
  const running = Promise.all([
    courier?.run(stopping.signal),
    courier && runDigests({ ...parts, now }, stopping.signal),
    runFanOut(parts, stopping.signal),
    runAsking(parts, stopping.signal),
    runMarket(parts, stopping.signal),
    push !== 'off' && runPush({ ...parts, push, contact, pace: pace.push }, stopping.signal),
  ])
  await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }))
  clearInterval(weighing)
  await Promise.race([running, Bun.sleep(drainWithinMs)])
  log.info('stopped')
}

/** Runs one courier to its end and exits with 0, or with 1 and the reason. */
export function run(failpoint: Failpoint = () => {}, pace: Pace = usualPace, now = () => new Date()) {
  main(failpoint, pace, now).then(
    () => process.exit(0),
    (error) => {
      console.error(error instanceof ConfigError ? `agora courier: ${error.message}` : error)
      process.exit(1)
    },
  )
}

if (import.meta.main) run()
