import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { cached } from '../../src/cache-policy.ts'
import { around, marked } from '../../src/search/highlight.ts'
import { wordsIn } from '../../src/text/search-words.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { textsIn } from '../support/site/markup.ts'
import { addCategory, joined, writePost } from '../support/site/members.ts'
import { postsShown } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { processorMs } from '../support/turns.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await joined(web, 'Änne.ana')
})

async function find(q: string, more = ''): Promise<string> {
  const answer = await web.visitor().get(`/search?q=${encodeURIComponent(q)}${more}`)
  expect(answer.status, q).toBe(200)
  return answer.text()
}

const hitsOf = (page: string) => [...page.matchAll(/<h2 dir="auto"><a href="([^"]+)"/g)].map(([, at]) => at)

describe('search', () => {
  test('finds posts by the words in them, newest first, and marks these', async () => {
    const one = await writePost(ana, 'Café culture', 'Where the **espresso** is <strong>')
    const two = await writePost(ana, 'Nothing else', 'Another cafe with espresso')
    await writePost(ana, 'Not this', 'tea')

    const page = await find('CAFE espr')

    expect(hitsOf(page)).toEqual([two, one])
    expect(textsIn(page, 'mark')).toEqual(expect.arrayContaining(['Café', 'espr']))
    expect(textsIn(page, 'span').join()).toContain('esso is <strong')
  })

  test('finds comments, and leads to them', async () => {
    const post = await writePost(ana, 'Commented', 'Talk')
    await ana.post(`${post}/comments`, { body: 'A wolverine, **surely**' })

    const page = await find('wolverine', '&in=comments')

    expect(hitsOf(page)).toEqual([expect.stringMatching(/^\/comments\/\d+$/)])
    expect(textsIn(page, 'mark')).toEqual(['wolverine'])
    expect(hitsOf(await find('wolverine'))).toEqual([])
  })

  test.each([
    ['हिन्दी', 'यह हिन्दी भाषा है'],
    ['مُحَمَّدٌ', 'كتب مُحَمَّدٌ هذا'],
    ['محمد', 'قال مُحَمَّدٌ هذا'],
    ['احمد', 'جاء أحمد اليوم'],
    ['أحمد', 'ذهب احمد أمس'],
    ['ايمان', 'فيه إيمان'],
    ['علي', 'نام علی دیشب'],
    ['مكتبة', 'عند مكتبه'],
    ['كتـاب', 'كتاب قديم'],
    ['foo_bar', 'call foo_bar twice'],
    ['italics', 'so _italics_ are'],
    ['strong', 'so __strong__ are'],
    ['_underscored_', 'so _underscored_ are'],
    ['كتـاب', 'له كتـاب جديد'],
    ['الله', 'بسم ٱلله هنا'],
    ['ٱلرحمن', 'قال الرحمن هنا'],
    ['مسوول', 'هو مسؤول هنا'],
    ['مسایل', 'فيه مسائل هنا'],
    ['مؤمنة', 'هي _مومنه_ هنا'],
    ['wonder\u00adful', 'so wonder\u00adful, so'],
    ['wonder\u200bful', 'all wonderful here'],
    ['bridge\u2060heads', 'two bridge\u2060heads there'],
    ['کتاب\u200cخانه', 'در کتاب\u200cخانه بود'],
    ['snake_cased', 'a snake\\_cased name'],
    ['snaky\\_case', 'a snaky_case name'],
    [`tail ${'w'.repeat(90)}`, `a tail ${'w'.repeat(90)}`],
  ])('finds %s in %j, a post and a comment', async (typed, text) => {
    const post = await writePost(ana, 'Text', text)
    await ana.post(`${post}/comments`, { body: text })

    expect(hitsOf(await find(typed))).toContain(post)
    expect(hitsOf(await find(typed, '&in=comments'))[0]).toStartWith('/comments/')
    const listed = await web.visitor().get(`/api/posts?q=${encodeURIComponent(typed)}`)
    expect(await listed.json()).toContainEqual(expect.objectContaining({ body: text }))
  })

  test.each(['майский чай', 'Việt ngữ', '한국어 대화', 'Ångström größe'])(
    'finds %s however it is composed, and keeps it composed',
    async (text) => {
      const [composed, apart] = [text.normalize('NFC'), text.normalize('NFD')]
      const posts = [await writePost(ana, composed, composed), await writePost(ana, apart, apart)]
      for (const [at, body] of [composed, apart].entries()) await ana.post(`${posts[at]}/comments`, { body })
      const old = await writePost(ana, 'Old', 'text')
      await web.database.write('UPDATE posts SET body = ? WHERE id = ?', [apart, old.split('/').at(-1)!])

      for (const typed of [composed, apart]) {
        expect(hitsOf(await find(typed))).toEqual([old, ...posts.toReversed()])
        expect(hitsOf(await find(typed, '&in=comments'))).toHaveLength(2)
      }
      const kept = await web.database.rows<{ title: string; body: string }>(
        'SELECT title, body FROM posts WHERE id IN (?)',
        [posts.map((post) => post.split('/').at(-1)!)],
      )
      expect(kept).toEqual([
        { title: composed, body: composed },
        { title: composed, body: composed },
      ])
    },
  )

  test('marks a word in which there is what is not seen', () => {
    const hit = (text: string) => ({ text, isHit: true })

    expect(marked('won\u00adder كتـاب й', ['wonder', 'كتاب', 'й'.normalize('NFD')])).toEqual([
      hit('won\u00adder'),
      { text: ' ', isHit: false },
      hit('كتـاب'),
      { text: ' ', isHit: false },
      hit('й'),
    ])
  })

  test('says when there were more words than it looked for', async () => {
    const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(' ')
    const says = 'only its first ten words were looked for'
    await writePost(ana, 'Words', words(11))

    expect(await find(words(10))).not.toContain(says)
    for (const long of [words(11), `word1 ${'.'.repeat(200)}`]) expect(await find(long)).toContain(says)
    const listed = await web.visitor().get(`/api/posts?q=${encodeURIComponent(words(11))}`)
    expect([listed.status, await listed.json()]).toMatchObject([
      422,
      { errors: { q: 'q has at most 10 words.' } },
    ])
  })

  test('finds members and tags that begin with what was typed', async () => {
    await writePost(ana, 'Tagged', 'about #Mushrooms')

    expect(await find('anne')).toContain(`href="/users/${encodeURIComponent('Änne.ana')}"`)
    expect(await find('#mush')).toContain('href="/tags/mushrooms"')
    expect(await find('@mush')).not.toContain('href="/tags/mushrooms"')
    expect(await find('%')).not.toContain('href="/users/')
    expect(await find('_')).not.toContain('href="/tags/')
  })

  test('goes on below the last hit, each once', async () => {
    for (let n = 0; n < 23; n++) await writePost(ana, `Aardvark ${n}`, 'text')

    const first = await find('aardvark')
    const older = /href="(\/search\?[^"]*before=\d+)"/.exec(first)![1]!.replaceAll('&amp;', '&')
    const second = await (await web.visitor().get(older)).text()

    expect([hitsOf(first).length, hitsOf(second).length]).toEqual([20, 3])
    expect(new Set([...hitsOf(first), ...hitsOf(second)]).size).toBe(23)
  })

  test.each([
    ['account', 'UPDATE users SET removed_at = NOW(3), posts_removed = 1 WHERE id = ?'],
    ['category', 'UPDATE categories SET removed_at = NOW(3) WHERE id = ?'],
  ])('shows comments of others below those that a removed %s hides', async (removed, remove) => {
    const word = `${removed}ful`
    const { insertId: author } = await addUser(`leaver-${removed}`)
    const { insertId: category } = await addCategory(web, `Left ${removed}`)
    const kept = await writePost(ana, 'Kept', 'text')
    const hidden = await writePost(ana, 'Hidden', 'text', `Left ${removed}`)
    const on = (post: string, by: number | null, count: number) =>
      web.database.write('INSERT INTO comments (post_id, author_id, body) VALUES ?', [
        Array.from({ length: count }, () => [Number(post.split('/').at(-1)), by, `so ${word}`]),
      ])
    await on(kept, null, 23)
    await on(removed === 'account' ? kept : hidden, author, 25)
    await web.database.write(remove, [removed === 'account' ? author : category])
    await web.context.cache.invalidate([cached.removed.key()])

    const first = await find(word, '&in=comments')
    const older = /href="(\/search\?[^"]*before=\d+)"/.exec(first)![1]!.replaceAll('&amp;', '&')
    const second = await (await web.visitor().get(older)).text()

    expect([hitsOf(first).length, hitsOf(second).length]).toEqual([20, 3])
  })

  const addUser = (name: string) =>
    web.database.write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [name, name])

  test('says what it can find when it finds nothing', async () => {
    expect(await find('')).toContain('Type some words')
    expect(await find('a b')).toContain('at least three letters')
    expect(await find('unfindable')).toContain('No post has all these words.')
  })

  test('takes every sequence of characters', async () => {
    const odd = [
      '+-*"()<>~@',
      '"unclosed',
      '(((',
      '+word -word',
      '*',
      "'; DROP TABLE posts; --",
      '\0',
      '\ud800',
      '日本語',
      'a'.repeat(5_000),
      '\\',
      '%00',
      '@4 word',
    ]

    for (const q of odd)
      for (const more of ['', '&in=comments', '&before=x', '&before=5']) await find(q.toWellFormed(), more)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (q) => {
        await find(q.toWellFormed())
      }),
      { numRuns: 60 },
    )
  })
})

describe('marking', () => {
  test('cuts a text into pieces that together are the text, whatever was searched for', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })

    fc.assert(
      fc.property(text, fc.array(fc.string({ unit: 'grapheme', maxLength: 4 })), (whole, words) => {
        expect(
          marked(whole, words)
            .map((part) => part.text)
            .join(''),
        ).toBe(whole)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is for words as they begin, without case and accents', () => {
    const hits = (text: string, ...words: string[]) =>
      marked(text, words).flatMap((part) => (part.isHit ? [part.text] : []))

    expect(hits('Éclair, éclairs and an eclair', 'eclair')).toEqual(['Éclair', 'éclair', 'eclair'])
    expect(hits('unbroken oak', 'oak')).toEqual(['oak'])
    expect(hits('unbroken', 'broken')).toEqual([])
    expect(hits('ﬁne', 'fine')).toEqual(['ﬁne'])
  })

  test('shows a long text from a little before the first hit', () => {
    const text = `${'word '.repeat(200)}needle ${'more '.repeat(200)}`

    const piece = around(text, ['needle'])

    expect(piece).toContain('needle')
    expect(piece.length).toBeLessThan(300)
    expect(around('short', ['needle'])).toBe('short')
  })
})

test('a tag lists its posts new, hot and top, page after page', async () => {
  const posts = []
  for (let n = 0; n < 22; n++) posts.push(Number((await writePost(ana, `n ${n}`, 'a #Zebra')).split('/')[2]))
  const most = posts[4]!
  await web.database.write('UPDATE post_tags SET likes = 50, hot = 4000000000 WHERE post_id = ?', [most])

  const page = async (query: string) => (await web.visitor().get(`/tags/zebra${query}`)).text()
  const first = await page('')
  const second = await page(/href="(\?before=\d+)"/.exec(first)![1]!)
  const top = await page('?sort=top')
  const next = await page(/rel="next" href="(\?sort=top[^"]*)"/.exec(top)![1]!.replace('&amp;', '&'))
  const upper = await web.visitor().get('/tags/ZEBRA')

  expect([...postsShown(first), ...postsShown(second)]).toEqual(posts.toReversed())
  expect(postsShown(await page('?sort=hot'))[0]).toBe(most)
  expect(postsShown(top)[0]).toBe(most)
  expect(new Set([...postsShown(top), ...postsShown(next)]).size).toBe(22)
  expect([upper.status, upper.headers.get('location')]).toEqual([303, '/tags/zebra'])
  expect(await page('/../none')).toContain('No post has this tag.')
  expect((await web.visitor().get('/tags/12')).status).toBe(404)
})

test('a word that is typed often, and letters that become many, cost no more to mark', () => {
  const text = 'ﷺ '.repeat(5_000)
  const costOf = (words: string[]) => {
    const began = processorMs()
    const parts = marked(text, words)
    around(text, words)
    expect(parts.map((part) => part.text).join('')).toBe(text)
    return processorMs() - began
  }
  const isLinear = () => costOf(wordsIn('صلى '.repeat(50))) < 5 * costOf(['صلى'])

  // What other processes do can make it seem more, but not three times in a row.
  expect(isLinear() || isLinear() || isLinear()).toBe(true)
})
