import {
  type Command,
  Redis,
  type RedisOptions,
  type SentinelAddress,
  type SentinelConnectionOptions,
  SentinelConnector,
} from 'ioredis'
import { afterAttended, attendedMs } from './attention.ts'
import { type Breaker, openBreaker } from './breaker.ts'
import { eachHost } from './hosts.ts'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'

const answersWithinMs = 250
/**
 * A connection by which nothing comes for so long, while something is waited for, is thrown away for another
 * one.
 */
const silentMs = 1_000
const pingEveryMs = 5_000

/**
 * A connection to Redis that fails at once instead of waiting: no queue while it is down, no command sent
 * twice, a reply within 250 ms or an error. It reconnects by itself. Errors are logged when the state
 * changes, not per try. Times are of this process's attention (`attention.ts`): an answer that lies here
 * unread is none that is late.
 *
 * `redis+sentinel://:password@n1,n2,n3/name` names Sentinels, which know the server that takes changes now:
 * it goes on with another one after a failover. With `rediss+sentinel://` all speak TLS; `identity` is what
 * is shown to servers and Sentinels that are nodes of a cluster, and by which they are known.
 */
export function openRedis(url: string, log: Log, identity?: Identity): Redis {
  const redis = new AttentiveRedis(url, answersWithinMs, identity, log, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: true,
    connectTimeout: 500,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
  })
  logChanges(redis, log)
  return redis
}

/** The breaker for all who ask this Redis. A new connection is a new beginning. */
export function breakerOf(redis: Redis): Breaker {
  const breaker = openBreaker({ probe: () => redis.ping() })
  redis.on('ready', breaker.close)
  return breaker
}

/**
 * A connection for SUBSCRIBE alone: it waits for Redis to return and then subscribes anew by itself. It asks
 * for something now and then: who only listens never learns that the other end has gone.
 */
export function openSubscriber(url: string, log: Log, identity?: Identity): Redis {
  const redis = new AttentiveRedis(url, Number.POSITIVE_INFINITY, identity, log, {
    maxRetriesPerRequest: null,
    autoResubscribe: true,
    connectTimeout: 500,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
  })
  const pingTimer = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }, pingEveryMs)
  redis.once('end', () => clearInterval(pingTimer))
  logChanges(redis, log)
  return redis
}

/**
 * The driver counts by the clock how long an answer takes. Here both limits are counted in attention: of one
 * answer, and of a connection by which nothing comes.
 */
class AttentiveRedis extends Redis {
  /** Since when something has been asked and nothing has come. */
  private unheardSince: number | undefined
  private callOff: (() => void) | undefined

  constructor(
    url: string,
    private readonly withinMs: number,
    identity: Identity | undefined,
    log: Log,
    options: Omit<RedisOptions, 'replyMapping'>,
  ) {
    // The driver takes several of either kind, the first before the next.
    super((sentinelsAt(url, identity, log) ?? url) as string, options)
    this.on('connect', () => {
      this.unheardSince = undefined
      this.stream.on('data', () => {
        this.unheardSince = undefined
      })
    })
    this.on('close', () => {
      this.callOff?.()
      this.callOff = undefined
    })
  }

  override sendCommand(command: Command, stream?: Parameters<Redis['sendCommand']>[1]): unknown {
    const sent = super.sendCommand(command, stream)
    if (command.isSettled) return sent
    if (Number.isFinite(this.withinMs)) this.limit(command)
    this.unheardSince ??= attendedMs()
    this.callOff ??= afterAttended(silentMs, () => this.look())
    return sent
  }

  private limit(command: Command): void {
    const late = () => command.reject(new Error(`Redis did not answer within ${this.withinMs} ms`))
    const callOff = afterAttended(this.withinMs, late)
    command.promise.then(callOff, callOff)
  }

  private look(): void {
    this.callOff = undefined
    if (this.unheardSince === undefined) return
    const leftMs = this.unheardSince + silentMs - attendedMs()
    if (leftMs > 0) this.callOff = afterAttended(leftMs, () => this.look())
    else this.stream.destroy(new Error(`Redis said nothing for ${silentMs} ms`))
  }
}

function logChanges(redis: Redis, log: Log) {
  let isDown = false
  redis.on('error', (error) => {
    if (!isDown) log.warn('Redis is out of reach', { reason: error.message })
    isDown = true
  })
  redis.on('ready', () => {
    if (isDown) log.info('Redis is back')
    isDown = false
  })
}

const sentinelPort = 26_379

/** Undefined where the URL is the server's own. Sentinels have the server's password. */
function sentinelsAt(text: string, identity: Identity | undefined, log: Log): RedisOptions | undefined {
  const [protocol = ''] = text.split(':')
  if (!protocol.endsWith('+sentinel')) return undefined
  const all = eachHost(text).map((each) => new URL(each))
  const [{ username, password, pathname, searchParams }] = all as [URL]
  // Sentinels say where servers are, by addresses or by names: all that counts is that it is a node.
  const tls = identity ? { ...identity, checkServerIdentity: () => undefined } : {}
  const account = {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  }
  return {
    ...account,
    ...(protocol === 'rediss+sentinel' && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    ...(account.password && { sentinelPassword: account.password }),
    sentinels: all.map(({ hostname, port }) => ({ host: hostname, port: Number(port) || sentinelPort })),
    name: decodeURIComponent(pathname.slice(1)),
    db: Number(searchParams.get('db') ?? 0),
    failoverDetector: true,
    // The driver's own waits for a minute: after all were restarted in turn none would tell of a failover.
    sentinelReconnectStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 7), 5_000),
    Connector: heardSentinels(log) as RedisOptions['Connector'],
    sentinelCommandTimeout: 500,
    sentinelRetryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 5), 1_000),
    // A server that others replaced takes no changes; nothing is sent twice.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  }
}

/**
 * The driver's own way to Sentinels. It leaves to nobody the errors of those connections by which it hears of
 * a failover, and they are printed, one each try. Here a Sentinel that goes or comes back is logged once.
 */
function heardSentinels(log: Log) {
  const away = new Set<string>()
  return class extends SentinelConnector {
    constructor(options: SentinelConnectionOptions) {
      super(options)
      const connect: (to: SentinelAddress, its?: RedisOptions) => Redis = Reflect.get(this, connecting)
      Reflect.set(this, connecting, (to: SentinelAddress, its?: RedisOptions) => {
        const sentinel = `${to.host}:${to.port}`
        const client = connect.call(this, to, its)
        client.on('error', ({ message }) => {
          if (!away.has(sentinel)) log.warn('a Sentinel is out of reach', { sentinel, reason: message })
          away.add(sentinel)
        })
        client.on('ready', () => {
          if (away.delete(sentinel)) log.info('a Sentinel is back', { sentinel })
        })
        return client
      })
    }
  }
}

/** The driver's method that opens each connection to a Sentinel. */
const connecting = 'connectToSentinel'
