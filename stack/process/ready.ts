import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'

const patienceMs = 1_000

/** The server lets the account in. Throws while it does not. */
export async function mysqlAnswers(uri: string): Promise<boolean> {
  const connection = await createConnection({ uri, connectTimeout: patienceMs })
  // Not waited for: a server that hangs now would hold up the answer.
  void connection.end().catch(() => undefined)
  return true
}

export async function redisAnswers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: patienceMs, retryStrategy: () => null })
  // A refused connection is reported by connect() too.
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return (await redis.ping()) === 'PONG'
  } finally {
    redis.disconnect()
  }
}

export async function httpAnswers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs), keepalive: false })
  await response.body?.cancel()
  return response.status === 200
}
