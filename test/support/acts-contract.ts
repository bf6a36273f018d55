import { beforeAll } from 'bun:test'
import type { Document } from '../../src/api/document.ts'
import { type Acts, actsClient, newActId, newName, sha1 } from './acts-client.ts'
import { actsRowsContract } from './acts-contract-acts.ts'
import { listsContract } from './acts-contract-lists.ts'
import { namesContract } from './acts-contract-names.ts'
import { checkerOf } from './api.ts'

/** Every row of the published contract, asked at HAProxy's address. Each answer must fit the API's document, too. */
export function actsContract(open: () => Promise<{ url: string }>): void {
  let url: string
  let fits: ReturnType<typeof checkerOf> = () => {}
  const client = actsClient(
    () => url,
    (...answer) => fits(...answer),
  )
  const user = newName('ana')
  const category = newName('street & park')
  const acts: Acts = {
    ...client,
    url: () => url,
    user,
    category,
    at: (name) => `/categories/${encodeURIComponent(name)}`,
    act: (changes = {}) => ({
      actId: newActId(),
      username: user,
      timestamp: '29-02-2020:59-59-23',
      caption: 'Helped an old man over the road',
      categoryName: category,
      imgB64: 'aGVsbG8=',
      ...changes,
    }),
  }

  beforeAll(async () => {
    url = (await open()).url
    fits = checkerOf((await (await fetch(`${url}/api/openapi.json`)).json()) as Document)
    await client.post('/users', { username: user, password: sha1('secret') })
    await client.post('/categories', [category])
  }, 180_000)

  namesContract(acts)
  actsRowsContract(acts)
  listsContract(acts)
}
