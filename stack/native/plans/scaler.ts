import type { ChildPlan } from '../../process/child.ts'
import { scalerPlan as plan } from '../../scaler/plan.ts'
import { scalerSocket } from '../control.ts'
import type { Site } from '../site.ts'
import { runAs } from '../system-users.ts'

export function scalerPlan({
  data,
  runtime,
  secrets,
  users,
  scalerPort,
  webReplicas,
  autoscale,
}: Site): ChildPlan {
  return plan(
    { mode: 'native', data, socket: scalerSocket(runtime), port: scalerPort, webReplicas, autoscale },
    { ...runAs(users?.scaler), env: { STATS_PASSWORD: secrets.stats } },
  )
}
