import type { Source } from '../src/platform/cache.ts'
import { say } from '../texts/say.ts'

/** Which store knew, for people. */
export const storeName = (source: Source) =>
  source === 'memory' ? say('Memory') : { redis: 'Redis', mysql: 'MySQL' }[source]
