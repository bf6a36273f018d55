import type { Connection, RowDataPacket } from 'mysql2/promise'

/** Its names come from this machine's own settings; MySQL takes no `?` in these statements. */
const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`

async function rows<Row>(server: Connection, statement: string, values: unknown[] = []): Promise<Row[]> {
  const [found] = await server.query<(Row & RowDataPacket)[]>(statement, values)
  return found
}

/**
 * What a server says of itself. `others`: databases that it did not make itself. `gtids`: the changes that it
 * has, whether they are applied or wait in its relay log, as after a loss of power.
 */
export type SelfRow = {
  id: string
  version: string
  clock: number
  host: string
  groupName: string | null
  others: number
  gtids: string
}

export const selfOf = async (server: Connection): Promise<SelfRow | undefined> =>
  (
    await rows<SelfRow>(
      server,
      `SELECT @@server_uuid AS id, @@version AS version, UNIX_TIMESTAMP(NOW(3)) * 1000 AS clock,
         @@report_host AS host, @@group_replication_group_name AS groupName,
         (SELECT COUNT(*)
          FROM information_schema.schemata
          WHERE schema_name NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema')) AS others,
         CONCAT_WS(
           ',',
           @@GLOBAL.gtid_executed,
           (SELECT received_transaction_set
            FROM performance_schema.replication_connection_status
            WHERE channel_name = 'group_replication_applier')
         ) AS gtids`,
    )
  )[0]

/** How a server sees one member of its group. `waiting`: transactions that it has to apply still. */
export type MemberRow = {
  id: string
  host: string
  state: string
  role: string
  version: string
  waiting: number | null
}

export const membersSeenBy = (server: Connection) =>
  rows<MemberRow>(
    server,
    `SELECT members.member_id AS id, member_host AS host, member_state AS state, member_role AS role,
       member_version AS version, count_transactions_remote_in_applier_queue AS waiting
     FROM performance_schema.replication_group_members AS members
     LEFT JOIN performance_schema.replication_group_member_stats AS stats USING (member_id)
     ORDER BY member_host`,
  )

/** Changes of the first list that the second lacks. */
export const missingOf = async (server: Connection, all: string, known: string) =>
  (await rows<{ gtids: string }>(server, 'SELECT GTID_SUBTRACT(?, ?) AS gtids', [all, known]))[0]?.gtids ?? ''

export const persist = (server: Connection, name: string, value: string | number) =>
  server.query(`SET PERSIST ${name} = ?`, [value])

/** What a member copies from has to show a certificate of the same authority. */
export const knowSources = (server: Connection) =>
  server.query(
    `SET PERSIST group_replication_recovery_ssl_ca = @@GLOBAL.ssl_ca,
       PERSIST group_replication_recovery_ssl_cert = @@GLOBAL.ssl_cert,
       PERSIST group_replication_recovery_ssl_key = @@GLOBAL.ssl_key`,
  )

/** Nothing is read-only any more until `persist` says so again. */
export const openForChanges = (server: Connection) =>
  server.query('SET GLOBAL super_read_only = 0, read_only = 0')

/** The account by which members copy from one another. It is made on each, and no change of the group's. */
export async function makeCopier(server: Connection, name: string, password: string): Promise<void> {
  const account = `${quoted(name)}@'%'`
  await server.query('SET SQL_LOG_BIN = 0')
  await server.query(`CREATE USER IF NOT EXISTS ${account}`)
  await server.query(`ALTER USER ${account} IDENTIFIED BY ${quoted(password)}`)
  await server.query(
    `GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO ${account}`,
  )
  await server.query('SET SQL_LOG_BIN = 1')
  await server.query(
    `CHANGE REPLICATION SOURCE TO SOURCE_USER = ${quoted(name)}, SOURCE_PASSWORD = ${quoted(password)}
     FOR CHANNEL 'group_replication_recovery'`,
  )
}

/** From here on a server counts its changes anew. */
export const forgetChanges = (server: Connection) => server.query('RESET BINARY LOGS AND GTIDS')

export async function startGroup(server: Connection): Promise<void> {
  await server.query('SET GLOBAL group_replication_bootstrap_group = 1')
  try {
    await server.query('START GROUP_REPLICATION')
  } finally {
    await server.query('SET GLOBAL group_replication_bootstrap_group = 0')
  }
}

export const joinGroup = (server: Connection) => server.query('START GROUP_REPLICATION')
export const leaveGroup = (server: Connection) => server.query('STOP GROUP_REPLICATION')
export const endOfflineMode = (server: Connection) => server.query('SET GLOBAL offline_mode = 0')

/** Has another member take changes. */
export const makePrimary = (server: Connection, id: string) =>
  server.query('SELECT group_replication_set_as_primary(?)', [id])
