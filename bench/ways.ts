/**
 * In a container between programs and stores: a proxy for each kind of connection, and who uses which
 * hang.
 */
import { startSlowProxy } from '../test/support/servers/slow-proxy.ts'
import { type Way, ways } from './faults.ts'

export const controlPort = 4000

const stores = { MySQL: { host: 'mysql', port: 3306 }, Redis: { host: 'redis', port: 6379 } }
const storeOf = (way: Way) => (way.endsWith('Redis') ? stores.Redis : stores.MySQL)

if (import.meta.main) {
  const proxies = await Promise.all(
    ways.map((way, index) => startSlowProxy(() => storeOf(way), { host: '0.0.0.0', port: 4001 + index })),
  )
  Bun.serve({
    hostname: '127.0.0.1',
    port: controlPort,
    fetch({ url }) {
      const { searchParams } = new URL(url)
      const number = (name: string) => Number(searchParams.get(name))
      const end = proxies[number('way')]?.loseOne(number('place'))
      if (!end) return new Response('none is open', { status: 409 })
      setTimeout(end, number('forMs'))
      return new Response('hung')
    },
  })
}
