import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { ConfigError, type Environment, laws, loosest } from '../../../src/platform/config.ts'
import { givenLaws, type Preparation } from '../../../stack/database/config.ts'
import { prepareDatabase } from '../../../stack/database/prepare.ts'
import { startProcess } from '../../support/servers/processes.ts'
import { type Service, startMysql } from '../../support/servers/services.ts'

setDefaultTimeout(60_000)

// The database has one name everywhere, so these tests have a server of their own.
let mysql: Service
beforeAll(async () => {
  mysql = await startMysql()
})

test('an empty server gets tables, the sample, an admin, and accounts that may do their work only', async () => {
  const { isNew, admin } = await prepareDatabase(preparation())

  expect(isNew).toBe(true)
  expect(admin).toEqual({ name: 'admin', password: 'correct horse' })
  expect(await ask(asRole('web'), 'SELECT COUNT(*) > 0 AS found FROM posts')).toEqual([{ found: 1 }])
  expect(await ask(asRole('admin'), 'UPDATE items SET quantity = quantity')).toBeDefined()
  await expect(ask(asRole('web'), 'UPDATE items SET quantity = 0')).rejects.toThrow(/denied/)
  await expect(ask(asRole('web'), 'UPDATE posts SET likes = 0')).rejects.toThrow(/denied/)
  await expect(ask(asRole('batcher'), 'SELECT password_hash FROM users')).rejects.toThrow(/denied/)
})

test('the admin signs in with the password that was set', async () => {
  await prepareDatabase(preparation())

  const [row] = await ask(asRole('accounts'), `SELECT password_hash, role FROM users WHERE name = 'admin'`)

  expect(row?.role).toBe('admin')
  expect(row?.password_hash).toStartWith('$argon2id$')
  expect(await Bun.password.verify('correct horse', String(row?.password_hash))).toBe(true)
})

test('preparing again changes nothing that people wrote', async () => {
  await prepareDatabase(preparation())
  await ask(asRole('admin'), `UPDATE items SET quantity = 7 WHERE name = 'Cake'`)
  await ask(asRole('web'), 'DELETE FROM posts WHERE id = 1')

  const { isNew, admin } = await prepareDatabase(preparation({ adminPassword: 'another one' }))

  expect({ isNew, admin }).toEqual({ isNew: false, admin: undefined })
  expect(await ask(asRole('web'), `SELECT quantity FROM items WHERE name = 'Cake'`)).toEqual([
    { quantity: 7 },
  ])
  expect(await ask(asRole('web'), 'SELECT id FROM posts WHERE id = 1')).toEqual([])
})

test('a setup that was killed while it built is begun anew', async () => {
  await ask(asRoot('mysql'), 'DROP DATABASE IF EXISTS agora')
  await ask(asRoot('mysql'), 'CREATE DATABASE agora')
  await ask(asRoot(), 'CREATE TABLE setup_unfinished (id INT PRIMARY KEY)')
  await ask(asRoot(), 'CREATE TABLE users (half INT)')

  const { isNew } = await prepareDatabase(preparation())

  expect(isNew).toBe(true)
  expect(await ask(asRole('web'), `SHOW TABLES LIKE 'setup%'`)).toEqual([])
  expect(await ask(asRole('accounts'), `SELECT name FROM users WHERE name = 'admin'`)).toEqual([
    { name: 'admin' },
  ])
})

test('a database that somebody else filled is left alone', async () => {
  await ask(asRoot('mysql'), 'DROP DATABASE IF EXISTS agora')
  await prepareDatabase(preparation({ sample: false }))

  const { isNew } = await prepareDatabase(preparation({ sample: true }))

  expect(isNew).toBe(false)
  expect(await ask(asRole('web'), 'SELECT id FROM posts')).toEqual([])
})

test('a right that is no longer granted is taken back', async () => {
  await prepareDatabase(preparation())
  await ask(asRoot(), `GRANT DELETE ON agora.items TO 'agora_web'@'%'`)

  await prepareDatabase(preparation())

  await expect(ask(asRole('web'), 'DELETE FROM items')).rejects.toThrow(/denied/)
})

test('three setups at the same moment make one database', async () => {
  await ask(asRoot('mysql'), 'DROP DATABASE IF EXISTS agora')

  const created = await Promise.all([1, 2, 3].map(() => prepareDatabase(preparation())))

  expect(created.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect(created.filter(({ admin }) => admin)).toHaveLength(1)
})

test('a changed password of an account holds at once', async () => {
  await prepareDatabase(preparation())

  await prepareDatabase(preparation({ passwords: { ...passwords, web: 'changed' } }))

  await expect(ask(asRole('web'), 'SELECT 1')).rejects.toThrow(/denied/)
})

describe('a start that forgets what the board was closed by', () => {
  const closed = {
    ...{ READ: 'members', SIGN_UP: 'invite', LIKES: 'once', REQUIRE_2FA: 'admins', OIDC_ONLY: 'on' },
    ...{ ACTS_API: 'closed', LOGS: 'admin', TLS_CERT: '/etc/agora/agora.pem' },
  }
  const startWith = (env: Environment) =>
    prepareDatabase(preparation({ laws: givenLaws({ PUBLISHED: '', ...env }) }))
  const withoutMemory = async () => {
    await ask(asRoot(), `DELETE FROM settings WHERE name IN ('STARTED_WITH', 'SIGN_UP')`)
  }

  test.each(laws)('%s: is refused, and takes the same again or that it is to open', async (law) => {
    await withoutMemory()
    await startWith({ [law]: closed[law] })

    await expect(startWith({})).rejects.toThrow(
      new ConfigError(
        `This board was last started with ${law}=${closed[law]}, and would let in more now: ` +
          `start it with that again, or, to open it on purpose, with ${law}=${loosest[law]}`,
      ),
    )
    await startWith({ [law]: closed[law] })
    await startWith({ [law]: loosest[law] })
    await startWith({})
  })

  test('is told of all of them in one sentence', async () => {
    await withoutMemory()
    await startWith(closed)

    await expect(startWith({ LIKES: 'once' })).rejects.toThrow(
      'READ=members SIGN_UP=invite REQUIRE_2FA=admins OIDC_ONLY=on ACTS_API=closed LOGS=admin TLS_CERT=/etc/agora/agora.pem, and',
    )
    await startWith(closed)
  })

  test('such as the proxy that made strangers of those who come by loopback', async () => {
    await withoutMemory()
    await startWith({ TRUSTED_PROXIES: '127.0.0.1' })

    await expect(startWith({})).rejects.toThrow('with ACTS_API=closed LOGS=admin, and')
  })

  test('may forget SIGN_UP once an admin has chosen', async () => {
    await withoutMemory()
    await startWith({ SIGN_UP: 'closed' })
    await ask(asRoot(), `INSERT INTO settings (name, value) VALUES ('SIGN_UP', 'invite')`)

    expect(await startWith({})).toMatchObject({ isNew: false })
  })

  test('is told by its setup in a container, which is given them as they were given', async () => {
    await withoutMemory()
    await startWith({ READ: 'members' })
    const { services } = Bun.YAML.parse(await Bun.file('docker-compose.yml').text()) as Compose
    const { environment = {} } = services.setup ?? {}
    const setup = startProcess([process.execPath, 'stack/database/prepare.ts'], { env: setupEnv() })

    const helm = await Bun.file('deploy/helm/agora/templates/setup.yaml').text()
    for (const law of laws) expect(helm).toContain(`"${law}"`)
    for (const law of laws) expect(environment[law]).toBe(`\${${law}:-}`)
    for (const name of ['PUBLISHED', 'TRUSTED_PROXIES'])
      expect(environment[name]).toBe(services.web?.environment[name] as string)
    expect(await setup.exited).toBe(1)
    expect(setup.output()).toStartWith('This board was last started with READ=members')
    await withoutMemory()
  })
})

test('setup runs by itself, as in a container, and prints the password it made up', async () => {
  await ask(asRoot('mysql'), 'DROP DATABASE IF EXISTS agora')

  const setup = startProcess([process.execPath, 'stack/database/prepare.ts'], {
    env: setupEnv(),
  })

  expect(await setup.exited).toBe(0)
  const password = setup.printed().match(/^Admin: admin, password ([0-9a-f]{24})$/m)?.[1]
  const [row] = await ask(asRole('accounts'), `SELECT password_hash FROM users WHERE name = 'admin'`)
  expect(await Bun.password.verify(password!, String(row?.password_hash))).toBe(true)
})

test('setup names the setting that is missing', async () => {
  const setup = startProcess([process.execPath, 'stack/database/prepare.ts'], {
    env: { DATABASE_ADMIN_URL: mysql.url },
  })

  expect(await setup.exited).toBe(1)
  expect(setup.output()).toBe('DB_PASSWORD_WEB is not set\n')
})

type Compose = { services: Record<string, { environment: Record<string, string> }> }

const setupEnv = () => ({
  DATABASE_ADMIN_URL: mysql.url,
  DB_PASSWORD_WEB: passwords.web,
  DB_PASSWORD_ACCOUNTS: passwords.accounts,
  DB_PASSWORD_ADMIN: passwords.admin,
  DB_PASSWORD_BATCHER: passwords.batcher,
})

const passwords = { web: 'w', accounts: 'a', admin: 'm', batcher: 'b', courier: 'c', search: 's' }

function preparation(change: Partial<Preparation> = {}): Preparation {
  const adminPassword = 'correct horse'
  const laws = givenLaws({ PUBLISHED: '' })
  return { adminUrl: mysql.url, passwords, sample: true, adminName: 'admin', adminPassword, laws, ...change }
}

const asRole = (role: keyof typeof passwords) =>
  `mysql://agora_${role}:${passwords[role]}@127.0.0.1:${mysql.port}/agora`
const asRoot = (database = 'agora') => `${mysql.url}/${database}`

async function ask(uri: string, statement: string): Promise<Record<string, unknown>[]> {
  const connection = await createConnection(uri)
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement)
    return rows
  } finally {
    await connection.end()
  }
}
