import type { Redis } from 'ioredis'
import type { LikesClient } from '../likes/client.ts'
import { likesChannel, type NewTotal } from '../likes/protocol.ts'
import type { Identity } from '../platform/identity.ts'
import type { Log } from '../platform/log.ts'
import { openSubscriber } from '../platform/redis.ts'
import { type BrokerOptions, type OpenedBy, openBroker } from './broker.ts'
import { type Guard, openGuard } from './guard.ts'
import type { Stream } from './stream.ts'
import type { Subscription } from './subscription-groups.ts'
import { type Event, eventsChannel } from './topics.ts'

export type Live = {
  /**
   * Sends something new to everyone who looks at a list that it is in, or to members their number of notices.
   * At once, and whatever Redis does.
   */
  publish(event: Event): void
  /**
   * Opens a stream of what changes on a page, from now on. `wasLongAway`: the page may be older than the
   * totals that Redis keeps. `member`: whose page it is. Undefined when there are `mostStreams`, or the
   * replica stops.
   */
  open(subscription: Subscription, wasLongAway: boolean, member?: OpenedBy): Stream | undefined
  /** Ends a stream when whoever has this sign-in may not read any more. */
  guard: Guard['add']
  /** Streams that are open. */
  streams(): number
  /** Ends all streams, so that browsers go to another replica. */
  end(): void
  close(): void
}

type LiveOptions = Omit<BrokerOptions, 'totalsOf'> & {
  redisUrl: string
  identity?: Identity | undefined
  redis: Redis
  likes: LikesClient
  log: Log
  mostStreams: number
  /** Reads anew who may read what. */
  refreshDoors(): Promise<void>
}

/** A replica's live side. It listens to Redis from its first stream on. */
export function openLive(given: LiveOptions): Live {
  const { redisUrl, identity, redis, likes, log, mostStreams, refreshDoors, ...options } = given
  const broker = openBroker({ totalsOf: likes.versionedTotals, ...options })
  let subscriber: Redis | undefined
  const guard = openGuard()
  let isOver = false

  return {
    publish(event) {
      // Those of this replica hear it even with Redis away; those who hear it twice know it by its id.
      hear(event)
      redis.publish(eventsChannel, JSON.stringify(event)).catch(() => {})
    },
    open(subscription, wasLongAway, member) {
      if (isOver || broker.streams() >= mostStreams) return undefined
      subscriber ??= listen()
      return broker.open(subscription, wasLongAway, member)
    },
    guard: guard.add,
    streams: broker.streams,
    end,
    close() {
      end()
      guard.close()
      subscriber?.disconnect()
    },
  }

  function end() {
    isOver = true
    broker.end()
  }

  function hear(event: Event) {
    if (event.kind === 'sign-ins') void guard.recheck(event.keys)
    else if (event.kind === 'doors') void reopen()
    else if (event.kind === 'moved') broker.endStreamsOf(event.id)
    else broker.publish(event)
  }

  /** Whoever looks at a page asks anew what of it they may hear. */
  async function reopen() {
    await refreshDoors().catch((error) => log.warn('who may read what could not be read', { error }))
    broker.endStreams()
  }

  function listen(): Redis {
    const opened = openSubscriber(redisUrl, log, identity)
    opened.on('message', (channel, text) => {
      const message: unknown = JSON.parse(text)
      if (channel === likesChannel) broker.publishTotals(message as NewTotal[])
      else hear(message as Event)
    })
    opened.on('ready', () => void subscribe(opened))
    return opened
  }

  /** At the start, and when Redis is back: what was published meanwhile is lost, so all is read anew. */
  async function subscribe(opened: Redis) {
    try {
      await opened.subscribe(likesChannel, eventsChannel)
    } catch {
      // It went away again, and comes again.
    }
    await Promise.all([broker.sweep(), broker.sendNumbers(), guard.recheck()])
  }
}
