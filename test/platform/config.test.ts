import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { batcherConfig, ConfigError, replicaConfig } from '../../src/platform/config.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'

const enough = {
  DATABASE_URL: 'mysql://agora_web:secret@127.0.0.1:3306/agora',
  REDIS_URL: 'redis://:secret@127.0.0.1:6379',
  BATCHERS: 'http://127.0.0.1:4001, http://127.0.0.1:4002/',
}

test('a replica starts on three settings, the rest has defaults', () => {
  const config = replicaConfig(enough)

  expect(config).toMatchObject({ role: 'web', port: 3000, likes: 'open', actsApiOpen: false, chaos: false })
  expect(config.batchers).toEqual(['http://127.0.0.1:4001', 'http://127.0.0.1:4002'])
})

test('MySQL may be several servers, and Redis what Sentinels know', () => {
  const [DATABASE_URL, REDIS_URL] = ['mysql://u:p@n1,n2:3307/agora', 'redis+sentinel://:p@n1,n2/agora']

  const config = replicaConfig({ ...enough, DATABASE_URL, REDIS_URL })

  expect([config.databaseUrl, config.redisUrl]).toEqual([DATABASE_URL, REDIS_URL])
})

test('a node of a cluster asks MySQL by TLS, with what it shows to the others', () => {
  const folder = temporaryFolder()
  for (const name of ['ca', 'cert', 'key']) writeFileSync(join(folder, `${name}.pem`), `its ${name}?`)

  const [one, node] = [replicaConfig(enough), replicaConfig({ ...enough, CLUSTER_TLS: folder })]

  expect([one.identity, one.databaseUrl]).toEqual([undefined, enough.DATABASE_URL])
  expect(node.identity).toEqual({ ca: 'its ca?', cert: 'its cert?', key: 'its key?' })
  const { origin, searchParams } = new URL(node.databaseUrl.replace('mysql:', 'http:'))
  expect(origin).toBe('http://127.0.0.1:3306')
  expect(JSON.parse(searchParams.get('ssl') ?? '')).toEqual(node.identity)
})

test.each([
  ['DATABASE_URL', '', 'DATABASE_URL is not set'],
  ['DATABASE_URL', 'postgres://h/d', 'DATABASE_URL must be an address that starts with mysql://'],
  ['DATABASE_URL', 'mysql://u:p@a,a/agora', 'DATABASE_URL names a server twice'],
  ['DATABASE_URL', 'mysql://u:p@a,b:x/agora', 'DATABASE_URL must be an address that starts with mysql://'],
  [
    'REDIS_URL',
    'localhost',
    'REDIS_URL must be an address that starts with redis:// or rediss:// or redis+sentinel:// or rediss+sentinel://',
  ],
  [
    'REDIS_URL',
    'redis://:p@a,b/0',
    'REDIS_URL names several servers, so it must start with redis+sentinel://',
  ],
  [
    'REDIS_URL',
    'redis+sentinel://:p@a,b',
    'REDIS_URL needs the name that Sentinels know the servers by, as in redis+sentinel://host/name',
  ],
  ['BATCHERS', ' , ', 'BATCHERS is not set'],
  ['BATCHERS', 'http://a:1,http://a:1', 'BATCHERS names an address twice'],
  ['BATCHERS', 'http://a:1|http://a:1', 'BATCHERS names an address twice'],
  ['BATCHERS', 'http://a:1|mysql://b:1', 'BATCHERS must be an address that starts with http:// or https://'],
  [
    'CLUSTER_TLS',
    '/nowhere',
    'CLUSTER_TLS must be a folder with what agora-server cluster made ' +
      "(ENOENT: no such file or directory, open '/nowhere/ca.pem')",
  ],
  ['ROLE', 'root', 'ROLE must be web or accounts or admin, not "root"'],
  ['PORT', '80a', 'PORT must be a whole number from 0 to 65535, not "80a"'],
  ['PORT', '65536', 'PORT must be a whole number from 0 to 65535, not "65536"'],
  ['LIKES', 'twice', 'LIKES must be open or once, not "twice"'],
])('a wrong %s of "%s" stops the start with one line that names it', (name, value, message) => {
  expect(() => replicaConfig({ ...enough, [name]: value })).toThrow(new ConfigError(message))
})

const openings: [string, string][] = [
  ['ACTS_API', 'open'],
  ['LOGS', 'public'],
  ['CHAOS', 'on'],
]

test.each(openings)(
  '%s=%s is refused where others reach the board, unless it is said twice',
  (name, word) => {
    const open = { ...enough, [name]: word }
    const elsewhere = [
      { PUBLISHED: '*:80' },
      { PUBLISHED: '80' },
      { PUBLISHED: '127.0.0.1:80,[2001:db8::1]:80' },
    ]
    const proxied = { PUBLISHED: '', TRUSTED_PROXIES: '127.0.0.1' }

    for (const where of [...elsewhere, proxied]) {
      expect(() => replicaConfig({ ...open, ...where })).toThrow(
        new RegExp(`^${name}=${word} .*OPEN_IN_PUBLIC=${name}$`),
      )
      expect(() => replicaConfig({ ...open, ...where, OPEN_IN_PUBLIC: `OTHER ${name}` })).toThrow(
        'OPEN_IN_PUBLIC',
      )
      expect(() => replicaConfig({ ...open, ...where, OPEN_IN_PUBLIC: name })).not.toThrow()
    }
    for (const where of [{ PUBLISHED: '' }, { PUBLISHED: '127.0.0.1:80,[::1]:80 localhost:8443' }, {}])
      expect(() => replicaConfig({ ...open, ...where })).not.toThrow()
  },
)

test('a password in a wrong address is not repeated in the message', () => {
  const wrong = { ...enough, DATABASE_URL: 'mysqql://agora_web:hunter2hunter2@db/agora' }

  expect(() => replicaConfig(wrong)).toThrow(/^(?!.*hunter2)/)
})

test('a batcher flushes at more than ten likes or after a minute by default', () => {
  const config = batcherConfig({ ...enough, JOURNAL: '/j', FLUSH_EVERY_MS: '50' })

  expect(config).toMatchObject({ flushLikes: 10, flushSeconds: 60, flushEveryMs: 50 })
})

test.each([
  [{ OIDC_ONLY: 'on' }, 'OIDC_ONLY needs OIDC_ISSUER, the address of the sign-in service'],
  [{ OIDC_CLIENT_ID: 'board' }, 'OIDC_CLIENT_ID needs OIDC_ISSUER, the address of the sign-in service'],
  [{ OIDC_ISSUER: 'id.example.org' }, 'OIDC_ISSUER must be an address that starts with https:// or http://'],
  [{ OIDC_ISSUER: 'https://id.example.org' }, 'OIDC_CLIENT_ID is not set'],
  [
    { OIDC_ISSUER: 'http://id.example.org', OIDC_CLIENT_ID: 'board' },
    'OIDC_ISSUER must start with https://, unless it is on this machine itself',
  ],
])('a sign-in service that is half described is refused: %o', (settings, says) => {
  expect(() => replicaConfig({ ...enough, ...settings })).toThrow(says)
})

test('a sign-in service is called by its host where nobody named it', () => {
  const settings = { OIDC_ISSUER: 'https://id.example.org/realms/club', OIDC_CLIENT_ID: 'board' }

  expect(replicaConfig(enough).signOn).toBeUndefined()
  expect(replicaConfig({ ...enough, ...settings }).signOn).toEqual({
    issuer: 'https://id.example.org/realms/club',
    clientId: 'board',
    clientSecret: undefined,
    name: 'id.example.org',
    isOnly: false,
    groupsClaim: 'groups',
    adminGroup: undefined,
    moderatorGroup: undefined,
  })
})
