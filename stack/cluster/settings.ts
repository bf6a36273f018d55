import { type Identity, identityFiles } from '../../src/platform/identity.ts'

/** One of the machines of a cluster, as the others reach it. */
export type ClusterNode = { host: string; port: number; groupPort: number }

/** What all nodes have in common. */
export type Cluster = {
  /** Another one for each cluster: a UUID. */
  name: string
  nodes: ClusterNode[]
  root: { name: string; password: string }
  copierPassword: string
  /** What is shown to MySQL, and by which its servers are known. Undefined: they are believed. */
  identity?: Identity | undefined
}

/**
 * What MySQL has to know when it starts. The rest is kept in its folder, by `memberSettings`. `folder`: that
 * of the node's identity, as MySQL sees it.
 */
export const memberOptions = (node: Pick<ClusterNode, 'host'>, folder: string): string[] => [
  `--report-host=${node.host}`,
  // Nobody is let in without TLS, and members know one another by it.
  '--require-secure-transport=ON',
  `--ssl-ca=${folder}/${identityFiles.ca}`,
  `--ssl-cert=${folder}/${identityFiles.cert}`,
  `--ssl-key=${folder}/${identityFiles.key}`,
  '--gtid-mode=ON',
  '--enforce-gtid-consistency=ON',
  // A commit is on the disk when it is answered, in both logs.
  '--sync-binlog=1',
  '--innodb-flush-log-at-trx-commit=1',
  '--performance-schema=ON',
  '--plugin-load-add=group_replication.so',
  // A new member for which the others have too few binary logs copies all of it.
  '--plugin-load-add=mysql_clone.so',
]

/** By name, what a member keeps for as long as it is one. */
export function memberSettings({ name, nodes }: Cluster, node: ClusterNode): Record<string, string | number> {
  const place = ({ host, groupPort }: ClusterNode) => `${host}:${groupPort}`
  return {
    server_id: nodes.indexOf(node) + 1,
    group_replication_group_name: name,
    group_replication_local_address: place(node),
    group_replication_group_seeds: nodes.map(place).join(','),
    group_replication_ip_allowlist: nodes.map(({ host }) => host).join(','),
    // Whoever has a certificate of the cluster's authority is a node, at whatever address.
    group_replication_ssl_mode: 'VERIFY_CA',
    group_replication_recovery_use_ssl: 'ON',
    // MySQL looks every 15 s whether this time is over: with its own default, 5 s, nothing can be changed for
    // over 20.
    group_replication_member_expel_timeout: 0,
    // Else the death of a member that only copies makes each commit slow for seconds.
    group_replication_paxos_single_leader: 'ON',
    // One that was expelled serves nobody, and its rows are there to be looked at.
    group_replication_exit_state_action: 'OFFLINE_MODE',
    group_replication_autorejoin_tries: 30,
    // MySQL's default is a gigabyte.
    group_replication_message_cache_size: 128 * 1024 * 1024,
    // Started again, it joins by itself. It never begins a group by itself.
    group_replication_start_on_boot: 'ON',
    // It takes no changes before the group says so.
    super_read_only: 'ON',
  }
}
