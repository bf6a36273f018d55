/**
 * The supervisor in the background: `bun stack/native/supervise.ts OPTIONS`, with the options of `up` as
 * JSON.
 */

import { explain } from '../errors.ts'
import type { UpOptions } from '../stack.ts'
import { supervise } from './supervisor.ts'

/** The exit code when another supervisor was first. */
export const takenCode = 3

async function main(): Promise<void> {
  const print = (line: string) => console.log(line)
  try {
    const options: UpOptions = JSON.parse(process.argv[2] ?? '')
    const outcome = await supervise(options, print)
    process.exitCode = outcome === 'taken' ? takenCode : 0
  } catch (error) {
    console.log(`agora: ${explain(error)}`)
    process.exitCode = 1
  }
}

if (import.meta.main) await main()
