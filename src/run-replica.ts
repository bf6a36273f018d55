import type { AnyElysia } from 'elysia'
import type { Context } from './context.ts'
import { readAtMost } from './http/body-limit.ts'
import { startTelling } from './notices/service.ts'
import { openContext } from './open-context.ts'
import { withTimeout } from './platform/async.ts'
import { ConfigError, replicaConfig } from './platform/config.ts'
import { startRanking } from './ranking/ranker.ts'
import { startSweeping } from './sweeping/sweeper.ts'
import { sweepers } from './sweeping/sweepers.ts'

const stopWithinMs = 5_000

/**
 * Runs one replica as a program: serves the app that `build` makes of its context until SIGTERM, drains, and
 * lets go of everything. Bad configuration ends it with one line that names the variable.
 */
export function runReplica(build: (context: Context) => AnyElysia): void {
  serve(build).then(
    () => process.exit(0),
    (error) => {
      console.error(error instanceof ConfigError ? `agora: ${error.message}` : error)
      process.exit(1)
    },
  )
}

async function serve(build: (context: Context) => AnyElysia) {
  const config = replicaConfig()
  const { context, close } = await openContext(config)
  const app = build(context).listen({
    hostname: config.host,
    port: config.port,
    reusePort: false,
    maxRequestBodySize: readAtMost(config.maxBodyBytes),
  })
  context.log.info('listening', { role: config.role, port: app.server?.port })

  const fallSilent = context.watch.report()
  const ranking = config.role === 'web' ? startRanking(context) : undefined
  const telling = config.role === 'web' ? startTelling(context) : undefined
  const sweepOne = sweepers[config.role]
  const sweeping = sweepOne && startSweeping(context, sweepOne)

  await context.lifecycle.stopped
  ranking?.stop()
  telling?.stop()
  sweeping?.stop()
  context.live.end()
  await untilIdle(() => app.server?.pendingRequests ?? 0, config.graceSeconds)
  await withTimeout(app.stop(), stopWithinMs, () => undefined)
  await app.stop(true)
  fallSilent()
  await close()
  context.log.info('stopped')
}

/**
 * Resolves when all requests under way are over, or after so long. The port stays open meanwhile, so that
 * health checks get a 503 and nobody takes this replica for dead.
 */
async function untilIdle(pending: () => number, withinSeconds: number): Promise<void> {
  const deadline = performance.now() + withinSeconds * 1_000
  while (pending() > 0 && performance.now() < deadline) await Bun.sleep(50)
}
