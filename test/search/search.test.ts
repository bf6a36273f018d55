import { beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { cached } from '../../src/cache-policy.ts'
import { around, marked } from '../../src/search/highlight.ts'
import { piecesIn, wantedIn } from '../../src/text/question.ts'
import { openReplica, type Replica } from '../support/servers/replica.ts'
import { find, textsIn } from '../support/site/markup.ts'
import { addCategory, newMember, writePost } from '../support/site/members.ts'
import { nextIn, postsShown } from '../support/site/page.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { processorMs } from '../support/turns.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

let web: Replica
let ana: Visitor

beforeAll(async () => {
  web = await openReplica()
  await addCategory(web, 'Books')
  ana = await newMember(web, 'Änne.ana')
})

const wordsIn = (text: string) => piecesIn(wantedIn(text).wanted)

/** What is found of all that is there by now. */
async function search(q: string, more = ''): Promise<string> {
  await web.search.caughtUp()
  return findNow(q, more)
}

async function findNow(q: string, more = ''): Promise<string> {
  const answer = await web.visitor().get(`/search?q=${encodeURIComponent(q)}${more}`)
  expect(answer.status, q).toBe(200)
  return answer.text()
}

const linksIn = (page: string) => find(page, 'a[href]').map(({ attributes }) => attributes.href!)

const hitsOf = (page: string) => find(page, 'h2[dir=auto] > a').map(({ attributes }) => attributes.href)

describe('search', () => {
  test('finds posts by the words in them, newest first, and marks these', async () => {
    const one = await writePost(ana, 'Café culture', 'Where the **espresso** is <strong>')
    const two = await writePost(ana, 'Nothing else', 'Another cafe with espresso')
    await writePost(ana, 'Not this', 'tea')

    const page = await search('CAFE espr')

    expect(hitsOf(page)).toEqual([two, one])
    expect(textsIn(page, 'mark')).toEqual(expect.arrayContaining(['Café', 'espr']))
    expect(textsIn(page, 'span').join()).toContain('esso is <strong')
  })

  test('finds comments, and leads to them', async () => {
    const post = await writePost(ana, 'Commented', 'Talk')
    await ana.post(`${post}/comments`, { body: 'A wolverine, **surely**' })

    const page = await search('wolverine', '&in=comments')

    expect(hitsOf(page)).toEqual([expect.stringMatching(/^\/comments\/\d+$/)])
    expect(textsIn(page, 'mark')).toEqual(['wolverine'])
    expect(hitsOf(await search('wolverine'))).toEqual([])
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
    ['unbelievable', 'so un**believ**able, so'],
    ['"one two"', 'in a list: [one](https://far.example/elsewhere) two'],
    ['typewriter', 'type`writer` there'],
    ['Füße', 'auf F&uuml;&szlig;e'],
  ])('finds %s in %j, a post and a comment', async (typed, text) => {
    const post = await writePost(ana, 'Text', text)
    await ana.post(`${post}/comments`, { body: text })

    expect(hitsOf(await search(typed))).toContain(post)
    expect(hitsOf(await findNow(typed, '&in=comments'))[0]).toStartWith('/comments/')
    const listed = await web.visitor().get(`/api/posts?q=${encodeURIComponent(typed)}`)
    expect(await listed.json()).toContainEqual(expect.objectContaining({ body: text }))
  })

  test.each([
    ['where a link leads', 'see [here](https://hidden.example/zanzibarpath "zanzibartitle")', 'zanzibarpath'],
    ['the title of a link', 'see [it](https://hidden.example/ "zanzibartitle")', 'zanzibartitle'],
    [
      'what a link is defined as',
      'see [that]\n\n[that]: https://hidden.example/zanzibardefinition',
      'zanzibardefinition',
    ],
    ['the language of code', '```zanzibarscript\nlet it\n```', 'zanzibarscript'],
    ['an entity', 'one &NotEqualTilde; two', 'NotEqualTilde'],
  ])('finds nothing by %s', async (_, text, typed) => {
    const post = await writePost(ana, 'Text', text)
    await ana.post(`${post}/comments`, { body: text })

    expect(hitsOf(await search(typed))).toEqual([])
    expect(hitsOf(await findNow(typed, '&in=comments'))).toEqual([])
  })

  test('finds an act by what it says, which is no Markdown', async () => {
    const act = await addAct('a un**believ**able act, see [it](zanzibaract)')

    expect(hitsOf(await search('zanzibaract'))).toEqual([act])
    expect(hitsOf(await findNow('unbelievable act'))).toEqual([])
  })

  test.each(['майский чай', 'Việt ngữ', '한국어 대화', 'Ångström größe'])(
    'finds %s however it is composed, and keeps it composed',
    async (text) => {
      const [composed, apart] = [text.normalize('NFC'), text.normalize('NFD')]
      const posts = [await writePost(ana, composed, composed), await writePost(ana, apart, apart)]
      for (const [index, body] of [composed, apart].entries())
        await ana.post(`${posts[index]}/comments`, { body })
      const old = await writePost(ana, 'Old', 'text')
      await web.database.write('UPDATE posts SET body = ? WHERE id = ?', [apart, old.split('/').at(-1)!])
      await web.database.write("INSERT INTO search_changes (kind, subject_id) VALUES ('post', ?)", [
        old.split('/').at(-1)!,
      ])

      for (const typed of [composed, apart]) {
        expect(hitsOf(await search(typed))).toEqual([old, ...posts.toReversed()])
        expect(hitsOf(await search(typed, '&in=comments'))).toHaveLength(2)
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

    expect(marked('won\u00adder كتـاب й', wordsIn(`wonder كتاب ${'й'.normalize('NFD')}`))).toEqual([
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

    expect(await search(words(10))).not.toContain(says)
    expect(await findNow(words(11))).toContain(says)
    expect(await findNow(`word1 ${'.'.repeat(10_000)}`)).toContain('has at most 500 characters')
    const listed = await web.visitor().get(`/api/posts?q=${encodeURIComponent(words(11))}`)
    expect([listed.status, await listed.json()]).toMatchObject([
      422,
      { errors: { q: 'q has at most 10 words.' } },
    ])
  })

  test('finds members and tags that begin with what was typed', async () => {
    await writePost(ana, 'Tagged', 'about #Mushrooms')

    expect(linksIn(await search('anne'))).toContain(`/users/${encodeURIComponent('Änne.ana')}`)
    expect(linksIn(await search('#mush'))).toContain('/tags/mushrooms')
    expect(linksIn(await search('@mush'))).not.toContain('/tags/mushrooms')
    expect(linksIn(await search('%')).filter((href) => href.startsWith('/users/'))).toEqual([])
    expect(linksIn(await search('_')).filter((href) => href.startsWith('/tags/'))).toEqual([])
  })

  test('finds items with all words in their names, in any order', async () => {
    await web.database.write(
      "INSERT INTO items (name, quantity, price) VALUES ('Crème brûlée, small', 0, 3), ('Creme', 5, 1)",
    )
    await web.context.cache.invalidate(['items'])

    expect(await findNow('brulee CREME')).toContain('href="/market?q=Cr%C3%A8me+br%C3%BBl%C3%A9e%2C+small"')
    expect(await findNow('brulee')).not.toContain('q=Creme"')
    expect(await findNow('creme author:bo')).not.toContain('In the market')
  })

  test('goes on below the last hit, each once', async () => {
    for (let n = 0; n < 23; n++) await writePost(ana, `Aardvark ${n}`, 'text')

    const first = await search('aardvark')
    const second = await (await web.visitor().get(nextIn(first))).text()

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

    const first = await search(word, '&in=comments')
    const second = await (await web.visitor().get(nextIn(first))).text()

    expect([hitsOf(first).length, hitsOf(second).length]).toEqual([20, 3])
  })

  /** Returns the path of its post. */
  const addAct = async (caption: string) => {
    const { insertId } = await web.database.write(
      "INSERT INTO posts (category_id, title, body) VALUES (1, 'Act', ?)",
      [caption],
    )
    await web.database.write(
      `INSERT INTO acts (post_id, act_id, act_key, category_id, username, username_key, timestamp, moment,
                         image, bytes)
       VALUES (?, '1', UNHEX(SHA2('1', 256)), 1, 'ana', UNHEX(SHA2('ana', 256)), '01-02-2024:00-30-10', 1, '',
               1)`,
      [insertId],
    )
    // It was read before it was an act, perhaps.
    await web.database.write("INSERT INTO search_changes (kind, subject_id) VALUES ('post', ?)", [insertId])
    return `/posts/${insertId}`
  }

  const addUser = (name: string) =>
    web.database.write('INSERT INTO users (name, name_key) VALUES (?, UNHEX(SHA2(?, 256)))', [name, name])

  test('says what it can find when it finds nothing', async () => {
    expect(await search('')).toContain('Type some words')
    expect(await findNow('+ -- ()')).toContain('Texts are found by letters, digits and emoji.')
    expect(await findNow('unfindable')).toContain('No post has all these words.')
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
      'author: in: before:now after:2026-02-31',
      'author:author:author in:"" "" "',
      'author:ana '.repeat(100),
      '👍🏽👩‍👩‍👧‍👦🇩🇪🇩',
      'e\u0301'.repeat(100),
      '\u0301\u0302',
      'mixed漢字ไทย한국어',
    ]

    for (const q of odd)
      for (const more of ['', '&in=comments', '&before=x', '&sort=best&before=5-5'])
        await findNow(q.toWellFormed(), more)
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (q) => {
        await findNow(q.toWellFormed())
      }),
      { numRuns: 60 },
    )
  })
})

describe('a question', () => {
  const day = (post: string, at: string) =>
    web.database.write('UPDATE posts SET created_at = ? WHERE id = ?', [at, post.split('/').at(-1)!])

  test.each([
    ['京都', '昨日は東京都に行きました。'],
    ['京', '昨日は東京都に行きました。'],
    ['我爱', '他说我爱北京'],
    ['カタ', 'これはカタカナです'],
    ['ไทย', 'ฉันพูดภาษาไทยได้'],
    ['ລາວ', 'ຂ້ອຍເວົ້າພາສາລາວ'],
    ['ខ្មែរ', 'ខ្ញុំនិយាយភាសាខ្មែរ'],
    ['မြန်မာ', 'ကျွန်တော်မြန်မာစကားပြော'],
    ['हिंदी', 'मैं हिंदी बोलता हूँ'],
    ['대화', '한국어 대화방'],
    ['שלום', 'אמר שָׁלוֹם לכולם'],
    ['bar', 'call foo_bar twice'],
    ['go', 'we go there'],
    ['c', 'it is plain c here'],
    ['👍', 'well done 👍🏽'],
    ['mac', '東京でmacを買う'],
    ['strasse', 'in der Straße'],
  ])('finds %s in %s', async (typed, text) => {
    const post = await writePost(ana, 'Text', text)

    const page = await search(typed)

    expect(hitsOf(page)).toContain(post)
    expect(textsIn(page, 'mark').length).toBeGreaterThan(0)
  })

  test('may have phrases, authors, categories and days', async () => {
    await addCategory(web, 'Old songs')
    const bo = await newMember(web, 'bo')
    const first = await writePost(ana, 'Lark', 'a lark ascending, slowly')
    const second = await writePost(bo, 'Lark', 'ascending a lark', 'Old songs')
    await day(first, '2020-03-05 23:59:59.999')
    await day(second, '2020-03-06 00:00:00')
    for (const each of [first, second])
      await web.database.write("INSERT INTO search_changes (kind, subject_id) VALUES ('post', ?)", [
        each.split('/').at(-1)!,
      ])
    const both = [second, first]

    expect(hitsOf(await search('lark ascend'))).toEqual(both)
    expect(hitsOf(await findNow('"lark ascending"'))).toEqual([first])
    expect(hitsOf(await findNow('"lark ascend"'))).toEqual([])
    expect(hitsOf(await findNow('lark author:bo'))).toEqual([second])
    expect(hitsOf(await findNow('lark author:@bo author:Änne.ana'))).toEqual(both)
    expect(hitsOf(await findNow('in:"Old songs"'))).toEqual([second])
    expect(hitsOf(await findNow('in:"OLD sONGS"'))).toEqual([second])
    expect(hitsOf(await findNow('lark author:BO author:@änNE.Ana'))).toEqual(both)
    expect(hitsOf(await findNow(`lark author:${'änne.ana'.normalize('NFD')}`))).toEqual([first])
    expect(hitsOf(await findNow('lark in:Books'))).toEqual([first])
    expect(hitsOf(await findNow('lark before:2020-03-06'))).toEqual([first])
    expect(hitsOf(await findNow('lark after:2020-03-06'))).toEqual([second])
    expect(hitsOf(await findNow('lark after:2020 before:2021'))).toEqual(both)
    expect(hitsOf(await findNow('lark after:2020-03 before:2020-03-06 author:bo'))).toEqual([])
  })

  test('that cannot be answered whole says why, in either language', async () => {
    const arabic = async (q: string) =>
      (await web.visitor().get(`/search?q=${encodeURIComponent(q)}`, { 'accept-language': 'ar' })).text()

    expect(await findNow('word author:nobody-here')).toContain('Nobody here is called nobody-here.')
    expect(await findNow('word in:nowhere')).toContain('No category is called nowhere.')
    expect(await findNow('word before:yesterday')).toContain('want a day, such as 2026-11-29')
    expect(await findNow('author:bo '.repeat(40))).toContain('Only the first 10 filters were taken.')
    expect(await arabic('word author:nobody-here')).toContain('لا أحد هنا اسمه \u2068nobody-here\u2069.')
    expect(await arabic('word before:yesterday')).toContain('يأتي يوم')
    expect(await findNow('漢'.repeat(50))).toContain('only its beginning was looked for')
    expect(await arabic('漢'.repeat(50))).toContain('شمل البحث بدايته فقط')
    for (const [q, says] of [
      ['!!!', 'q needs a letter, a digit or an emoji.'],
      ['a'.repeat(10_000), 'A question has at most 500 characters.'],
      ['x before:2026-13', 'before: and after: want a day, such as 2026-11-29.'],
      ['author:bo '.repeat(40), 'q has at most 10 filters.'],
      ['漢'.repeat(50), 'q has at most 32 words or, in scripts without spaces, pairs of letters.'],
    ] as const) {
      const answer = await web.visitor().get(`/api/posts?q=${encodeURIComponent(q)}`)
      expect([answer.status, await answer.json()]).toMatchObject([422, { errors: { q: says } }])
    }
    const long = encodeURIComponent('𐐨'.repeat(500))
    expect((await web.visitor().get(`/api/posts?q=${long}`)).status).toBe(200)
    expect(await (await web.visitor().get(`/search?q=${long}`)).text()).not.toContain('at most 500')
  })

  test('is answered best first: in the title, in a row, as whole words, then the newest', async () => {
    const title = await writePost(ana, 'Quokka steps', 'text')
    const row = await writePost(ana, 'One', 'the quokka steps aside')
    const whole = await writePost(ana, 'Two', 'steps of a quokka')
    const begun = await writePost(ana, 'Three', 'quokkas go stepsby')
    const listed = async (more: string) => {
      const answer = await web.visitor().get(`/api/posts?q=quokka+steps&sort=best&limit=2${more}`)
      const posts = (await answer.json()) as { id: number }[]
      return { ids: posts.map(({ id }) => `/posts/${id}`), next: answer.headers.get('link') ?? '' }
    }

    expect(hitsOf(await search('quokka steps', '&sort=best'))).toEqual([title, row, whole, begun])
    expect(hitsOf(await findNow('quokka steps'))).toEqual([begun, whole, row, title])
    const { ids, next } = await listed('')
    const before = /before=([\d-]+)/.exec(next)![1]!
    expect([ids, (await listed(`&before=${before}`)).ids]).toEqual([
      [title, row],
      [whole, begun],
    ])
  })
})

describe('what is changed', () => {
  test('is found as it is now, and no more as it was', async () => {
    const post = await writePost(ana, 'Wombat', 'digs')
    await ana.post(`${post}/comments`, { body: 'a wombat, too' })
    expect(hitsOf(await search('wombat'))).toEqual([post])
    const [comment] = hitsOf(await findNow('wombat', '&in=comments'))

    await ana.post(`${post}/edit`, { title: 'Numbat', body: 'digs', category: 'Books' })
    await ana.post(`${comment}/edit`, { body: 'a numbat, too' })

    expect(hitsOf(await search('numbat'))).toEqual([post])
    expect(hitsOf(await findNow('numbat', '&in=comments'))).toEqual([comment!])
    expect(hitsOf(await findNow('wombat'))).toEqual([])
    expect(hitsOf(await findNow('wombat', '&in=comments'))).toEqual([])
  })

  test('or removed is shown no more at once, and leaves the index', async () => {
    const [one, two] = [await writePost(ana, 'Bilby 1', 'text'), await writePost(ana, 'Bilby 2', 'text')]
    await ana.post(`${two}/comments`, { body: 'bilby here' })
    expect(hitsOf(await search('bilby'))).toEqual([two, one])
    const before = (await web.search.extent()).texts

    await ana.post(`${two}/remove`)

    expect(hitsOf(await findNow('bilby'))).toEqual([one])
    expect(hitsOf(await findNow('bilby', '&in=comments'))).toEqual([])
    await until(async () => {
      const { post, comment } = (await web.search.extent()).texts
      return post === before.post! - 1 && comment === before.comment! - 1
    })
  })

  test('to another category is found there, with its comments', async () => {
    await addCategory(web, 'Elsewhere')
    const post = await writePost(ana, 'Quoll', 'text')
    await ana.post(`${post}/comments`, { body: 'quoll here' })
    expect(hitsOf(await search('quoll in:Books', '&in=comments'))).toHaveLength(1)

    await ana.post(`${post}/edit`, { title: 'Quoll', body: 'text', category: 'Elsewhere' })

    expect(hitsOf(await search('quoll in:Elsewhere'))).toEqual([post])
    await until(async () => hitsOf(await findNow('quoll in:Elsewhere', '&in=comments')).length === 1)
    expect(hitsOf(await findNow('quoll in:Books', '&in=comments'))).toEqual([])
  })

  test('by statements that tell nobody is found in the next round', async () => {
    const post = await writePost(ana, 'Potoroo', 'text')
    expect(hitsOf(await search('potoroo'))).toEqual([post])

    await web.database.write("UPDATE posts SET title = 'Bettong' WHERE id = ?", [post.split('/').at(-1)!])
    await web.search.restart()

    await until(async () => hitsOf(await findNow('bettong')).length === 1)
    expect(hitsOf(await findNow('potoroo'))).toEqual([])
  })
})

describe('marking', () => {
  test('cuts a text into pieces that together are the text, whatever was searched for', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 })

    fc.assert(
      fc.property(text, fc.string({ unit: 'grapheme', maxLength: 12 }), (whole, words) => {
        expect(
          marked(whole, wordsIn(words))
            .map((part) => part.text)
            .join(''),
        ).toBe(whole)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is for words as they begin, without case and accents', () => {
    const hits = (text: string, ...words: string[]) =>
      marked(text, wordsIn(words.join(' '))).flatMap((part) => (part.isHit ? [part.text] : []))

    expect(hits('Éclair, éclairs and an eclair', 'eclair')).toEqual(['Éclair', 'éclair', 'eclair'])
    expect(hits('unbroken oak', 'oak')).toEqual(['oak'])
    expect(hits('unbroken', 'broken')).toEqual([])
    expect(hits('ﬁne', 'fine')).toEqual(['ﬁne'])
  })

  test('shows a long text from a little before the first hit', () => {
    const text = `${'word '.repeat(200)}needle ${'more '.repeat(200)}`

    const piece = around(text, wordsIn('needle'))

    expect(piece).toContain('needle')
    expect(piece.length).toBeLessThan(300)
    expect(around('short', wordsIn('needle'))).toBe('short')
  })
})

test('a tag lists its posts new, hot and top, page after page', async () => {
  const posts = []
  for (let n = 0; n < 22; n++) posts.push(Number((await writePost(ana, `n ${n}`, 'a #Zebra')).split('/')[2]))
  const most = posts[4]!
  await web.database.write('UPDATE post_tags SET likes = 50, hot = 4000000000 WHERE post_id = ?', [most])

  const page = async (query: string) => (await web.visitor().get(`/tags/zebra${query}`)).text()
  const first = await page('')
  const second = await page(nextIn(first))
  const top = await page('?sort=top')
  const next = await page(nextIn(top))
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
  const costOf = (words: ReturnType<typeof wordsIn>) => {
    const began = processorMs()
    const parts = marked(text, words)
    around(text, words)
    expect(parts.map((part) => part.text).join('')).toBe(text)
    return processorMs() - began
  }
  const isLinear = () => costOf(wordsIn('صلى '.repeat(50))) < 5 * costOf(wordsIn('صلى'))

  // What other processes do can make it seem more, but not three times in a row.
  expect(isLinear() || isLinear() || isLinear()).toBe(true)
})
