import { type Environment, environment } from '../../../src/platform/config.ts'
import { dataPaths } from '../../data-folder.ts'
import type { ChildPlan } from '../../process/child.ts'
import { bunCommand, inherited } from '../../process/program.ts'
import { httpAnswers } from '../../process/ready.ts'
import { databaseUrl, loopback, type Site } from '../site.ts'
import { stopSteps } from '../stop-order.ts'
import { runAs } from '../system-users.ts'

export function courierPlan(site: Site, env: Environment = environment): ChildPlan {
  const { data, secrets, courierPort } = site
  return {
    name: 'courier-1',
    role: 'courier',
    command: bunCommand('courier/main.ts'),
    env: {
      ...inherited(env),
      ...site.mail,
      // Its password is nobody else's business.
      ...(env.SMTP_URL && { SMTP_URL: env.SMTP_URL }),
      MAIL_FOLDER: dataPaths(data).mail,
      COURIER_NAME: 'courier-1',
      HOST: loopback,
      PORT: String(courierPort),
      DATABASE_URL: `${databaseUrl('agora_courier', secrets.courier, site.mysqlPort)}/agora`,
    },
    ...runAs(site.users?.courier),
    port: courierPort,
    isReady: () => httpAnswers(`http://${loopback}:${courierPort}/up`),
    readyWithinMs: 60_000,
    stop: stopSteps.courier,
  }
}
