import { join } from 'node:path'
import { canInstall, installPackages } from '../stack/programs.ts'
import { Trouble } from '../stack/trouble.ts'
import { run } from '../test/support/processes.ts'

/** What wrk measured. `refused`: answers of 400 and more; `broken`: requests without an answer. */
export type Measured = {
  answered: number
  seconds: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  refused: number
  broken: number
}

/** What is pressed or read: a path, in which `%d` stands for the posts from `first` on, `count` of them. */
export type Target = { path: string; first?: number; count?: number }

export const connections = 64

/** Installs wrk where it is missing and may be installed. Throws a Trouble that says what to type. */
export async function needWrk(): Promise<void> {
  if (Bun.which('wrk')) return
  if (!canInstall()) throw new Trouble('wrk is missing. Install it with the package manager of this system.')
  await installPackages(['wrk'], (line) => console.log(`agora: ${line}`))
}

/** Presses for some seconds over 64 connections, each waiting for its answer before it presses again. */
export const press = (origin: string, target: Target, seconds: number): Promise<Measured> =>
  ask(origin, 'POST', target, seconds)

/** Reads in the same way, with a cookie if one is given. */
export const read = (origin: string, target: Target, seconds: number, cookie?: string): Promise<Measured> =>
  ask(origin, 'GET', target, seconds, cookie)

async function ask(
  origin: string,
  method: 'GET' | 'POST',
  { path, first = 1, count = 1 }: Target,
  seconds: number,
  cookie?: string,
): Promise<Measured> {
  const script = join(import.meta.dir, 'ask.lua')
  const load = ['wrk', '-t2', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, origin]
  const what = [method, path, `${first}`, `${count}`, ...(cookie ? [cookie] : [])]
  const { code, output } = await run([...load, '--', ...what])
  const line = output.match(/^result (.*)$/m)?.[1]
  if (code !== 0 || !line) throw new Error(`wrk ended with ${code}:\n${output}`)
  return JSON.parse(line) as Measured
}
