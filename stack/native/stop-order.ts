import type { StopStep } from '../process/identity.ts'
import { scalerSteps } from '../scaler/plan.ts'
import type { ProcessRole } from '../status.ts'

/** The order in which processes are stopped: whoever asks goes before whoever answers. */
export const stopOrder: ProcessRole[][] = [
  // First of all, or it would replace what is being stopped.
  ['scaler'],
  ['haproxy'],
  ['web', 'accounts', 'admin'],
  ['batcher', 'courier', 'search'],
  ['redis'],
  ['mysql'],
]

/**
 * HAProxy sends it nobody any more, and has given up whoever was still there: stopped twice, it does not
 * drain.
 */
const replicaSteps: StopStep[] = [
  { signal: 'SIGTERM', forMs: 100 },
  { signal: 'SIGTERM', forMs: 10_000 },
]

/** How to end what was left behind, of each kind. HAProxy's USR1 is a soft stop, the others drain on TERM. */
export const stopSteps: Record<ProcessRole, StopStep[]> = {
  haproxy: [
    { signal: 'SIGUSR1', forMs: 3_000 },
    { signal: 'SIGTERM', forMs: 2_000 },
  ],
  web: replicaSteps,
  accounts: replicaSteps,
  admin: replicaSteps,
  batcher: [{ signal: 'SIGTERM', forMs: 20_000 }],
  // What is on its way to the mail server may arrive.
  courier: [{ signal: 'SIGTERM', forMs: 10_000 }],
  search: [{ signal: 'SIGTERM', forMs: 5_000 }],
  scaler: scalerSteps,
  redis: [{ signal: 'SIGTERM', forMs: 5_000 }],
  // It loses one that comes before it has begun to listen for them.
  mysql: [
    { signal: 'SIGTERM', forMs: 1_000 },
    { signal: 'SIGTERM', forMs: 29_000 },
  ],
}
