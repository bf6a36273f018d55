import type { ChildPlan } from '../../process/child.ts'
import { inherited } from '../../process/program.ts'
import { redisAnswers } from '../../process/ready.ts'
import { loopback, redisFile, redisUrl, type Site } from '../site.ts'
import { stopSteps } from '../stop-order.ts'
import { runAs } from '../system-users.ts'

export function redisPlan({ runtime, programs, users, secrets, redisPort }: Site): ChildPlan {
  return {
    name: 'redis',
    role: 'redis',
    command: [programs.redis, redisFile(runtime)],
    env: inherited(),
    ...runAs(users?.redis),
    port: redisPort,
    isReady: () => redisAnswers(redisUrl(secrets, redisPort)),
    readyWithinMs: 30_000,
    stop: stopSteps.redis,
  }
}

/**
 * Everything in it can be lost, so nothing is written to the disk, and what was not used lately gives way.
 */
export function redisConfig({ runtime, secrets, redisPort }: Site): string {
  return [
    `bind ${loopback}`,
    `port ${redisPort}`,
    `requirepass ${secrets.redis}`,
    `dir "${runtime}"`,
    'daemonize no',
    'save ""',
    'appendonly no',
    'maxmemory 256mb',
    'maxmemory-policy allkeys-lru',
    '',
  ].join('\n')
}
