import { ConfigError, type Environment, environment } from '../../src/platform/config.ts'
import type { Cluster, ClusterNode } from './settings.ts'

const mysqlPort = 3_306
const groupPort = 33_061
/** Of a cluster that is the only one of its network. */
const usualName = '6f5a4c1e-7d0b-4c55-9d3a-a60a5a11c0de'
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Returns the cluster, and which of its nodes this one is, as `agora.env` says. Throws a ConfigError that
 * names the variable.
 */
export function clusterConfig(env: Environment = environment): { cluster: Cluster; own: ClusterNode } {
  const hosts = required(env, 'NODES')
    .trim()
    .split(/[\s,]+/)
  const [own, name] = [required(env, 'NODE'), env.CLUSTER_NAME || usualName]
  if (hosts.length !== 3 || new Set(hosts).size !== 3)
    throw new ConfigError(`NODES must name three machines, not "${hosts.join(' ')}"`)
  if (!hosts.includes(own))
    throw new ConfigError(
      `NODE must be one of NODES, in the same spelling: "${own}" is not in "${hosts.join(' ')}"`,
    )
  if (!uuid.test(name))
    throw new ConfigError(`CLUSTER_NAME must be a UUID, as uuidgen makes one, not "${name}"`)
  const nodes = hosts.map((host) => ({ host, port: mysqlPort, groupPort }))
  return {
    cluster: {
      ...{ name: name.toLowerCase(), nodes, copierPassword: required(env, 'DB_PASSWORD_COPIER') },
      root: { name: 'root', password: required(env, 'MYSQL_ROOT_PASSWORD') },
    },
    own: nodes[hosts.indexOf(own)] as ClusterNode,
  }
}

/** Where the certificates of this node are. */
export const identityFolder = (env: Environment = environment): string => required(env, 'CLUSTER_TLS')

/**
 * The group whose processes read this node's key besides those of our user, as a number; undefined where
 * there are none. Throws a ConfigError.
 */
export function identityGroup({ CLUSTER_TLS_GROUP }: Environment = environment): number | undefined {
  if (!CLUSTER_TLS_GROUP) return undefined
  if (!/^\d{1,9}$/.test(CLUSTER_TLS_GROUP))
    throw new ConfigError(`CLUSTER_TLS_GROUP must be the number of a group, not "${CLUSTER_TLS_GROUP}"`)
  return Number(CLUSTER_TLS_GROUP)
}

/** Of HAProxy on this machine, by AGORA_PORT, which may have an address before the port. */
export const servesAtPort = ({ AGORA_PORT }: Environment = environment): number =>
  Number((AGORA_PORT || '8080').split(':').at(-1))

function required(env: Environment, name: string): string {
  const value = env[name]
  if (!value) throw new ConfigError(`${name} is not set`)
  return value
}
