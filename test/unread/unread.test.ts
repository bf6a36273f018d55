import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Viewer } from '../../src/accounts/queries.ts'
import { forgetViewer } from '../../src/accounts/sessions.ts'
import { noteRead } from '../../src/unread/service.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { attributeIn, find, textsIn } from '../support/site/markup.ts'
import { newName } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

let web: Replica
let market: Market
beforeAll(async () => {
  web = await openReplica()
  market = await openMarket(web)
  await web.database.write(
    `INSERT INTO categories (id, name, name_key)
     VALUES (1, 'Books', UNHEX(SHA2('Books', 256))), (2, 'Town', UNHEX(SHA2('Town', 256)))`,
  )
})

type Member = Visitor & { id: number; name: string }

/** A member who has been here. */
async function member(kind: 'ana' | 'bo' | 'cem'): Promise<Member> {
  const name = newName(kind)
  const visitor = await market.signedIn(name)
  const [row] = await web.database.rows<{ id: number }>('SELECT id FROM users WHERE name = ?', [name])
  const there = { ...visitor, id: row!.id, name }
  await visitsAgain(there)
  return there
}

/** Comes to the board again after some minutes, which is noted. */
async function visitsAgain({ id, get }: Member): Promise<void> {
  await web.database.write('UPDATE visits SET seen_at = seen_at - INTERVAL 10 MINUTE WHERE user_id = ?', [id])
  await forgetViewer(web.context, id)
  await get('/market')
  await until(async () => {
    const recent = 'SELECT 1 FROM visits WHERE user_id = ? AND seen_at > NOW(3) - INTERVAL 1 MINUTE'
    return (await web.database.rows(recent, [id])).length > 0
  })
  await forgetViewer(web.context, id)
}

/** Is away for so long that what they saw last begins a new visit. */
async function goesAway({ id }: Member): Promise<void> {
  await web.database.write('UPDATE visits SET seen_at = seen_at - INTERVAL 2 HOUR WHERE user_id = ?', [id])
  await forgetViewer(web.context, id)
}

async function postOf(author: Visitor, title = 'Bread', category = 'Books'): Promise<number> {
  const answer = await market.json(author, 'POST', '/api/posts', { category, title, body: 'Text' })
  return ((await answer.json()) as { id: number }).id
}

async function say(who: Visitor, post: number, body = 'So be it'): Promise<number> {
  const answer = await market.json(who, 'POST', `/api/posts/${post}/comments`, { body, parent: null })
  return ((await answer.json()) as { id: number }).id
}

const textOf = async (who: Visitor, path: string) => (await who.get(path)).text()

/** What stands above the card of a post in a list. */
async function markOf(who: Visitor, post: number, path = '/'): Promise<string | undefined> {
  const page = await textOf(who, path)
  const before = page.slice(0, page.indexOf(`<article id="post-${post}"`))
  const mark = /<p class="mark">(?:(?!<p class="mark">|<article).)*$/s.exec(before)?.[0]
  return mark
    ?.replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

const newComments = async (who: Visitor, post: number) =>
  find(await textOf(who, `/posts/${post}`), '#threads .byline .tag').length

const hasRead = (who: Member, post: number) =>
  until(async () => {
    const rows = await web.database.rows('SELECT 1 FROM thread_reads WHERE user_id = ? AND post_id = ?', [
      who.id,
      post,
    ])
    return rows.length > 0
  })

describe('what came since a member was here', () => {
  test('is marked and counted in lists, and leads to the first new comment', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const [old, quiet] = [await postOf(bo, 'Old'), await postOf(bo, 'Quiet')]
    await say(bo, old, 'Before')
    await visitsAgain(ana)
    await goesAway(ana)
    const first = await say(bo, old, 'First')
    await say(bo, old, 'Second')
    const fresh = await postOf(bo, 'Fresh')
    const own = await postOf(ana, 'Own')

    for (const path of ['/', '/c/Books']) {
      expect(await markOf(ana, old, path)).toBe('2 new comments')
      expect(await markOf(ana, fresh, path)).toBe('new')
      expect(await markOf(ana, quiet, path)).toBe(undefined)
      expect(await markOf(ana, own, path)).toBe(undefined)
    }
    const page = await textOf(ana, '/')
    expect(attributeIn(page, '.mark a', 'href')).toBe(`/comments/${first}`)
  })

  test('is marked in a thread, until it was read, on every device', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(bo)
    await say(bo, post, 'Before')
    await visitsAgain(ana)
    await goesAway(ana)
    const [first] = [
      await say(bo, post, 'First'),
      await say(bo, post, 'Second'),
      await say(ana, post, 'Mine'),
    ]

    const page = await textOf(ana, `/posts/${post}`)
    expect(find(page, '#threads .byline .tag').length).toBe(2)
    expect(textsIn(page, '#comments p a[href^="#"]')).toEqual(['First new comment'])
    expect(attributeIn(page, '#comments p a[href^="#"]', 'href')).toBe(`#comment-${first}`)
    await hasRead(ana, post)

    await until(async () => (await newComments(ana, post)) === 0)
    expect(await markOf(ana, post)).toBe(undefined)
    const third = await say(bo, post, 'Third')
    expect(await markOf(ana, post)).toBe('1 new comment')
    expect(attributeIn(await textOf(ana, '/'), '.mark a', 'href')).toBe(`/comments/${third}`)
  })

  test('is counted in categories, without what was read or is hidden', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    await goesAway(ana)
    const [read] = [await postOf(bo), await postOf(bo), await postOf(bo, 'Fair', 'Town')]
    const hidden = await postOf(bo)
    await web.database.write(`INSERT INTO removed_posts (post_id, title, reason) VALUES (?, 'x', '')`, [
      hidden,
    ])
    const counts = async () => textsIn(await textOf(ana, '/categories'), 'li .tag')
    expect(await counts()).toEqual(['2 new posts', '1 new post'])

    await textOf(ana, `/posts/${read}`)
    await hasRead(ana, read)

    await until(async () => (await counts())[0] === '1 new post')
    const answer = await market.json(ana, 'GET', '/api/unread')
    expect(await answer.json()).toMatchObject({
      categories: [
        { category: 1, posts: 1 },
        { category: 2, posts: 1 },
      ],
    })
  })

  test('is nothing after all was marked as read, on a page or over REST, and nothing of others is', async () => {
    const [ana, bo, cem] = [await member('ana'), await member('bo'), await member('cem')]
    for (const each of [ana, cem]) await goesAway(each)
    const post = await postOf(bo)
    await say(bo, post)
    expect(await markOf(ana, post)).toBe('new 1 new comment')
    expect(find(await textOf(ana, '/'), 'form[action="/unread/read"]').length).toBe(1)

    const done = await ana.post('/unread/read')
    expect([done.status, done.headers.get('location')]).toEqual([303, '/'])
    expect(await markOf(ana, post)).toBe(undefined)
    expect(find(await textOf(ana, '/'), 'form[action="/unread/read"]')).toEqual([])
    expect(await markOf(cem, post)).toBe('new 1 new comment')
    expect((await market.json(cem, 'POST', '/api/unread/read')).status).toBe(204)
    expect(await markOf(cem, post)).toBe(undefined)
  })

  test('stays so while they are here, and after an hour away begins where they were', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    await goesAway(ana)
    const first = await postOf(bo)
    await web.database.write(
      'UPDATE visits SET seen_at = NOW(3), since_post = ?, seen_post = ? WHERE user_id = ?',
      [first - 1, first - 1, ana.id],
    )
    await visitsAgain(ana)
    expect(await markOf(ana, first)).toBe('new')

    await goesAway(ana)
    const second = await postOf(bo)
    await visitsAgain(ana)

    expect(await markOf(ana, first)).toBe(undefined)
    expect(await markOf(ana, second)).toBe('new')
  })
})

describe('strangers and programs', () => {
  test('see no mark, and who is here for the first time neither', async () => {
    const bo = await member('bo')
    const post = await postOf(bo)
    await say(bo, post)
    const newcomer = await market.signedIn(newName('ana'))

    for (const path of ['/', `/posts/${post}`, '/categories']) {
      for (const who of [market.anyone(), newcomer])
        expect(await textOf(who, path)).not.toMatch(/class="mark"|class="tag"|First new/)
    }
  })

  test('cost no statement for it, and a member one at most on each page', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const post = await postOf(bo)
    await say(bo, post)
    await goesAway(ana)
    await say(bo, post)
    const paths = ['/', '/c/Books', `/posts/${post}`, '/categories']
    for (const who of [market.anyone(), ana]) for (const path of paths) await textOf(who, path)
    await hasRead(ana, post)

    const names = ['newInThreads', 'newInCategories', 'sinceOf', 'putThreadRead', 'noteVisit', 'newestOfAll']
    const asked = async (who: Visitor, path: string) => {
      const before = await counted(names)
      await textOf(who, path)
      return (await counted(names)) - before
    }
    for (const path of paths) {
      expect([path, await asked(market.anyone(), path)]).toEqual([path, 0])
      expect([path, (await asked(ana, path)) <= 1]).toEqual([path, true])
    }
  })

  test('cost no statement where nothing is new, and one until something else is', async () => {
    const [ana, bo] = [await member('ana'), await member('bo')]
    const [read, other] = [await postOf(bo), await postOf(bo)]
    await say(bo, other)
    await visitsAgain(ana)
    await goesAway(ana)
    await say(bo, read)
    await textOf(ana, `/posts/${read}`)
    await hasRead(ana, read)
    await until(async () => (await markOf(ana, read)) === undefined)
    const asked = async (path: string) => {
      const before = await counted(['newInThreads'])
      await textOf(ana, path)
      return (await counted(['newInThreads'])) - before
    }

    for (const path of ['/', `/users/${bo.name}`]) expect([path, await asked(path)]).toEqual([path, 0])
    await say(bo, other)
    for (const path of ['/', `/users/${bo.name}`]) {
      expect([path, await asked(path), await asked(path)]).toEqual([path, 1, 0])
      expect(await markOf(ana, other, path)).toBe('1 new comment')
    }
    await say(bo, other)
    expect(await asked('/')).toBe(1)
    expect(await markOf(ana, other)).toBe('2 new comments')
  })

  /** How often statements with these names were answered. */
  async function counted(names: string[]): Promise<number> {
    const text = await (await web.app.handle(new Request('http://localhost/metrics'))).text()
    return names
      .map((name) =>
        Number(
          new RegExp(`agora_mysql_query_duration_seconds_count\\{[^}]*query="${name}"[^}]*\\} (\\d+)`).exec(
            text,
          )?.[1] ?? 0,
        ),
      )
      .reduce((sum, each) => sum + each, 0)
  }
})

test('of one visit a thousand threads are noted as read, and a page never takes more along', async () => {
  const [ana, bo] = [await member('ana'), await member('bo')]
  const [one, other] = [await postOf(bo), await postOf(bo)]
  const note = (post: number, threads: number) => {
    const read = Object.fromEntries(Array.from({ length: threads }, (_, n) => [1_000_000 + n, 0]))
    const since = { post: 0, comment: 0, read }
    noteRead(web.context, { id: ana.id, name: 'ana', role: 'member', since } as Viewer, post, 0)
  }

  note(one, 1_000)
  note(other, 999)
  await hasRead(ana, other)

  const rows = await web.database.rows('SELECT post_id AS post FROM thread_reads WHERE user_id = ?', [ana.id])
  expect(rows).toEqual([{ post: other }])
})
