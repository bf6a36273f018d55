/**
 * One group of MySQL over several nodes, of which one takes changes (Group Replication in single-primary
 * mode). What is here is done once by whoever operates a cluster; whatever happens to nodes afterwards the
 * group does by itself.
 *
 * Whatever is asked for is held against what all nodes say before anything is changed, and refused with one
 * sentence (a UserError) where it could lose rows:
 *
 * - A group is *begun* once, on a node without a database. A second group of the same nodes would take
 *   changes that the first one lacks.
 * - A node *joins* when it has no change that the group lacks. Its rows are then the group's.
 * - A group of which no member is online is *restarted* by a person, on the node that has all changes of the
 *   others: it alone has every like that was answered.
 */

import type { Connection } from 'mysql2/promise'
import { UserError } from '../errors.ts'
import { poll } from '../poll.ts'
import { needPassword, on } from './connect.ts'
import {
  endOfflineMode,
  forgetChanges,
  joinGroup,
  knowSources,
  leaveGroup,
  type MemberRow,
  makeCopier,
  makePrimary,
  membersSeenBy,
  missingOf,
  openForChanges,
  persist,
  type SelfRow,
  selfOf,
  startGroup,
} from './queries.ts'
import { type Cluster, type ClusterNode, memberSettings } from './settings.ts'

const copier = 'agora_copier'

const clocksApartMs = 2_000
const onlineWithinMs = 600_000

/** What one node says; `self` is undefined where it does not answer, with the reason. */
export type NodeView = {
  node: ClusterNode
  self: SelfRow | undefined
  members: MemberRow[]
  reason: string | undefined
}

/** Asks all nodes at once. */
export function viewsOf(cluster: Cluster): Promise<NodeView[]> {
  return Promise.all(
    cluster.nodes.map(async (node) => {
      try {
        return await on(cluster, node, async (server) => ({
          node,
          self: await selfOf(server),
          members: await membersSeenBy(server),
          reason: undefined,
        }))
      } catch (error) {
        return { node, self: undefined, members: [], reason: (error as Error).message }
      }
    }),
  )
}

/** The member of the group that a node is, as it sees itself. */
export const ownMember = ({ self, members }: NodeView) => members.find(({ id }) => id === self?.id)

export const isOnline = (view: NodeView) => ownMember(view)?.state === 'ONLINE'

/** Whether the node belongs to more than half of its group's members. */
export const hasQuorum = ({ members }: NodeView) =>
  members.filter(({ state }) => state !== 'UNREACHABLE').length * 2 > members.length

/** Begins the group on a node without a database. */
export async function beginGroup(cluster: Cluster, node: ClusterNode): Promise<void> {
  const views = await viewsOf(cluster)
  const own = answering(views, node)
  if (own.self.others > 0)
    throw new UserError(
      `${node.host} has a database already: a group begins empty. Make a dump of it, begin on a node with an ` +
        'empty folder of MySQL, and load the dump when the group is there',
    )
  const begun = views.find((view) => view.self && isOfAGroup(view))
  if (begun)
    throw new UserError(
      `${begun.node.host} has a group already: "agora-server cluster join" makes ${node.host} one of it, and ` +
        '"agora-server cluster restart" begins it again when no member is online',
    )
  await on(cluster, node, async (server) => {
    await becomeMember(server, cluster, node)
    await startGroup(server)
  })
  await untilOnline(cluster, node)
}

/**
 * Makes the node a member of the group that the others have, with all their rows. Also brings back one that
 * was a member and is outside now.
 */
export async function enterGroup(cluster: Cluster, node: ClusterNode): Promise<void> {
  const views = await viewsOf(cluster)
  const own = answering(views, node)
  if (isOnline(own) && hasQuorum(own))
    throw new UserError(`${node.host} is a member of the group already, and online`)
  const member = views.find((view) => view.node !== node && isOnline(view) && hasQuorum(view))
  if (!member) throw new UserError(whyNoGroup(views, node))
  await mustFit(cluster, own, answering(views, member.node))

  await on(cluster, node, async (server) => {
    // What it was before does not go on under it.
    await leaveGroup(server).catch(() => {})
    await endOfflineMode(server)
    await becomeMember(server, cluster, node, { isEmpty: isNew(own) })
    await joinGroup(server)
  })
  await untilOnline(cluster, node)
}

/** Takes a node out of the group. Where it takes the changes another member does so first. */
export async function quitGroup(cluster: Cluster, node: ClusterNode): Promise<void> {
  const views = await viewsOf(cluster)
  const own = answering(views, node)
  if (!isOnline(own)) throw new UserError(`${node.host} is no member of a group that is online`)
  const away = views.find((view) => view.node !== node && !isOnline(view))
  if (away)
    throw new UserError(
      `${away.node.host} is not online in the group: with ${node.host} gone, too, nothing could be changed once another ` +
        `one dies. Bring ${away.node.host} back first`,
    )
  const other = own.members.find(({ id }) => id !== own.self.id) as MemberRow
  await on(cluster, node, async (server) => {
    if (ownMember(own)?.role === 'PRIMARY') await makePrimary(server, other.id)
    await persist(server, 'group_replication_start_on_boot', 'OFF')
    await leaveGroup(server)
  })
}

/**
 * Begins the group again when no member of it is online any more, as after a loss of power, on the node that
 * has all that the others have; these join. `without`: nodes of which a person knows that they will not come
 * back.
 */
export async function restartGroup(cluster: Cluster, without: string[] = []): Promise<ClusterNode> {
  const views = (await viewsOf(cluster)).filter(({ node }) => !without.includes(node.host))
  const online = views.find((view) => isOnline(view) && hasQuorum(view))
  if (online)
    throw new UserError(
      `${online.node.host} is online in the group: it needs no restart. What is outside of it joins it`,
    )
  const silent = views.find(({ self }) => !self)
  if (silent)
    throw new UserError(
      `${silent.node.host} does not answer, and it alone may have the last likes that were answered. Bring it back, ` +
        `or, when it will never come back, say --without ${silent.node.host}`,
    )
  const newest = await newestOf(cluster, views)
  await on(cluster, newest, async (server) => {
    await leaveGroup(server).catch(() => {})
    await endOfflineMode(server)
    await startGroup(server)
  })
  await untilOnline(cluster, newest)
  for (const { node } of views) {
    // One that was trying to join when there was nothing to join is in by now.
    const [view] = await viewsOf({ ...cluster, nodes: [node] })
    if (!view || !isOnline(view) || !hasQuorum(view)) await enterGroup(cluster, node)
  }
  return newest
}

/** Throws a UserError when each of them has something that another lacks. */
async function newestOf(cluster: Cluster, views: NodeView[]): Promise<ClusterNode> {
  for (const { node, self } of views) {
    const lacks = await on(cluster, node, (server) =>
      Promise.all(views.map((other) => missingOf(server, other.self?.gtids ?? '', self?.gtids ?? ''))),
    )
    if (lacks.every((gtids) => gtids === '')) return node
  }
  throw new UserError(
    'no node has all changes of the others, so one of them was changed outside of the group. Look at ' +
      '@@gtid_executed of each, and leave out by --without whichever has changes of its own',
  )
}

/** One that answered. */
export type Answering = NodeView & { self: SelfRow }

function answering(views: NodeView[], node: ClusterNode): Answering {
  const view = views.find((each) => each.node === node)
  if (!view?.self) throw new UserError(view?.reason ?? `${node.host} is none of the nodes`)
  return view as Answering
}

/** It is in one, or was and will be again. */
const isOfAGroup = ({ self, members }: NodeView) =>
  Boolean(self?.groupName) || members.some(({ state }) => state !== 'OFFLINE')

function whyNoGroup(views: NodeView[], node: ClusterNode): string {
  const stuck = views.find((view) => isOnline(view) && !hasQuorum(view))
  if (stuck)
    return `the group has lost most of its members, as ${stuck.node.host} sees it: bring those back before any other`
  const reasons = views.filter((view) => view.node !== node && view.reason).map(({ reason }) => reason)
  return (
    'no other node is online in a group. Begin one by `agora-server cluster init`, or, when there was one, ' +
    `\`agora-server cluster restart\`${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`
  )
}

async function mustFit(cluster: Cluster, own: Answering, other: Answering): Promise<void> {
  const reason = misfit(cluster.name, own, other)
  if (reason) throw new UserError(reason)
  await needPassword(cluster, other.node, { name: copier, password: cluster.copierPassword })
  const surplus = isNew(own)
    ? ''
    : await on(cluster, other.node, (server) => missingOf(server, own.self.gtids, other.self.gtids))
  if (surplus !== '' && !(await isKnownLater(cluster, other.node, own.self)))
    throw new UserError(
      `${own.node.host} has changes that the group lacks (${surplus.replaceAll(/\s+/g, ' ')}), so it was changed outside ` +
        'of it. Nothing was touched. Keep a dump of it if they matter, empty its folder of MySQL, and join again',
    )
}

/** It has no rows but those of an empty server, which count for nothing. */
const isNew = ({ self }: Answering) => self.others === 0 && !self.groupName

/** Returns why a node can be none of the group of which another one is a member; undefined when it can. */
export function misfit(name: string, own: Answering, other: Answering): string | undefined {
  const [here, there] = [own.node.host, other.node.host]
  if (isOlder(own.self.version, other.self.version))
    return (
      `MySQL is ${own.self.version} on ${here} and ${other.self.version} on ${there}: a member may be newer than the ` +
      'others, never older. Give AGORA_IMAGE in agora.env what `agora-server image` says there, and ' +
      'join again'
    )
  if (other.self.groupName !== name)
    return (
      `the group of ${there} is called ${other.self.groupName}, not ${name}: CLUSTER_NAME in agora.env has to be the ` +
      'same on every node'
    )
  if (own.self.id === other.self.id)
    return `${here} has the server_uuid of ${there}, so its folder of MySQL is a copy: empty it, or delete auto.cnf in it`
  if (own.self.host !== here)
    return `MySQL on ${here} says that it is ${own.self.host}: start it again with NODE as it is in agora.env`
  const apart = own.self.clock - other.self.clock
  if (Math.abs(apart) > clocksApartMs)
    return (
      `the clock of ${here} is ${(Math.abs(apart) / 1_000).toFixed(1)} s ${apart > 0 ? 'ahead of' : 'behind'} that of ` +
      `${there}: set it, by chrony or the like, and join again`
    )
  return undefined
}

/** A member goes on while it is asked: what it lacked a moment ago it may have now. */
async function isKnownLater(cluster: Cluster, other: ClusterNode, own: SelfRow): Promise<boolean> {
  return on(cluster, other, async (server) => {
    const now = await selfOf(server)
    return now !== undefined && (await missingOf(server, own.gtids, now.gtids)) === ''
  })
}

function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number)
  const [own, theirs] = [parts(version), parts(than)]
  const place = own.findIndex((part, index) => part !== theirs[index])
  return place >= 0 && (own[place] ?? 0) < (theirs[place] ?? 0)
}

async function becomeMember(
  server: Connection,
  cluster: Cluster,
  node: ClusterNode,
  { isEmpty } = { isEmpty: true },
): Promise<void> {
  await openForChanges(server)
  await makeCopier(server, copier, cluster.copierPassword)
  if (isEmpty) await forgetChanges(server)
  for (const [name, value] of Object.entries(memberSettings(cluster, node)))
    await persist(server, name, value)
  await knowSources(server)
}

async function untilOnline(cluster: Cluster, node: ClusterNode): Promise<void> {
  let last: NodeView | undefined
  const isIn = async () => {
    // A member that copies everything is started anew meanwhile.
    ;[last] = await viewsOf({ ...cluster, nodes: [node] })
    return last !== undefined && isOnline(last)
  }
  if (await poll(isIn, { withinMs: onlineWithinMs, everyMs: 500 })) return
  const state = last && ownMember(last)?.state
  throw new UserError(
    `${node.host} did not come online in the group (${state ?? last?.reason ?? 'no state'}): MySQL's log there says why`,
  )
}
