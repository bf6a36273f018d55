/**
 * What anything behind HAProxy costs at least: the same program with nothing but timeouts, in front of two
 * servers that answer one word. None of it is ours, so nothing that we change moves it.
 */
import { join } from 'node:path'
import { type Running, startProcess } from '../test/support/servers/processes.ts'
import { findServer, freePort } from '../test/support/servers/services.ts'
import { until } from '../test/support/until.ts'
import type { Site } from './private-stack.ts'

export type Plain = Site & { stop(): Promise<void> }

/** Resolves when it answers. */
export async function startPlain(): Promise<Plain> {
  const [port, one, two] = [await freePort(), await freePort(), await freePort()]
  const servers = [one, two].map((at) =>
    startProcess([process.execPath, join(import.meta.dir, 'plain-server.ts'), `${at}`]),
  )
  const env = { PLAIN_PORT: `${port}`, PORT_ONE: `${one}`, PORT_TWO: `${two}` }
  const command = [findServer('haproxy') ?? 'haproxy', '-db', '-f', join(import.meta.dir, 'plain.cfg')]
  const haproxy = startProcess(command, { env })

  const urls = [one, two, port].map((at) => `http://127.0.0.1:${at}`)
  await Promise.all(urls.map((url) => until(async () => (await fetch(url)).ok)))
  const processes = [statusOf('haproxy')(haproxy), ...servers.map(statusOf('web'))]
  return {
    url: `http://127.0.0.1:${port}`,
    processes: async () => processes,
    stop: async () => void (await Promise.all([haproxy, ...servers].map((each) => each.stop()))),
  }
}

const statusOf =
  (role: string) =>
  ({ pid }: Running) => ({ role, pid })
