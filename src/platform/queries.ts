/**
 * Returns what each connection begins with: limits that the server keeps, of a statement's time, in
 * milliseconds (MySQL's is for SELECT alone; what stands in /*! is for MySQL, in /*M! for MariaDB), of
 * waiting for rows, in seconds, of waiting for whoever locks all tables, and of hearing nothing from the
 * client, in seconds. MySQL's own limit of a list in one value is 1,024 bytes: it would cut the last of many
 * ids, which made another one of it.
 */
export const beginSession = (withinMs: number, lockSeconds: number, idleSeconds?: number) =>
  `SET time_zone = '+00:00', innodb_lock_wait_timeout = ${lockSeconds}, lock_wait_timeout = 1,
       group_concat_max_len = 1048576
   ${idleSeconds === undefined ? '' : `, wait_timeout = ${idleSeconds}`}
   /*!80000 , max_execution_time = ${withinMs} */ /*M!100100 , max_statement_time = ${withinMs / 1_000} */`

/** Of a session that waits for rows for a second, as for whoever locks all tables. */
export const beginSessionAlone =
  "SET time_zone = '+00:00', innodb_lock_wait_timeout = 1, lock_wait_timeout = 1"

/** The statement with another limit than the session's, which the server keeps. */
export const within = (statement: string, withinMs: number) =>
  `/*M!100100 SET STATEMENT max_statement_time = ${withinMs / 1_000} FOR */ ${statement.replace(
    /^SELECT\b/i,
    `SELECT /*+ MAX_EXECUTION_TIME(${withinMs}) */`,
  )}`

/** The connections of this account that are doing something. */
export const busyConnections =
  "SELECT id FROM information_schema.processlist WHERE command NOT IN ('Sleep', 'Daemon')"

/** Ends a connection and what it does. */
export const killConnection = (id: number) => `KILL ${id}`

/** What a server says of itself. */
export type ServerState = { isReadOnly: number; hasGroup: number }

export const serverState = `SELECT @@GLOBAL.read_only AS isReadOnly,
    (SELECT COUNT(*) FROM information_schema.plugins
     WHERE plugin_name = 'group_replication' AND plugin_status = 'ACTIVE') AS hasGroup`

/** How its group looks from a server. `self` is null where it has not joined yet. */
export type GroupView = { members: number; online: number; self: string | null }

export const groupView = `SELECT COUNT(*) AS members,
    SUM(member_state = 'ONLINE') AS online,
    MAX(IF(member_id = @@server_uuid, CONCAT(member_role, ' ', member_state), NULL)) AS self
  FROM performance_schema.replication_group_members`

/** Changes of the group that a server has to apply still. */
export const changesToApply = `SELECT count_transactions_remote_in_applier_queue AS waiting
  FROM performance_schema.replication_group_member_stats
  WHERE member_id = @@server_uuid`
