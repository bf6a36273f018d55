import { beforeAll } from 'bun:test'
import type { Document } from '../../../src/openapi/document.ts'
import { checkerOf } from '../api/client.ts'
import { type ActsFixture, type ActsSite, actsClient, newActId, newName, sha1 } from './client.ts'
import { oneActContract } from './contract-acts.ts'
import { namesContract } from './contract-names.ts'
import { orderContract } from './contract-order.ts'

/**
 * Every row of the published contract, asked through HAProxy. Each answer must fit the API's document too.
 */
export function actsContract(open: () => Promise<ActsSite>): void {
  let url: string
  const user = newName('ana')
  const category = newName('street & park')
  let fits: ReturnType<typeof checkerOf> = () => {}
  const client = actsClient(
    () => url,
    (...answer) => fits(...answer),
  )
  const at = (name: string) => `/categories/${encodeURIComponent(name)}`

  const act = (changes: Record<string, unknown> = {}) => ({
    actId: newActId(),
    username: user,
    timestamp: '29-02-2020:59-59-23',
    caption: 'Helped an old man over the road',
    categoryName: category,
    imgB64: 'aGVsbG8=',
    ...changes,
  })

  beforeAll(async () => {
    url = (await open()).url
    fits = checkerOf((await (await fetch(`${url}/api/openapi.json`)).json()) as Document)
    await client.post('/users', { username: user, password: sha1('secret') })
    await client.post('/categories', [category])
  }, 180_000)

  const fixture: ActsFixture = { ...client, url: () => url, user, category, at, act }
  namesContract(fixture)
  oneActContract(fixture)
  orderContract(fixture)
}
