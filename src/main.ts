import { createApp } from './app.ts'
import { openContext } from './open-context.ts'
import { ConfigError, replicaConfig } from './platform/config.ts'

/** Starts one replica, serves until SIGTERM, drains, and lets go of everything. */
async function main() {
  const config = replicaConfig()
  const { context, close } = await openContext(config)
  const app = createApp(context).listen({
    hostname: config.host,
    port: config.port,
    reusePort: false,
    maxRequestBodySize: config.maxBodyBytes,
  })
  context.log.info('listening', { role: config.role, port: app.server?.port })

  await context.lifecycle.stopped
  await Promise.race([app.stop(), Bun.sleep(stopWithinMs)])
  await app.stop(true)
  await close()
  context.log.info('stopped')
}

const stopWithinMs = 5_000

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error instanceof ConfigError ? `agora: ${error.message}` : error)
    process.exit(1)
  },
)
