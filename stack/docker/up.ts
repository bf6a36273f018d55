import { pause } from '../../src/platform/async.ts'
import { welcomeText } from '../cli/welcome.ts'
import { notApplied, settingsNow } from '../not-applied.ts'
import { root } from '../root.ts'
import type { Print, UpOptions } from '../stack.ts'
import { noteVersion, versionOf } from '../version.ts'
import { stopContainers } from './down.ts'
import { needDocker } from './engine.ts'
import { readEnvFile } from './env-file.ts'
import { isServing, startContainers } from './start.ts'
import { dockerStatus } from './status.ts'

/** Starts a stack in containers. Resolves when it is ready with `detach`, else when it was stopped. */
export async function dockerUp(options: UpOptions, print: Print): Promise<number> {
  const { data, detach } = options
  await needDocker()
  const before = await dockerStatus(data)
  if (await isServing(data, before)) {
    print(`Agora runs already at ${before.url} (data in ${data}).`)
    const { values } = readEnvFile(data)
    const difference = notApplied(options, { port: Number(values.AGORA_PORT), settings: settingsNow(values) })
    if (difference) print(difference)
    return 0
  }

  const interrupted = interruption()
  const status = await startContainers(options, before, print, interrupted)
  if (status) {
    print(noteVersion(data, versionOf(root)))
    print(welcomeText(status, data, detach))
    if (detach) return 0
    await goneOrInterrupted(data, interrupted)
  } else {
    console.error('Agora was stopped before it was ready.')
  }
  await stopContainers(data, { volumes: false })
  return status ? 0 : 1
}

function interruption(): AbortSignal {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interrupted.abort())
  }
  return interrupted.signal
}

/** A `down` typed elsewhere ends the one in the foreground, too. */
async function goneOrInterrupted(data: string, interrupted: AbortSignal): Promise<void> {
  while (!interrupted.aborted && (await dockerStatus(data)).processes.length > 0) {
    await pause(2_000, interrupted)
  }
}
