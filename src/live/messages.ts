import type { NewTotal } from '../likes/protocol.ts'
import { eventOf } from './stream.ts'
import type { SubscriptionGroup } from './subscription-groups.ts'
import type { LiveEvent } from './topics.ts'

/* What is sent to open pages: `likes`, totals of posts, and `news`, what is new in a list. */

/** What is new in a list. */
export type Newest = { kind: LiveEvent['kind']; ids: number[] }

export type NewestByTopic = Map<string, Newest | undefined>

/** Returns the events that bring a new subscriber up to date. */
export function snapshotOf(
  { posts, lists }: SubscriptionGroup,
  totals: Map<number, NewTotal>,
  newestByTopic: NewestByTopic,
): Uint8Array[] {
  const missed = lists.flatMap(({ topic, after }) => {
    const newest = newestByTopic.get(topic)
    const ids = newest?.ids.filter((id) => id > after) ?? []
    return newest && ids.length > 0 ? [newItemsEvent(topic, { kind: newest.kind, ids })] : []
  })
  return [likesEvent(posts.flatMap((post) => totals.get(post) ?? [])), ...missed]
}

export const likesEvent = (totals: NewTotal[]) =>
  eventOf(
    'likes',
    totals.map(({ post, total, version }) => [post, total, version]),
  )

export const newItemsEvent = (topic: string, { kind, ids }: Newest) => eventOf('news', { topic, kind, ids })

/** Something new, and the lists in which it is told. */
export type Told = { event: LiveEvent; topics: string[] }

/** By topic and kind, because one flush may have several. */
export function merged(events: Told[]): ({ topic: string } & Newest)[] {
  const byList = new Map<string, { topic: string } & Newest>()
  for (const { event, topics } of events) {
    for (const topic of topics) {
      const list = byList.get(`${topic} ${event.kind}`) ?? { topic, kind: event.kind, ids: [] }
      byList.set(`${topic} ${event.kind}`, { ...list, ids: [...list.ids, event.id] })
    }
  }
  return [...byList.values()]
}
