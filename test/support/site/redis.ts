import type { Service } from '../servers/services.ts'

/** Whatever Redis holds, by its keys, each as JSON. */
export async function everythingIn({ url }: Service): Promise<{ key: string; value: string }[]> {
  const redis = new Bun.RedisClient(url)
  const ask = (command: string, ...rest: string[]) => redis.send(command, rest)
  const readers: Record<string, (key: string) => Promise<unknown>> = {
    string: (key) => ask('GET', key),
    hash: (key) => ask('HGETALL', key),
    list: (key) => ask('LRANGE', key, '0', '-1'),
    zset: (key) => ask('ZRANGE', key, '0', '-1'),
    stream: (key) => ask('XRANGE', key, '-', '+'),
    set: (key) => ask('SMEMBERS', key),
  }
  const found: { key: string; value: string }[] = []
  for (const key of (await ask('KEYS', '*')) as string[]) {
    const read = readers[(await ask('TYPE', key)) as string]
    found.push({ key, value: JSON.stringify(await read?.(key)) ?? '' })
  }
  redis.close()
  return found
}
