import { availableParallelism } from 'node:os'
import {
  ConfigError,
  draining,
  type Environment,
  environment,
  wholeNumber,
} from '../../src/platform/config.ts'
import type { Mode } from '../status.ts'

/** What the scaler is started with, as JSON on its command line. */
export type ScalerStart = {
  mode: Mode
  /** Natively: where the supervisor listens for it. */
  socket?: string
  /** The stack's data folder. */
  data: string
  /** Where it says on loopback that it is up. */
  port: number
  webReplicas: number
  autoscale: boolean
}

export type Settings = {
  policy: 'load' | 'requests' | 'off'
  /** Of the `requests` policy: so many requests in a window want one replica more. */
  windowSeconds: number
  step: number
  min: number
  max: number
  /** A replica that takes more memory is replaced. */
  replicaMaxMb: number
  /** A replica that drains for so many ticks in a row, one a second, does not come to an end. */
  drainingTicks: number
}

/** In containers HAProxy has 20 places, and a deploy needs one for the first new replica. */
export const mostReplicas: Record<Mode, number> = { native: 64, docker: 19 }

/** Reads the scaler's settings. Throws a ConfigError that names the first variable that is wrong. */
export function scalerSettings(
  { mode, webReplicas, autoscale }: Pick<ScalerStart, 'mode' | 'webReplicas' | 'autoscale'>,
  env: Environment = environment,
  cores = availableParallelism(),
): Settings {
  const policy = env.SCALE_POLICY || 'load'
  if (policy !== 'load' && policy !== 'requests') {
    throw new ConfigError(`SCALE_POLICY must be load or requests, not "${policy}"`)
  }
  const most = mostReplicas[mode]
  if (webReplicas > most)
    throw new ConfigError(`--replicas must be at most ${most} in this mode, not ${webReplicas}`)
  const min = wholeNumber(env, 'SCALE_MIN', webReplicas, 1, most)
  const { drainMs, graceSeconds } = draining(env)
  return {
    policy: autoscale ? policy : 'off',
    windowSeconds: wholeNumber(env, 'SCALE_WINDOW_SECONDS', 120, 1, 86_400),
    step: wholeNumber(env, 'SCALE_STEP', 20, 1, 1_000_000_000),
    min,
    max: wholeNumber(env, 'SCALE_MAX', Math.min(most, Math.max(4, 2 * cores, min)), min, most),
    replicaMaxMb: wholeNumber(env, 'REPLICA_MAX_MB', 768, 64, 1_000_000),
    drainingTicks: Math.ceil(drainMs / 1_000) + graceSeconds + 20,
  }
}
