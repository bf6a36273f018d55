import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, textsIn } from '../support/site/markup.ts'
import { addCategory, writePost } from '../support/site/members.ts'
import type { Visitor } from '../support/site/visitor.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
  await addCategory(market.replica, 'Books')
  const post = await writePost(ana, 'Only one', 'With some #words in it')
  await ana.post(`${post}/comments`, { body: 'And some words more' })
})

const nothingEver = [
  'Nothing has been written here yet.',
  'No posts yet.',
  'No post has this tag.',
  'No post has all these words.',
  'No comment has all these words.',
  'There are no orders here.',
  'Nobody has such a name.',
]

describe('the page behind the end of a list', () => {
  test.each([
    ['/?before=1', '?'],
    ['/?sort=top&before=0-1', '?sort=top'],
    ['/c/Books?before=1', '?'],
    ['/c/Books?sort=top&before=0-1', '?sort=top'],
    ['/users/ana?before=1', '?'],
    ['/tags/words?before=1', '?'],
    ['/search?q=words&before=1', '/search?q=words'],
    ['/search?q=words&in=comments&before=1', '/search?q=words&in=comments'],
    ['/market/orders?before=1', '?'],
    ['/admin/orders?before=1', '?'],
    ['/admin/orders?state=closed&before=1', '?state=closed'],
    ['/admin/members?q=ana&before=1', '?q=ana'],
  ])('%s says that there is nothing more, and leads to the first', async (path, first) => {
    const page = await (await ana.get(path)).text()
    const arabic = await (await ana.get(path, { 'accept-language': 'ar' })).text()

    expect(textsIn(page, '.empty span')).toEqual(['There is nothing more.'])
    expect(attributeIn(page, '.empty a', 'href')).toBe(first)
    expect(nothingEver.filter((says) => page.includes(says))).toEqual([])
    expect(arabic).toContain('لا يوجد المزيد.')
  })

  test('is not the first page of a list in which there is nothing', async () => {
    for (const path of ['/tags/nowhere', '/search?q=nowhere', '/market/orders', '/admin/members?q=nobody']) {
      const page = await (await ana.get(path)).text()

      expect(page, path).not.toContain('There is nothing more.')
      expect(nothingEver.some((says) => page.includes(says))).toBe(true)
    }
  })
})
