/** The scaler: `bun stack/scaler/main.ts START`, with a ScalerStart as JSON. Runs until SIGTERM. */
import { pause } from '../../src/platform/async.ts'
import { environment } from '../../src/platform/config.ts'
import { openLog } from '../../src/platform/log.ts'
import type { Metrics } from '../../src/platform/metrics.ts'
import type { Mode } from '../status.ts'
import type { Driver } from './driver.ts'
import { openScalerMetrics } from './metrics.ts'
import { Scaler } from './scaler.ts'
import { type ScalerStart, scalerSettings } from './settings.ts'

const everyMs = 1_000
/** So late, and the machine is too full to judge anybody else by how late they are. */
const lateMs = 500

async function main(start: ScalerStart): Promise<void> {
  const log = openLog('scaler', environment.LOG_LEVEL === 'debug' ? 'debug' : 'info')
  const settings = scalerSettings(start)
  const scaler = new Scaler(start, settings, await drivers[start.mode](start), log)
  const metrics = openScalerMetrics(scaler)
  const server = serve(start.port, scaler, metrics)
  const stopping = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort())
  log.info('watching', settings)

  const lateness = openLateness()
  while (!stopping.signal.aborted) {
    const beganMs = performance.now()
    await scaler
      .tick(beganMs, lateness.read() > lateMs)
      .catch((error) => log.error('a tick failed', { error }))
    const restMs = Math.max(100, everyMs - (performance.now() - beganMs))
    await pause(restMs, stopping.signal)
  }
  lateness.close()
  metrics.close()
  await server.stop(true)
}

/** Only the driver that is used is loaded. */
const drivers: Record<Mode, (start: ScalerStart) => Promise<Driver>> = {
  native: async ({ socket = '' }) => (await import('../native/scaler-driver.ts')).nativeDriver(socket),
  docker: async ({ data }) => (await import('../docker/scaler-driver.ts')).composeDriver(data),
}

function serve(port: number, scaler: Scaler, { text, contentType }: Metrics) {
  return Bun.serve({
    hostname: '127.0.0.1',
    port,
    routes: {
      '/up': () => new Response('up'),
      '/status': () => Response.json(scaler.state ?? null),
      '/metrics': async () => new Response(await text(), { headers: { 'content-type': contentType } }),
    },
    fetch: () => new Response('Not found', { status: 404 }),
  })
}

/** How late this process had its turn at worst since the last reading. */
function openLateness() {
  const tickMs = 100
  let worstMs = 0
  let dueMs = performance.now() + tickMs
  const timer = setInterval(() => {
    const now = performance.now()
    worstMs = Math.max(worstMs, now - dueMs)
    dueMs = now + tickMs
  }, tickMs)
  return {
    read() {
      const worst = worstMs
      worstMs = 0
      return worst
    },
    close: () => clearInterval(timer),
  }
}

await main(JSON.parse(process.argv[2] ?? '{}') as ScalerStart)
