/**
 * Tells everyone who looks at a page what changes on it, from this replica's memory.
 *
 * People who see the same posts and lists are one *group*: what it is told is made once, and the same bytes are
 * written to each of its streams. Two thousand people on the front page cost one JSON text and two thousand writes.
 *
 * Totals are absolute and have versions. A stream is told the present totals of its posts when it was opened, read after
 * that moment; what changes meanwhile is told too, in whatever order, and the page keeps the higher version. So a
 * stream that broke and is opened again has missed nothing, and no number goes back.
 *
 * A round goes out at most every quarter of a second, at once when the last is longer ago, with the newest total of
 * each post. What came to this replica may be incomplete: Redis forgets what it told while a connection was broken. So
 * every five seconds the totals of all posts that are looked at are read, and those that were not told are.
 */

import type { Counted, NewTotal } from '../likes/protocol.ts'
import { chunks } from '../platform/async.ts'
import { type LiveEvent, topicsOf } from './events.ts'
import { comeBackIn, eventOf, openStream, type Stream } from './stream.ts'
import { openSubscriptionGroups, type Subscription, type SubscriptionGroup } from './subscription-groups.ts'

export type Newest = { kind: LiveEvent['kind']; ids: number[] }

export type BrokerOptions = {
  /** The present totals of these posts; those without recent likes are missing. Never throws. */
  counted(posts: number[]): Promise<Map<number, Counted>>
  /** The likes that MySQL has of these posts. Never throws. */
  stored(posts: number[]): Promise<Map<number, number>>
  /** What stands in a list, as its page would show it now. Never throws. */
  newest(topic: string): Promise<Newest | undefined>
  flushEveryMs?: number
  heartbeatEveryMs?: number
  sweepEveryMs?: number
}

/** HAProxy ends a stream that is silent for twice as long; the browser takes it for dead a little later. */
const usualHeartbeatMs = 15_000
/** Those who lost their replica come back over this time, not all at once. */
const comeBackMs = { first: 200, last: 1_500 }
/** Who opens a stream waits so long for others, so that what all have to be told is read once. */
const gatherMs = 20
const askedAtOnce = 1_000

type NewSubscriber = { group: SubscriptionGroup; stream: Stream; wasLongAway: boolean }

export function openBroker({ counted, stored, newest, ...times }: BrokerOptions) {
  const { flushEveryMs = 250, heartbeatEveryMs = usualHeartbeatMs, sweepEveryMs = 5_000 } = times
  const groups = openSubscriptionGroups()
  /** The newest version of each post that is looked at that was told. */
  const told = new Map<number, number>()
  const totals = new Map<number, NewTotal>()
  let news: LiveEvent[] = []
  let newSubscribers: NewSubscriber[] = []
  let lastFlush = Number.NEGATIVE_INFINITY
  let round: Timer | undefined
  const timers = [setInterval(sendHeartbeat, heartbeatEveryMs), setInterval(() => void sweep(), sweepEveryMs)]
  for (const timer of timers) timer.unref()

  return { open, tell, announce, sweep, end, streams: groups.streams }

  /** A stream for somebody who sees this; who was away for longer than totals are kept is told what MySQL has, too. */
  function open(subscription: Subscription, wasLongAway = false): Stream {
    const { group, stream } = groups.join(subscription, openStream)
    stream.write(comeBackIn(someMs()))
    if (newSubscribers.length === 0) setTimeout(() => void sendSnapshot(), gatherMs)
    newSubscribers.push({ group, stream, wasLongAway })
    return stream
  }

  /** Totals that changed. */
  function tell(changed: NewTotal[]) {
    for (const total of changed) {
      const { post, version } = total
      if (groups.ofPost(post).size === 0 || version <= (told.get(post) ?? -1)) continue
      told.set(post, version)
      totals.set(post, total)
    }
    if (totals.size > 0) planFlush()
  }

  function announce(fresh: LiveEvent) {
    if (topicsOf(fresh).every((topic) => groups.ofTopic(topic).size === 0)) return
    news.push(fresh)
    planFlush()
  }

  /** Finds what should have been told and was not, and forgets posts that nobody sees. */
  async function sweep() {
    for (const post of told.keys()) if (groups.ofPost(post).size === 0) told.delete(post)
    tell(await present(groups.posts()))
  }

  /** Ends all streams. Browsers come back, to another replica. */
  function end() {
    for (const timer of timers) clearInterval(timer)
    clearTimeout(round)
    for (const { streams } of groups.all())
      for (const stream of [...streams]) stream.end(comeBackIn(someMs()))
  }

  /** Tells those who just came how things stand: their page was drawn a moment ago, or their stream broke. */
  async function sendSnapshot() {
    const come = newSubscribers
    newSubscribers = []
    const back = come.filter(({ wasLongAway }) => wasLongAway)
    const [now, tops] = [await present(postsOf(come)), await topsOf(come)]
    const byPost = new Map(now.map((total) => [total.post, total]))
    const old = await stored(postsOf(back).filter((post) => !byPost.has(post)))
    for (const [post, total] of old) byPost.set(post, { post, total, version: 0 })

    const snapshots = new Map<SubscriptionGroup, Uint8Array[]>()
    for (const { group, stream } of come) {
      const snapshot = snapshots.get(group) ?? snapshotOf(group, byPost, tops)
      snapshots.set(group, snapshot)
      for (const bytes of snapshot) stream.write(bytes)
    }
  }

  async function present(posts: number[]): Promise<NewTotal[]> {
    const found: NewTotal[] = []
    for (const some of chunks(posts, askedAtOnce)) {
      const part = await counted(some)
      for (const [post, { total, version }] of part) found.push({ post, total, version })
    }
    return found
  }

  async function topsOf(come: NewSubscriber[]): Promise<Tops> {
    const wanted = unique(come.flatMap(({ group }) => group.lists.map(({ topic }) => topic)))
    return new Map(await Promise.all(wanted.map(async (topic) => [topic, await newest(topic)] as const)))
  }

  function planFlush() {
    round ??= setTimeout(sendEvents, Math.max(0, lastFlush + flushEveryMs - performance.now()))
  }

  function sendEvents() {
    round = undefined
    lastFlush = performance.now()
    const changed = new Map<SubscriptionGroup, NewTotal[]>()
    for (const total of totals.values())
      for (const group of groups.ofPost(total.post)) append(changed, group, total)
    for (const [group, some] of changed) writeAll(group, likesEvent(some))
    for (const { topic, kind, ids } of merged(news))
      for (const group of groups.ofTopic(topic)) writeAll(group, newsEvent(topic, { kind, ids }))
    totals.clear()
    news = []
  }

  function sendHeartbeat() {
    const bytes = eventOf('beat', 1)
    for (const group of groups.all()) writeAll(group, bytes)
  }
}

type Tops = Map<string, Newest | undefined>

/** What somebody who came must know to be up to date. */
function snapshotOf(
  { posts, lists }: SubscriptionGroup,
  totals: Map<number, NewTotal>,
  tops: Tops,
): Uint8Array[] {
  const missed = lists.flatMap(({ topic, after }) => {
    const top = tops.get(topic)
    const ids = top?.ids.filter((id) => id > after) ?? []
    return top && ids.length > 0 ? [newsEvent(topic, { kind: top.kind, ids })] : []
  })
  return [likesEvent(posts.flatMap((post) => totals.get(post) ?? [])), ...missed]
}

const likesEvent = (totals: NewTotal[]) =>
  eventOf(
    'likes',
    totals.map(({ post, total, version }) => [post, total, version]),
  )

const newsEvent = (topic: string, { kind, ids }: Newest) => eventOf('news', { topic, kind, ids })

/** By topic and kind, because several may come in one round. */
function merged(news: LiveEvent[]): ({ topic: string } & Newest)[] {
  const byList = new Map<string, { topic: string } & Newest>()
  for (const each of news) {
    for (const topic of topicsOf(each)) {
      const list = byList.get(`${topic} ${each.kind}`) ?? { topic, kind: each.kind, ids: [] }
      byList.set(`${topic} ${each.kind}`, { ...list, ids: [...list.ids, each.id] })
    }
  }
  return [...byList.values()]
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

const postsOf = (come: NewSubscriber[]) => unique(come.flatMap(({ group }) => group.posts))

const someMs = () => comeBackMs.first + Math.random() * (comeBackMs.last - comeBackMs.first)
