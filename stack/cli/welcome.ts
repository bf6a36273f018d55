import { type Environment, environment } from '../../src/platform/config.ts'
import { beginningOf } from '../beginning.ts'
import { readSecrets, statsUser } from '../secrets.ts'
import type { Status } from '../status.ts'
import { quoted } from './quoted.ts'

/** Returns what `up` ends with: where all is found and how to get in. */
export function welcomeText(
  { url, statsUrl }: Pick<Status, 'url' | 'statsUrl'>,
  data: string,
  isDetached: boolean,
  env: Environment = environment,
): string {
  const secrets = readSecrets(data)
  const { adminName, isPasswordGiven, tooLate } = beginningOf(data, env)
  const password = isPasswordGiven ? 'as given' : secrets?.demoAdmin
  return [
    '',
    `  Board  ${url}`,
    `  Admin  ${url}/admin  sign in as ${adminName}, first password ${password}`,
    `  Stats  ${statsUrl}  user ${statsUser}, password ${secrets?.stats}`,
    `  Data   ${data}`,
    isDetached ? `  Stop   ./agora down --data ${quoted(data)}` : '  Stop   Ctrl-C',
    '',
    ...tooLate.map((name) => `${name} changed nothing: only a new board begins with it.`),
  ].join('\n')
}
