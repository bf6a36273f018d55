/** What `agora-server cluster` runs on a node, in a container: see deploy/README.md. */

import { parseArgs } from 'node:util'
import { identity } from '../../src/platform/config.ts'
import { explain, UserError } from '../errors.ts'
import { keepalivedConfig } from './address.ts'
import { keepIdentity } from './certificates.ts'
import { clusterConfig, identityFolder, identityGroup, servesAtPort } from './config.ts'
import { beginGroup, enterGroup, quitGroup, restartGroup, viewsOf } from './group.ts'
import { clusterText, healthOf } from './status.ts'

const usage =
  'ask for one of: init, join, status, leave, restart, certificates, address. `restart` takes --without NODE, for one that will ' +
  'never come back; `address` takes ADDRESS/LENGTH and the network interface, as in `address 10.20.0.100/16 eth0`'

/** By these a node's own checks reach it. */
const itself = ['127.0.0.1', 'localhost']

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parsed(args)
  const [command, ...others] = positionals
  if (others.length !== (command === 'address' ? 2 : 0) || (values.without && command !== 'restart'))
    throw new UserError(usage)
  const { cluster: all, own } = clusterConfig()
  // These ask nobody, and the first makes it.
  const asksNobody = command === 'certificates' || command === 'address'
  const cluster = asksNobody ? all : { ...all, identity: identity() }
  const unknown = values.without?.find((host) => !cluster.nodes.some((node) => node.host === host))
  if (unknown) throw new UserError(`${unknown} is none of NODES`)
  switch (command) {
    case 'init':
      await beginGroup(cluster, own)
      console.log(`${own.host} is a group of one. Now \`agora-server cluster join\` on the others.`)
      break
    case 'join':
      await enterGroup(cluster, own)
      console.log(`${own.host} is online in the group.`)
      break
    case 'leave':
      await quitGroup(cluster, own)
      console.log(`${own.host} has left the group. \`agora-server cluster join\` brings it back.`)
      break
    case 'restart': {
      const { host } = await restartGroup(cluster, values.without)
      console.log(`The group runs again, from ${host}, which had everything.`)
      break
    }
    case 'status': {
      const views = await viewsOf(cluster)
      console.log(clusterText(views))
      if (healthOf(views) !== 'whole') process.exitCode = 1
      break
    }
    case 'certificates': {
      const hosts = [own.host, ...itself]
      const isNew = await keepIdentity(identityFolder(), cluster, hosts, identityGroup())
      console.log(`${own.host} has ${isNew ? 'new certificates' : 'its certificates'}.`)
      break
    }
    case 'address': {
      const [address = '', networkInterface = ''] = others
      process.stdout.write(
        keepalivedConfig(cluster, own, { address, networkInterface, port: servesAtPort() }),
      )
      break
    }
    default:
      throw new UserError(usage)
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { without: { type: 'string', multiple: true } },
    })
  } catch {
    throw new UserError(usage)
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(`agora: ${explain(error)}`)
  process.exitCode = 1
}
