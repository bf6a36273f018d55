import { isIP } from 'node:net'
import { UserError } from '../errors.ts'
import type { Cluster, ClusterNode } from './settings.ts'

export type VirtualAddress = {
  /** As `10.20.0.100/16`. */
  address: string
  /** The network interface on which it is. */
  networkInterface: string
  /** At which HAProxy answers on the node itself. */
  port: number
}

const asUsed = /^([\d.]+|[\da-f:]*:[\da-f:.]*)\/(\d{1,3})$/i

/**
 * Returns what `/etc/keepalived/keepalived.conf` is on a node, so that one of those whose HAProxy serves has
 * the address: VRRP (RFC 9568), told to each peer alone, as clouds carry nothing that is for all. Throws a
 * UserError when the address is none, or VRRP cannot be spoken.
 */
export function keepalivedConfig(
  { nodes }: Pick<Cluster, 'nodes'>,
  own: ClusterNode,
  { address, networkInterface, port }: VirtualAddress,
): string {
  const [, host = '', length = ''] = asUsed.exec(address) ?? []
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(host)] ?? -1
  if (length === '' || Number(length) > longest)
    throw new UserError(
      `the address must be one with the length of its network, as 10.20.0.100/16, not "${address}"`,
    )
  if (nodes.some((node) => node.host === host))
    throw new UserError(`${host} is a node's own address: take one that no machine has`)
  if (!/^[\w.-]{1,15}$/.test(networkInterface))
    throw new UserError(`"${networkInterface}" is no name of a network interface: \`ip link\` lists them`)
  const named = nodes.find((node) => isIP(node.host) === 0)
  if (named) throw new UserError(`NODES must be addresses for keepalived: "${named.host}" is a name`)

  return `# Made by \`agora-server cluster address\`.
global_defs {
  router_id ${own.host}
  enable_script_security
  script_user nobody
}

vrrp_script serves {
  script "/usr/bin/curl --fail --silent --output /dev/null --max-time 1 http://127.0.0.1:${port}/up"
  interval 1
  timeout 2
  fall 2
  rise 2
}

vrrp_instance agora {
  state BACKUP
  # Who has the address keeps it when another one comes back.
  nopreempt
  interface ${networkInterface}
  virtual_router_id 51
  priority ${100 - nodes.indexOf(own)}
  advert_int 1
  unicast_src_ip ${own.host}
  unicast_peer {
${nodes.flatMap((node) => (node === own ? [] : [`    ${node.host}`])).join('\n')}
  }
  virtual_ipaddress {
    ${address}
  }
  track_script {
    serves
  }
}
`
}
