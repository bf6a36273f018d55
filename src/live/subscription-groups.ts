import type { Stream } from './stream.ts'

/**
 * The content of a page: posts with counters, and lists that grow, each by its topic and the newest that
 * stands in it.
 */
export type Subscription = { posts: number[]; lists: { topic: string; after: number }[] }

/** Those who see the same. */
export type SubscriptionGroup = Subscription & { key: string; streams: Set<Stream> }

/** Groups streams by what they subscribe to. */
export function openSubscriptionGroups() {
  const groups = new Map<string, SubscriptionGroup>()
  const ofPost = openIndex<number>()
  const ofTopic = openIndex<string>()
  let streams = 0

  return {
    join(
      subscription: Subscription,
      open: (leave: (stream: Stream) => void) => Stream,
    ): { group: SubscriptionGroup; stream: Stream } {
      const group = groupOf(subscription)
      const stream = open((it) => leave(group, it))
      group.streams.add(stream)
      streams++
      return { group, stream }
    },
    all: () => [...groups.values()],
    posts: () => [...ofPost.keys()],
    ofPost: ofPost.get,
    ofTopic: ofTopic.get,
    streams: () => streams,
  }

  function groupOf(subscription: Subscription): SubscriptionGroup {
    const key = JSON.stringify(subscription)
    const known = groups.get(key)
    if (known) return known
    const group: SubscriptionGroup = { ...subscription, key, streams: new Set() }
    groups.set(key, group)
    for (const post of group.posts) ofPost.add(post, group)
    for (const { topic } of group.lists) ofTopic.add(topic, group)
    return group
  }

  function leave(group: SubscriptionGroup, stream: Stream) {
    if (!group.streams.delete(stream)) return
    streams--
    if (group.streams.size > 0) return
    groups.delete(group.key)
    for (const post of group.posts) ofPost.remove(post, group)
    for (const { topic } of group.lists) ofTopic.remove(topic, group)
  }
}

const nobody: ReadonlySet<SubscriptionGroup> = new Set()

function openIndex<Key>() {
  const sets = new Map<Key, Set<SubscriptionGroup>>()
  return {
    keys: () => sets.keys(),
    get: (key: Key): ReadonlySet<SubscriptionGroup> => sets.get(key) ?? nobody,
    add(key: Key, group: SubscriptionGroup) {
      const those = sets.get(key) ?? new Set()
      sets.set(key, those.add(group))
    },
    remove(key: Key, group: SubscriptionGroup) {
      const those = sets.get(key)
      those?.delete(group)
      if (those?.size === 0) sets.delete(key)
    },
  }
}
