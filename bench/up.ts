/** `bun bench/up.ts OPTIONS`: a native stack in the background, with the options of `up` as JSON, those too that can't be typed. */
import type { UpOptions } from '../stack/cli/arguments.ts'
import { explain } from '../stack/explain.ts'
import { nativeUp } from '../stack/native/commands.ts'

try {
  const options: UpOptions = JSON.parse(process.argv[2] ?? '')
  process.exitCode = await nativeUp(options)
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
