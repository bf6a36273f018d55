import { join } from 'node:path'
import { UserError } from '../stack/errors.ts'
import { canInstall, installPackages } from '../stack/native/install-programs.ts'
import { run } from '../test/support/servers/processes.ts'

/**
 * What wrk measured. `bytes`: of all answers; `refused`: those of 400 and more; `broken`: requests without
 * one.
 */
export type Measured = {
  answered: number
  bytes: number
  seconds: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  refused: number
  broken: number
}

/**
 * What is asked for: a path, in which `%d` stands for the posts from `first` on, `count` of them. A POST
 * unless `method` says otherwise. `header`: one more, as in "Cookie: session=..."; pages without one come
 * from the balancer's cache.
 */
export type Target = {
  path: string
  first?: number
  count?: number
  method?: 'GET' | 'POST'
  header?: string
}

export const pastTheCache = 'Cache-Control: no-cache'

export const connections = 64

/** Installs wrk where it is missing and may be installed. Throws a UserError that says what to type. */
export async function needWrk(): Promise<void> {
  if (Bun.which('wrk')) return
  if (!canInstall())
    throw new UserError('wrk is missing. Install it with the package manager of this system.')
  await installPackages(['wrk'], (line) => console.log(`agora: ${line}`))
}

/** Asks for some seconds over so many connections, each waiting for its answer before it asks again. */
export async function runWrk(
  origin: string,
  target: Target,
  seconds: number,
  over = connections,
): Promise<Measured> {
  const script = join(import.meta.dir, 'wrk.lua')
  const { path, first = 1, count = 1, method = 'POST', header } = target
  const load = ['wrk', '-t2', `-c${over}`, `-d${seconds}s`, '--latency', '-s', script, origin]
  const what = [path, `${first}`, `${count}`, method, ...(header ? [header] : [])]
  const { code, output } = await run([...load, '--', ...what])
  const line = output.match(/^result (.*)$/m)?.[1]
  if (code !== 0 || !line) throw new Error(`wrk ended with ${code}:\n${output}`)
  return JSON.parse(line) as Measured
}
