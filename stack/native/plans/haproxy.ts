import { join } from 'node:path'
import { draining } from '../../../src/platform/config.ts'
import { tlsAt } from '../../edge-settings.ts'
import type { ChildPlan } from '../../process/child.ts'
import type { StopStep } from '../../process/identity.ts'
import { inherited } from '../../process/program.ts'
import { httpAnswers } from '../../process/ready.ts'
import { root } from '../../root.ts'
import { statsUser } from '../../secrets.ts'
import { haproxySocketPath, loopback, type Site } from '../site.ts'

/** `joined` says whether the servers are in HAProxy's backends and puts them there when they are not. */
export function haproxyPlan(site: Site, registered: () => Promise<boolean>): ChildPlan {
  const { programs, runtime, secrets, users, port, statsPort, innerPort } = site
  const { graceSeconds } = draining()
  return {
    name: 'haproxy',
    role: 'haproxy',
    command: [programs.haproxy, '-db', '-f', join(root, 'haproxy/haproxy.cfg')],
    env: {
      HTTP_BIND: `${loopback}:${port}`,
      TLS_AT: tlsAt(),
      ...inherited(),
      GRACE_SECONDS: String(graceSeconds),
      AGORA_MODE: 'native',
      INNER_BIND: `${loopback}:${innerPort}`,
      STATS_BIND: `${loopback}:${statsPort}`,
      STATS_USER: statsUser,
      STATS_PASSWORD: secrets.stats,
      HAPROXY_SOCKET: haproxySocketPath(runtime),
      // It begins as root, for the ports and the certificates that are root's alone.
      ...(users && { HAPROXY_UID: String(users.haproxy.uid), HAPROXY_GID: String(users.haproxy.gid) }),
    },
    port,
    isReady: async () => (await registered()) && (await httpAnswers(`http://${loopback}:${innerPort}/up`)),
    readyWithinMs: 30_000,
    stop: gently(graceSeconds),
  }
}

/**
 * Whoever is sending or being answered goes on: HAProxy takes no others, and by itself ends those after
 * GRACE_SECONDS.
 */
const gently = (graceSeconds: number): StopStep[] => [
  { signal: 'SIGUSR1', forMs: graceSeconds * 1_000 + 2_000 },
  { signal: 'SIGTERM', forMs: 2_000 },
]
