import type { ChildPlan } from '../process/child.ts'
import type { StopStep } from '../process/identity.ts'
import { bunCommand, inherited } from '../process/program.ts'
import { httpAnswers } from '../process/ready.ts'
import type { ScalerStart } from './settings.ts'

export const scalerSteps: StopStep[] = [{ signal: 'SIGTERM', forMs: 2_000 }]

/**
 * Natively it asks the supervisor over its socket, beside containers Docker's client, and HAProxy over the
 * stats bind.
 */
export function scalerPlan(
  start: ScalerStart,
  { user, env }: Pick<ChildPlan, 'user'> & { env?: Record<string, string> } = {},
): ChildPlan {
  return {
    name: 'scaler',
    role: 'scaler',
    command: [...bunCommand('stack/scaler/main.ts'), JSON.stringify(start)],
    env: { ...inherited(), ...env },
    ...(user && { user }),
    port: start.port,
    isReady: () => httpAnswers(`http://127.0.0.1:${start.port}/up`),
    readyWithinMs: 30_000,
    stop: scalerSteps,
  }
}
