import { draining, type Environment, environment } from '../../src/platform/config.ts'
import { noteBeginning } from '../beginning.ts'
import { dataPaths, readIfThere, writeWhole } from '../data-folder.ts'
import { boardUrl, publishedByDocker } from '../edge-settings.ts'
import { mailSettings } from '../mail-settings.ts'
import { passedOn } from '../passed-settings.ts'
import { openSecrets, type Secrets } from '../secrets.ts'
import { projectOf } from './engine.ts'

/**
 * Writes the file that Compose reads the stack's variables from: ports, secrets and settings. Whoever types
 * `docker compose --env-file` themselves starts the very same stack.
 */
export function writeEnvFile(
  data: string,
  { port, statsPort }: { port: number; statsPort: number },
  env: Environment = environment,
): { path: string; names: string[] } {
  const before = readEnvFile(data)
  if (before.path === undefined) noteBeginning(data, env)
  const secrets = openSecrets(data, storedSecrets(before.values))
  const variables: Record<string, string> = {
    // For deploy/monitoring/docker-compose.yml.
    AGORA_PROJECT: projectOf(data),
    AGORA_PORT: String(port),
    AGORA_PUBLISH: publishedByDocker(env),
    STATS_PORT: String(statsPort),
    MYSQL_ROOT_PASSWORD: secrets.mysqlRoot,
    DB_PASSWORD_WEB: secrets.web,
    DB_PASSWORD_ACCOUNTS: secrets.accounts,
    DB_PASSWORD_ADMIN: secrets.admin,
    DB_PASSWORD_BATCHER: secrets.batcher,
    DB_PASSWORD_COURIER: secrets.courier,
    DB_PASSWORD_SEARCH: secrets.search,
    REDIS_PASSWORD: secrets.redis,
    STATS_PASSWORD: secrets.stats,
    BATCHER_SECRET: secrets.likes,
    ADMIN_NAME: env.ADMIN_NAME || 'admin',
    ADMIN_PASSWORD: env.ADMIN_PASSWORD || secrets.demoAdmin,
  }
  const { drainMs, graceSeconds } = draining(env)
  variables.STOP_GRACE_PERIOD = `${Math.ceil(drainMs / 1_000) + graceSeconds + 10}s`
  for (const name of passedOn) if (env[name]) variables[name] = env[name]
  const mail = mailSettings({ boardUrl: boardUrl(port, env), published: publishedByDocker(env) }, env)
  // The courier: it tells followers of new texts, too.
  Object.assign(variables, mail, { COMPOSE_PROFILES: 'mail' })
  if (env.SMTP_URL) variables.SMTP_URL = env.SMTP_URL

  const path = dataPaths(data).env
  writeWhole(
    path,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${quoted(value)}\n`)
      .join(''),
  )
  return { path, names: Object.keys(variables) }
}

/**
 * A container's database keeps the passwords of its first start, so they are not made anew when one of two
 * files is lost.
 */
const storedSecrets = (values: Record<string, string>): Partial<Secrets> => {
  const stored = {
    mysqlRoot: values.MYSQL_ROOT_PASSWORD,
    web: values.DB_PASSWORD_WEB,
    accounts: values.DB_PASSWORD_ACCOUNTS,
    admin: values.DB_PASSWORD_ADMIN,
    batcher: values.DB_PASSWORD_BATCHER,
    courier: values.DB_PASSWORD_COURIER,
    search: values.DB_PASSWORD_SEARCH,
    redis: values.REDIS_PASSWORD,
    stats: values.STATS_PASSWORD,
    likes: values.BATCHER_SECRET,
    demoAdmin: values.ADMIN_PASSWORD,
  }
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => value))
}

/** Returns what that file says; no path when there is none yet. */
export function readEnvFile(data: string): { path: string | undefined; values: Record<string, string> } {
  const { env: path } = dataPaths(data)
  const text = readIfThere(path)
  if (text === undefined) return { path: undefined, values: {} }
  const pairs = text.split('\n').flatMap((line) => {
    const [, name = '', value = ''] = line.match(/^(\w+)='(.*)'$/) ?? []
    return name ? [[name, value.replaceAll("\\'", "'")] as const] : []
  })
  return { path, values: Object.fromEntries(pairs) }
}

/** In single quotes nothing is replaced; Compose reads \' as a quote there. */
const quoted = (value: string) => `'${value.replaceAll("'", "\\'")}'`
