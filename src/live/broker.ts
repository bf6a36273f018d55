/**
 * Sends everyone who looks at a page what changes on it, from this replica's memory.
 *
 * People who see the same posts and lists are one *group*: what is sent to it is made once, and the same
 * bytes are written to each of its streams. Two thousand people on the front page cost one JSON text and two
 * thousand writes.
 *
 * Totals are absolute and have versions. A stream begins with a snapshot: the totals of its posts, read after
 * it was opened. What changes meanwhile is sent too, in whatever order, and the page keeps the higher
 * version. So a stream that broke and is opened again has missed nothing, and no number goes back.
 *
 * Events are flushed at most every quarter of a second, at once when the last flush is longer ago, with the
 * newest total of each post. What came to this replica may be incomplete: Redis forgets what was published
 * while a connection was broken. So every five seconds the totals of all posts that are looked at are read,
 * and those that were not sent are.
 *
 * A member's pages are sent, besides, how many notices the member has not read: read anew when it is another.
 */

import type { NewTotal, VersionedTotal } from '../likes/protocol.ts'
import { chunks } from '../platform/async.ts'
import { noticesEvent, openMemberStreams } from './member-streams.ts'
import {
  likesEvent,
  merged,
  type Newest,
  type NewestByTopic,
  newItemsEvent,
  snapshotOf,
  type Told,
} from './messages.ts'
import { eventOf, openStream, retryIn, type Stream } from './stream.ts'
import { openSubscriptionGroups, type Subscription, type SubscriptionGroup } from './subscription-groups.ts'
import { type LiveEvent, type NoticesEvent, topics, topicsOf } from './topics.ts'

export type BrokerOptions = {
  /** The present totals of these posts; those without recent likes are missing. Never throws. */
  totalsOf(posts: number[]): Promise<Map<number, VersionedTotal>>
  /** The likes that MySQL has of these posts. Never throws. */
  stored(posts: number[]): Promise<Map<number, number>>
  /** Resolves to what is in a list, as its page would show it now. Never throws. */
  newest(topic: string): Promise<Newest | undefined>
  /** Whether not everybody may read this category. */
  isClosed(category: number): boolean
  /** How many notices each of these members has not read; nobody is in it when that is not known. */
  unreadOf(members: number[]): Promise<Map<number, number>>
  flushEveryMs?: number
  heartbeatEveryMs?: number
  sweepEveryMs?: number
  /** A clock, in milliseconds. */
  now?: () => number
}

/** HAProxy ends a stream that is silent for twice as long; the browser takes it for dead a little later. */
const usualHeartbeatMs = 15_000
/** Those who lost their replica come back over this time, not all at once. */
const retryMs = { first: 200, last: 1_500 }
/** A new stream waits so long for others, so that their snapshot is read once. */
const lingerMs = 20
const postsAtOnce = 1_000

/** Whose page it is, and how many notices they had not read when the stream was asked for. */
export type OpenedBy = { id: number; unread: number }

type NewSubscriber = { group: SubscriptionGroup; stream: Stream; wasLongAway: boolean }

export function openBroker({ totalsOf, stored, newest, isClosed, unreadOf, ...times }: BrokerOptions) {
  const { flushEveryMs = 250, heartbeatEveryMs = usualHeartbeatMs, sweepEveryMs = 5_000 } = times
  const { now = () => performance.now() } = times
  const groups = openSubscriptionGroups()
  const memberStreams = openMemberStreams(unreadOf)
  /** Of each post that is looked at the newest version that was sent, or is about to be. */
  const versions = new Map<number, number>()
  const totals = new Map<number, NewTotal>()
  let events: Told[] = []
  /** Who may have another number of notices. */
  const toldMembers = new Set<number>()
  let newSubscribers: NewSubscriber[] = []
  let lastFlush = Number.NEGATIVE_INFINITY
  let flushTimer: Timer | undefined
  const timers = [setInterval(sendHeartbeat, heartbeatEveryMs), setInterval(() => void sweep(), sweepEveryMs)]
  for (const timer of timers) timer.unref()

  return {
    open,
    publishTotals,
    publish,
    sweep,
    sendNumbers,
    endStreams,
    endStreamsOf,
    end,
    streams: groups.streams,
  }

  /**
   * A stream for somebody who sees this; whoever was away for longer than totals are kept gets what MySQL
   * has, too.
   */
  function open(subscription: Subscription, wasLongAway = false, member?: OpenedBy): Stream {
    const { group, stream } = groups.join(subscription, (leave) =>
      openStream((it) => {
        leave(it)
        if (member) memberStreams.leave(member.id, it)
      }),
    )
    stream.write(retryIn(randomRetryMs()))
    if (member) {
      memberStreams.join(member.id, stream)
      stream.write(noticesEvent(member.unread))
    }
    if (newSubscribers.length === 0) setTimeout(() => void sendSnapshot(), lingerMs)
    newSubscribers.push({ group, stream, wasLongAway })
    return stream
  }

  function publishTotals(changed: NewTotal[]) {
    for (const total of changed) {
      const { post, version } = total
      if (groups.ofPost(post).size === 0 || version <= (versions.get(post) ?? -1)) continue
      versions.set(post, version)
      totals.set(post, total)
    }
    if (totals.size > 0) planFlush()
  }

  function publish(event: LiveEvent | NoticesEvent) {
    if (event.kind === 'notices') return publishNotices(event)
    const topics = topicsFor(event)
    if (topics.every((topic) => groups.ofTopic(topic).size === 0)) return
    events.push({ event, topics })
    planFlush()
  }

  function publishNotices({ members }: NoticesEvent) {
    for (const member of members) toldMembers.add(member)
    planFlush()
  }

  /** Sends every member who has a page open here their number. */
  function sendNumbers() {
    return memberStreams.send(memberStreams.all())
  }

  /** Sends what should have been sent and was not, and forgets posts that nobody sees. */
  async function sweep() {
    for (const post of versions.keys()) if (groups.ofPost(post).size === 0) versions.delete(post)
    publishTotals(await present(groups.posts()))
  }

  /** Of what is in a category that not everybody may read, its own list tells, and no other. */
  function topicsFor(event: LiveEvent): string[] {
    const isInside = event.kind === 'post' && isClosed(event.categoryId)
    return isInside ? [topics.category(event.categoryId)] : topicsOf(event)
  }

  /** Ends all streams. Browsers come back, to another replica. */
  function end() {
    for (const timer of timers) clearInterval(timer)
    clearTimeout(flushTimer)
    endStreams()
  }

  /** The same, and goes on: browsers come back, here, too. */
  function endStreams() {
    endAll(groups.all())
  }

  /** Ends the streams of those who see this post or its discussion. */
  function endStreamsOf(post: number) {
    endAll([...groups.ofPost(post), ...groups.ofTopic(topics.comments(post))])
  }

  function endAll(some: SubscriptionGroup[]) {
    for (const { streams } of some) for (const stream of [...streams]) stream.end(retryIn(randomRetryMs()))
  }

  /** Sends new subscribers how things stand: their page was drawn a moment ago, or their stream broke. */
  async function sendSnapshot() {
    const subscribers = newSubscribers
    newSubscribers = []
    const back = subscribers.filter(({ wasLongAway }) => wasLongAway)
    const [now, newestByTopic] = [await present(postsOf(subscribers)), await newestOf(subscribers)]
    const byPost = new Map(now.map((total) => [total.post, total]))
    const old = await stored(postsOf(back).filter((post) => !byPost.has(post)))
    for (const [post, total] of old) byPost.set(post, { post, total, version: 0 })

    const snapshots = new Map<SubscriptionGroup, Uint8Array[]>()
    for (const { group, stream } of subscribers) {
      const snapshot = snapshots.get(group) ?? snapshotOf(group, byPost, newestByTopic)
      snapshots.set(group, snapshot)
      for (const bytes of snapshot) stream.write(bytes)
    }
  }

  async function present(posts: number[]): Promise<NewTotal[]> {
    const found: NewTotal[] = []
    for (const some of chunks(posts, postsAtOnce)) {
      const part = await totalsOf(some)
      for (const [post, { total, version }] of part) found.push({ post, total, version })
    }
    return found
  }

  async function newestOf(subscribers: NewSubscriber[]): Promise<NewestByTopic> {
    const topics = unique(subscribers.flatMap(({ group }) => group.lists.map(({ topic }) => topic)))
    return new Map(await Promise.all(topics.map(async (topic) => [topic, await newest(topic)] as const)))
  }

  function planFlush() {
    flushTimer ??= setTimeout(flush, Math.max(0, lastFlush + flushEveryMs - now()))
  }

  function flush() {
    flushTimer = undefined
    lastFlush = now()
    const changed = new Map<SubscriptionGroup, NewTotal[]>()
    for (const total of totals.values())
      for (const group of groups.ofPost(total.post)) append(changed, group, total)
    for (const [group, some] of changed) writeAll(group, likesEvent(some))
    for (const { topic, kind, ids } of merged(events))
      for (const group of groups.ofTopic(topic)) writeAll(group, newItemsEvent(topic, { kind, ids }))
    void memberStreams.send([...toldMembers])
    totals.clear()
    toldMembers.clear()
    events = []
  }

  function sendHeartbeat() {
    const bytes = eventOf('beat', 1)
    for (const group of groups.all()) writeAll(group, bytes)
  }
}

function writeAll({ streams }: SubscriptionGroup, bytes: Uint8Array) {
  for (const stream of streams) stream.write(bytes)
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value) {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}

const unique = <T>(list: T[]) => [...new Set(list)]

const postsOf = (subscribers: NewSubscriber[]) => unique(subscribers.flatMap(({ group }) => group.posts))

const randomRetryMs = () => retryMs.first + Math.random() * (retryMs.last - retryMs.first)
