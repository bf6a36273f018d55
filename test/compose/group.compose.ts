import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { createConnection } from 'mysql2/promise'
import { openDatabase } from '../../src/platform/database.ts'
import type { Db } from '../../src/platform/db.ts'
import { Unavailable } from '../../src/platform/errors.ts'
import { givenLaws, type Preparation, roles } from '../../stack/database/config.ts'
import { prepareDatabase } from '../../stack/database/prepare.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { run } from '../support/servers/processes.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(300_000)

/** An election takes 6 to 7 s, with `member_expel_timeout` 0; beside other containers more. */
const electedWithinMs = 40_000

type Member = { name: string; port: number }

const network = `agora-group-${process.pid}`
const group = crypto.randomUUID()
const names = [1, 2, 3].map((number) => `${network}-${number}`)
let members: Member[]
let url: string
const urlOf = (account: string, database = '', those = members) =>
  `mysql://${account}:${account}@${those.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${database}`

beforeAll(async () => {
  closeAfterTests(network, async () => {
    await run(['docker', 'rm', '--force', '--volumes', ...names])
    await run(['docker', 'network', 'rm', network])
  })
  await must('docker', 'network', 'create', network)
  members = await Promise.all(names.map(startMember))
  await Promise.all(members.map((member) => until(() => asRoot(member, 'SELECT 1'), { withinMs: 120_000 })))
  for (const [number, member] of members.entries()) {
    await asRoot(
      member,
      'SET SQL_LOG_BIN = 0',
      "CREATE USER 'copier'@'%' IDENTIFIED BY 'copier'",
      "GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO 'copier'@'%'",
      "CHANGE REPLICATION SOURCE TO SOURCE_USER = 'copier', SOURCE_PASSWORD = 'copier'\
       FOR CHANNEL 'group_replication_recovery'",
      'RESET BINARY LOGS AND GTIDS',
      // In the file of its settings, so that it takes no changes when it was started and has not joined.
      'SET PERSIST super_read_only = 1',
      ...(number === 0 ? ['SET GLOBAL group_replication_bootstrap_group = 1'] : []),
      'START GROUP_REPLICATION',
      'SET GLOBAL group_replication_bootstrap_group = 0',
    )
  }
  await asRoot(
    members[0]!,
    'CREATE DATABASE diary',
    'CREATE TABLE diary.notes (number INT NOT NULL PRIMARY KEY)',
    "CREATE USER 'member'@'%' IDENTIFIED BY 'member'",
    "GRANT SELECT, INSERT ON diary.* TO 'member'@'%'",
    "GRANT SELECT ON performance_schema.replication_group_members TO 'member'@'%'",
    "GRANT SELECT ON performance_schema.replication_group_member_stats TO 'member'@'%'",
  )
  url = urlOf('member', 'diary')
})

async function startMember(name: string, index: number): Promise<Member> {
  const options = {
    'server-id': index + 1,
    'report-host': name,
    'gtid-mode': 'ON',
    'enforce-gtid-consistency': 'ON',
    'innodb-buffer-pool-size': '64M',
    'plugin-load-add': 'group_replication.so',
    'loose-group-replication-group-name': group,
    'loose-group-replication-start-on-boot': 'OFF',
    'loose-group-replication-local-address': `${name}:33061`,
    'loose-group-replication-group-seeds': names.map((each) => `${each}:33061`).join(','),
    'loose-group-replication-ip-allowlist': '0.0.0.0/0',
    'loose-group-replication-member-expel-timeout': 0,
    'loose-group-replication-paxos-single-leader': 'ON',
    'loose-group-replication-recovery-get-public-key': 'ON',
    'loose-group-replication-exit-state-action': 'OFFLINE_MODE',
  }
  await must(
    ...['docker', 'run', '--detach', '--name', name, '--hostname', name, '--network', network],
    ...['--publish', '127.0.0.1::3306', '--env', 'MYSQL_ROOT_PASSWORD=root', 'mysql:9.7'],
    ...Object.entries(options).map(([option, value]) => `--${option}=${value}`),
  )
  return { name, port: await portOf(name) }
}

const portOf = async (name: string) =>
  Number((await must('docker', 'port', name, '3306/tcp')).split('\n')[0]?.split(':').at(-1))

async function must(...command: string[]): Promise<string> {
  const { code, printed, output } = await run(command)
  if (code !== 0) throw new Error(output)
  return printed.trim()
}

async function asRoot({ port }: Member, ...statements: string[]): Promise<unknown> {
  const connection = await createConnection({
    uri: `mysql://root:root@127.0.0.1:${port}`,
    connectTimeout: 30_000,
  })
  try {
    let rows: unknown
    for (const statement of statements) [rows] = await connection.query(statement)
    return rows
  } finally {
    connection.destroy()
  }
}

/** As the member itself sees the group. */
async function primaryBy(member: Member): Promise<Member> {
  const rows = (await asRoot(
    member,
    `SELECT member_host AS host FROM performance_schema.replication_group_members
     WHERE member_role = 'PRIMARY' AND member_state = 'ONLINE'`,
  )) as { host: string }[]
  return members.find(({ name }) => name === rows[0]?.host) as Member
}

const opened = () => closeAfterTests(openDatabase({ url, connections: 4 }), (it) => it.close())
const put = (db: Db, number: number) => db.write('putNote', 'INSERT INTO notes (number) VALUES (?)', [number])
const numbers = async (member: Member) =>
  ((await asRoot(member, 'SELECT number FROM diary.notes ORDER BY number')) as { number: number }[]).map(
    ({ number }) => number,
  )
let last = 0

/** Writes and reads without a pause until `isOver`. Returns what was answered, and the longest gaps. */
async function writeAndRead(db: Db, isOver: () => boolean) {
  const answered: number[] = []
  const seen = { writeGapMs: 0, failedReads: 0, reads: 0 }
  let answeredAt = performance.now()
  const write = async () => {
    while (!isOver()) {
      const number = ++last
      const isDone = await put(db, number).then(
        () => true,
        (error) => {
          if (!(error instanceof Unavailable)) throw error
          return false
        },
      )
      if (!isDone) {
        await Bun.sleep(50)
        continue
      }
      answered.push(number)
      seen.writeGapMs = Math.max(seen.writeGapMs, performance.now() - answeredAt)
      answeredAt = performance.now()
    }
  }
  const read = async () => {
    while (!isOver()) {
      seen.reads++
      const once = () => db.rows('notes', 'SELECT COUNT(*) FROM notes')
      // Who reads tries once more.
      await once()
        .catch(once)
        .catch(() => seen.failedReads++)
      await Bun.sleep(20)
    }
  }
  await Promise.all([write(), read()])
  return { answered, ...seen }
}

describe('in a group of three', () => {
  test('each member is told of: who takes changes, what it sees, what it has to apply', async () => {
    const db = opened()

    const told = await until(async () => {
      const seen = await db.servers()
      return seen.every(({ group, waiting }) => group?.online === 3 && waiting === 0) && seen
    })

    const primary = await primaryBy(members[0]!)
    expect(told.map(({ host, role }) => [host, role])).toEqual(
      members.map((member) => [`127.0.0.1:${member.port}`, member === primary ? 'primary' : 'secondary']),
    )
    expect(db.roles().toSorted()).toEqual(['primary', 'secondary', 'secondary'])
  })

  test.each([
    ['dies', 'kill', 'start'],
    ['hangs', 'pause', 'unpause'],
  ])('a primary that %s is replaced, what was answered is there, and reads go on', async (_, end, begin) => {
    const db = opened()
    const old = await primaryBy(members[0]!)
    const others = members.filter((member) => member !== old)
    let isOver = false
    const going = writeAndRead(db, () => isOver)
    await Bun.sleep(500)

    await must('docker', end, old.name)
    const next = await until(async () => {
      const now = await primaryBy(others[0]!)
      return now !== old && now
    })
    const before = last
    await until(async () => (await numbers(next)).some((number) => number > before))
    isOver = true
    const { answered, writeGapMs, failedReads, reads } = await going

    const stored = new Set(await numbers(next))
    expect(answered.filter((number) => !stored.has(number))).toEqual([])
    expect(writeGapMs).toBeLessThan(electedWithinMs)
    expect(reads).toBeGreaterThan(10)
    // Where the machine is busy the others may be silent, too, for a moment.
    expect(failedReads).toBeLessThan(reads / 20)
    await must('docker', begin, old.name)
    old.port = await portOf(old.name)
    await until(() => asRoot(old, 'SELECT 1'), { withinMs: 120_000 })
    await asRoot(old, 'STOP GROUP_REPLICATION', 'SET GLOBAL offline_mode = 0').catch(() => {})
    await asRoot(old, 'START GROUP_REPLICATION')
    url = urlOf('member', 'diary')
  })

  test('the tables and accounts of a board are made at the primary, and used by way of it', async () => {
    const passwords = Object.fromEntries(roles.map((role) => [role, `agora_${role}`]))
    const { isNew } = await prepareDatabase({
      adminUrl: urlOf('root'),
      passwords: passwords as Preparation['passwords'],
      ...{ sample: true, adminName: 'rosa', adminPassword: 'correct horse battery', laws: givenLaws({}) },
    })
    const db = closeAfterTests(openDatabase({ url: urlOf('agora_web', 'agora'), connections: 4 }), (it) =>
      it.close(),
    )
    const [before] = await db.rows<{ posts: number }>('posts', 'SELECT COUNT(*) AS posts FROM posts')

    await db.write(
      'addPost',
      "INSERT INTO posts (category_id, author_id, title, body) SELECT id, NULL, 'A', 'B' FROM categories LIMIT 1",
    )

    const [after] = await db.rows<{ posts: number }>('posts', 'SELECT COUNT(*) AS posts FROM posts')
    await until(async () => {
      const servers = await db.servers()
      return servers.length === 3 && servers.every(({ waiting }) => waiting === 0)
    })
    expect(isNew).toBe(true)
    expect(after!.posts - before!.posts).toBe(1)
  })

  test('a member that has not joined is never written to, though it takes changes', async () => {
    const primary = await primaryBy(members[0]!)
    const outside = members.find((member) => member !== primary) as Member
    await asRoot(outside, 'STOP GROUP_REPLICATION', 'SET GLOBAL super_read_only = 0, read_only = 0')
    url = urlOf('member', 'diary', [outside, primary])

    for (let n = 0; n < 5; n++) {
      const db = opened()
      await until(() => put(db, ++last))
    }

    expect((await numbers(outside)).includes(last)).toBe(false)
    expect((await numbers(primary)).includes(last)).toBe(true)
  })
})
