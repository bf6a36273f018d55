import { expect, test } from 'bun:test'
import { courierConfig, replicaConfig } from '../../../src/platform/config.ts'
import { batcherPlan } from '../../../stack/native/plans/batcher.ts'
import { courierPlan } from '../../../stack/native/plans/courier.ts'
import { haproxyPlan } from '../../../stack/native/plans/haproxy.ts'
import { mysqlPlan } from '../../../stack/native/plans/mysql.ts'
import { redisPlan } from '../../../stack/native/plans/redis.ts'
import { replicaPlan } from '../../../stack/native/plans/replica.ts'
import { scalerPlan } from '../../../stack/native/plans/scaler.ts'
import { replicaNames, type Site } from '../../../stack/native/site.ts'

const site: Site = {
  data: '/srv/board',
  runtime: '/tmp/agora-1',
  programs: {
    mysqld: '/usr/sbin/mysqld',
    flavour: 'mysql',
    installDatabase: undefined,
    redis: '/r',
    haproxy: '/h',
  },
  secrets: {
    mysqlRoot: 'secret-root',
    web: 'secret-web',
    accounts: 'secret-accounts',
    admin: 'secret-admin',
    batcher: 'secret-batcher',
    courier: 'secret-courier',
    search: 'secret-search',
    redis: 'secret-redis',
    stats: 'secret-stats',
    demoAdmin: 'secret-demo',
    likes: 'secret-likes',
  },
  host: '127.0.0.1',
  port: 8080,
  statsPort: 20_001,
  innerPort: 20_005,
  mysqlPort: 20_002,
  redisPort: 20_003,
  batcherPort: 20_004,
  scalerPort: 20_006,
  courierPort: 20_007,
  mail: { MAIL: 'folder', SITE_URL: 'http://127.0.0.1:8080', MAIL_FROM: 'board@localhost' },
  searchPort: 20_008,
  webReplicas: 2,
  autoscale: true,
  replicas: replicaNames(2).map((each, index) => ({ ...each, port: 20_010 + index })),
}
const replica = (name: string) => site.replicas.find((each) => each.name === name)!
const allPlans = [
  mysqlPlan(site),
  redisPlan(site),
  batcherPlan(site),
  courierPlan(site),
  ...site.replicas.map((each) => replicaPlan(site, each)),
  haproxyPlan(site, async () => true),
  scalerPlan(site),
]

test('each replica has its own port, name and database account', () => {
  const config = replicaConfig(replicaPlan(site, replica('admin-2'), {}).env)

  expect(config).toMatchObject({
    role: 'admin',
    name: 'admin-2',
    host: '127.0.0.1',
    port: replica('admin-2').port,
    databaseUrl: 'mysql://agora_admin:secret-admin@127.0.0.1:20002/agora',
    batchers: ['http://127.0.0.1:20004'],
    balancerUrl: 'http://127.0.0.1:20005',
  })
})

test('a local stack opens the acts API and its logs, one that others reach does not', () => {
  const opened = (env: Record<string, string>) => {
    const { actsApiOpen, logs } = replicaConfig(replicaPlan(site, replica('web-1'), env).env)
    return { actsApiOpen, logs }
  }

  const playground = { actsApiOpen: true, logs: 'public' as const }
  const board = { actsApiOpen: false, logs: 'admin' as const }
  expect(opened({})).toEqual(playground)
  expect(opened({ HTTP_BIND: '127.0.0.1:80,[::1]:80' })).toEqual(playground)
  expect(opened({ HTTP_BIND: '*:80' })).toEqual(board)
  expect(opened({ HTTP_BIND: '127.0.0.1:80,[2001:db8::1]:80' })).toEqual(board)
  expect(opened({ TLS_CERT: '/certificate.pem' })).toEqual(board)
  expect(opened({ TLS_CERT: '/certificate.pem', TLS_BIND: '127.0.0.1:443' })).toEqual(playground)
  expect(opened({ TRUSTED_PROXIES: '127.0.0.1' })).toEqual(board)
})

test('settings given to up win over those of a local stack, but not over what holds it together', () => {
  const given = { LOGS: 'admin', LIKES: 'once', PORT: '1', DATABASE_URL: 'mysql://elsewhere/' }

  const config = replicaConfig(replicaPlan(site, replica('web-1'), given).env)

  expect(config).toMatchObject({ logs: 'admin', likes: 'once', port: replica('web-1').port })
  expect(config.databaseUrl).toContain('127.0.0.1:20002')
})

test('no secret stands on a command line, where every user of the machine reads it', () => {
  const words = allPlans.flatMap(({ command }) => command).join(' ')

  expect(words).not.toContain('secret-')
})

test('MySQL and Redis listen on this machine only', () => {
  expect(mysqlPlan(site).command).toContain('--bind-address=127.0.0.1')
  expect(haproxyPlan(site, async () => true).env).toMatchObject({
    HTTP_BIND: '127.0.0.1:8080',
    STATS_BIND: '127.0.0.1:20001',
  })
})

test('what a sign-in service knows the board by reaches the accounts replica alone', () => {
  const given = { OIDC_CLIENT_SECRET: 'secret-oidc' }
  const plans = [
    replicaPlan(site, replica('web-1'), given),
    batcherPlan(site, given),
    courierPlan(site, given),
  ]

  expect(replicaPlan(site, replica('accounts-1'), given).env).toMatchObject(given)
  expect(JSON.stringify(plans.map(({ env }) => env))).not.toContain('secret-oidc')
})

test('the address of the mail server, with its password, reaches the courier alone', () => {
  const given = { SMTP_URL: 'smtp://board:secret-smtp@mail.example.org' }
  const [web, batcher] = [replicaPlan(site, replica('web-1'), given), batcherPlan(site, given)]

  expect(courierConfig(courierPlan(site, given).env).mail?.siteUrl).toBe('http://127.0.0.1:8080')
  expect(courierPlan(site, given).env.SMTP_URL).toBe(given.SMTP_URL)
  expect(JSON.stringify([web.env, batcher.env])).not.toContain('secret-smtp')
  expect(replicaConfig(web.env).mail).toEqual({ siteUrl: 'http://127.0.0.1:8080' })
})
