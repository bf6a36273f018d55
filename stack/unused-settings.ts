import { type Environment, environment } from '../src/platform/config.ts'
import { certificateOf, limits } from './edge-settings.ts'
import type { Mode } from './status.ts'

/** Settings that `./agora up` passes to each of its programs by itself. */
const givenByUp = [
  ...[
    'ROLE',
    'REPLICA_NAME',
    'BATCHERS',
    'BATCHER_SECRET',
    'BALANCER_URL',
    'BATCHER_NAME',
    'JOURNAL',
    'COURIER_NAME',
    'MAIL_FOLDER',
    'SEARCH',
    'SEARCH_NAME',
    'SEARCH_INDEX',
    'HOST',
    'PORT',
    'PUBLISHED',
  ],
  ...['DATABASE_URL', 'REDIS_URL', 'DATABASE_ADMIN_URL', 'CLUSTER_TLS'],
  ...['AGORA_MODE', 'HAPROXY_SOCKET', 'HAPROXY_UID', 'HAPROXY_GID', 'INNER_BIND', 'STATS_BIND', 'STATS_USER'],
  ...['AGORA_PORT', 'STATS_PORT', 'STATS_PASSWORD', 'MYSQL_ROOT_PASSWORD', 'REDIS_PASSWORD'],
  ...['DB_PASSWORD_WEB', 'DB_PASSWORD_ACCOUNTS', 'DB_PASSWORD_ADMIN', 'DB_PASSWORD_BATCHER'],
  ...['DB_PASSWORD_COURIER', 'DB_PASSWORD_SEARCH'],
  ...['AGORA_PROJECT', 'STOP_GRACE_PERIOD'],
  ...['NAME_SERVER', 'WEB_AT', 'ACCOUNTS_AT', 'ADMIN_AT'],
]
const ofOneMode: Record<Mode, string[]> = {
  native: ['AGORA_IMAGE', 'AGORA_PUBLISH', 'TLS_FOLDER', 'TLS_PORT'],
  docker: ['TLS_BIND'],
}
/** Settings that mean something only beside another one. */
const beside: { names: readonly string[]; isThere: (env: Environment) => boolean; what: string }[] = [
  {
    names: ['TLS_BIND', 'TLS_PORT', 'TLS_AT', 'TLS_FOLDER'],
    isThere: (env) => certificateOf(env) !== undefined,
    what: 'without TLS_CERT',
  },
  {
    names: [
      ...['BACKUP_KEEP', 'BACKUP_KEY', 'BACKUP_IDENTITY'],
      ...['BACKUP_S3_ENDPOINT', 'BACKUP_S3_REGION', 'BACKUP_S3_KEY_ID', 'BACKUP_S3_SECRET'],
    ],
    isThere: ({ BACKUP_TO }) => Boolean(BACKUP_TO),
    what: 'without BACKUP_TO',
  },
  { names: ['BACKUP_DRILL'], isThere: ({ BACKUP_AT }) => Boolean(BACKUP_AT), what: 'without BACKUP_AT' },
  { names: limits, isThere: ({ RATE_LIMITS }) => RATE_LIMITS !== 'off', what: 'with RATE_LIMITS=off' },
  {
    names: ['SCALE_WINDOW_SECONDS', 'SCALE_STEP'],
    isThere: ({ SCALE_POLICY }) => SCALE_POLICY === 'requests',
    what: 'without SCALE_POLICY=requests',
  },
]

/** The settings that `./agora up` does not use, in this mode or at all. */
export const unusedIn = (mode: Mode): string[] => [...givenByUp, ...ofOneMode[mode]]

/** A line for each setting that was given and changes nothing. */
export function unusedSettings(mode: Mode, env: Environment = environment): string[] {
  const given = (name: string) => Boolean(env[name])
  const unused = unusedIn(mode).filter(given)
  const alone = beside.flatMap(({ names, isThere, what }) =>
    isThere(env)
      ? []
      : names
          .filter((name) => given(name) && !unused.includes(name))
          .map((name) => `${name} is not used ${what}.`),
  )
  return [
    ...unused.map((name) => `${name} is not used by ./agora up --${mode}, see docs/configuration.md.`),
    ...alone,
  ]
}
