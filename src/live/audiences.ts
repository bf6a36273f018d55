import type { Stream } from './stream.ts'

/** What a page shows: posts with counters, and lists that grow, each by its topic and the newest that stands in it. */
export type Subscription = { posts: number[]; lists: { topic: string; after: number }[] }

/** Those who see the same. */
export type SubscriptionGroup = Subscription & { key: string; streams: Set<Stream> }

/** Who sees what. */
export function openSubscriptionGroups() {
  const audiences = new Map<string, SubscriptionGroup>()
  const ofPost = openIndex<number>()
  const ofTopic = openIndex<string>()
  let streams = 0

  return {
    join(
      sight: Subscription,
      open: (leave: (stream: Stream) => void) => Stream,
    ): { audience: SubscriptionGroup; stream: Stream } {
      const audience = audienceOf(sight)
      const stream = open((it) => leave(audience, it))
      audience.streams.add(stream)
      streams++
      return { audience, stream }
    },
    all: () => [...audiences.values()],
    posts: () => [...ofPost.keys()],
    ofPost: ofPost.get,
    ofTopic: ofTopic.get,
    streams: () => streams,
  }

  function audienceOf(sight: Subscription): SubscriptionGroup {
    const key = JSON.stringify(sight)
    const known = audiences.get(key)
    if (known) return known
    const audience: SubscriptionGroup = { ...sight, key, streams: new Set() }
    audiences.set(key, audience)
    for (const post of audience.posts) ofPost.add(post, audience)
    for (const { topic } of audience.lists) ofTopic.add(topic, audience)
    return audience
  }

  function leave(audience: SubscriptionGroup, stream: Stream) {
    if (!audience.streams.delete(stream)) return
    streams--
    if (audience.streams.size > 0) return
    audiences.delete(audience.key)
    for (const post of audience.posts) ofPost.remove(post, audience)
    for (const { topic } of audience.lists) ofTopic.remove(topic, audience)
  }
}

const nobody: ReadonlySet<SubscriptionGroup> = new Set()

function openIndex<Key>() {
  const sets = new Map<Key, Set<SubscriptionGroup>>()
  return {
    keys: () => sets.keys(),
    get: (key: Key): ReadonlySet<SubscriptionGroup> => sets.get(key) ?? nobody,
    add(key: Key, audience: SubscriptionGroup) {
      const those = sets.get(key) ?? new Set()
      sets.set(key, those.add(audience))
    },
    remove(key: Key, audience: SubscriptionGroup) {
      const those = sets.get(key)
      those?.delete(audience)
      if (those?.size === 0) sets.delete(key)
    },
  }
}
