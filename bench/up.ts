/**
 * `bun bench/up.ts OPTIONS`: a native stack in the background, with the options of `up` as JSON, those too
 * that can't be typed.
 */

import { explain } from '../stack/errors.ts'
import { nativeStack } from '../stack/native/index.ts'
import type { UpOptions } from '../stack/stack.ts'

try {
  const options: UpOptions = JSON.parse(process.argv[2] ?? '')
  process.exitCode = await nativeStack(options.data, console.log).up(options)
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
