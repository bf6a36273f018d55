import { environment } from '../../src/platform/config.ts'
import { readSecrets, statsUser } from '../secrets.ts'
import type { Status } from '../status.ts'

/** Returns what `up` ends with: where all is found and how to get in. */
export function welcomeText({ url, statsUrl }: Status, data: string, isDetached: boolean): string {
  const secrets = readSecrets(data)
  const password = environment.ADMIN_PASSWORD ? 'as given' : secrets?.demoAdmin
  return [
    '',
    `  Board  ${url}`,
    `  Admin  ${url}/admin  sign in as ${environment.ADMIN_NAME || 'admin'}, first password ${password}`,
    `  Stats  ${statsUrl}  user ${statsUser}, password ${secrets?.stats}`,
    `  Data   ${data}`,
    isDetached ? `  Stop   ./agora down --data '${data}'` : '  Stop   Ctrl-C',
    '',
  ].join('\n')
}
