import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { htmlOf, mentionsIn, tagsIn, wordsOf } from '../../src/text/markdown.ts'
import { memoize } from '../../src/text/memoize.ts'
import { foldedTag, isTag } from '../../src/text/tags.ts'

setDefaultTimeout(60_000)

/** Elements that a text may become, with the attributes that each may have. */
const allowed: Record<string, string[]> = {
  ...Object.fromEntries(
    ['p', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'blockquote', 'table'].map((name) => [name, ['dir']]),
  ),
  ...Object.fromEntries(
    ['li', 'em', 'strong', 's', 'br', 'hr', 'pre', 'thead', 'tbody', 'tr', 'th', 'td'].map((name) => [
      name,
      [],
    ]),
  ),
  a: ['href', 'rel', 'title', 'dir'],
  code: ['class'],
}
const startsAt = { ol: ['dir', 'start'] }

/** What a browser would find in the markup that may not be there. */
function foreign(html: string): string[] {
  const found: string[] = []
  const look = (element: HTMLRewriterTypes.Element) => {
    const known = startsAt[element.tagName as 'ol'] ?? allowed[element.tagName]
    if (!known) found.push(element.tagName)
    for (const [name, value] of element.attributes) {
      if (!known?.includes(name)) found.push(`${element.tagName} ${name}`)
      if (name === 'href' && !/^(https?:\/\/|mailto:|\/(?!\/)|#)/i.test(value)) found.push(value)
    }
    if (element.tagName === 'a' && !/^(nofollow ugc noopener|tag)$/.test(element.getAttribute('rel') ?? ''))
      found.push('a link that says nothing of itself')
  }
  new HTMLRewriter().on('*', { element: look }).transform(html)
  return found
}

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<a href="javascript:alert(1)">x</a>',
  '<math><mi xlink:href="data:x,<script>alert(1)</script>">',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](javascript&colon;alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](file:///etc/passwd)',
  '[x](//evil.example/)',
  '[x](/\\evil.example/)',
  '[x](https://a.example/" onmouseover="alert(1))',
  '[x](https://a.example/ "title\\" onclick=\\"alert(1)")',
  '[x](<javascript:alert(1)>)',
  '<javascript:alert(1)>',
  '<https://a.example/"onclick=alert(1)>',
  '![x](https://evil.example/track.png)',
  '![x](x"onerror="alert(1))',
  '[x]: javascript:alert(1)\n\n[x]',
  '```"><script>alert(1)</script>\ncode\n```',
  '`<script>alert(1)</script>`',
  '#<script>alert(1)</script>',
  '#a"onclick="alert(1)',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '<!-- --><script>alert(1)</script>',
  '<![CDATA[<script>alert(1)</script>]]>',
  '**<b onclick=alert(1)>**',
  '| a | b |\n|:-:|--:|\n| x | y |',
  '| a |\n|---|\n| <script>alert(1)</script> |',
  '- <style>*{display:none}</style>',
  '> <base href="//evil.example/">',
  'https://a.example/<script>alert(1)</script>',
  'https://a.example/"onmouseover="alert(1)',
  "[x](https://a.example/'onclick='alert(1))",
  '[\u202ex](https://a.example)',
]

describe('what people write', () => {
  test('the check itself finds what it looks for', () => {
    expect(foreign('<p onclick="x">')).toEqual(['p onclick'])
    expect(foreign('<img src=x>')).toEqual(['img', 'img src'])
    expect(foreign('<a href="javascript:1" rel="tag">')).toEqual(['javascript:1'])
  })

  test.each(attacks)('is never taken for code: %s', (attack) => {
    expect(foreign(htmlOf(attack))).toEqual([])
  })

  test('becomes elements that we know and no others, whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom(...attacks),
      fc.constantFrom(
        '[',
        ']',
        '(',
        ')',
        '<',
        '>',
        '`',
        '*',
        '_',
        '#',
        '&',
        '"',
        '\\',
        '\n',
        '|',
        '!',
        ':',
        '- ',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )

    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(foreign(htmlOf(pieces.join('')))).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  test('is no larger for naming an address than some thousand characters, however often a text names it', () => {
    const definition = `[a]: http://a.b/${'c'.repeat(10_000)} "${'d'.repeat(2_000)}"\n\n`
    const html = htmlOf(definition + '[a] '.repeat(1_800))

    expect(html.length).toBeLessThan(130_000)
    expect(html.match(/<a /g)).toHaveLength(8)
    expect(html.match(/<\/a>/g)).toHaveLength(8)
    expect(html.replaceAll(/<[^>]*>/g, '').trim()).toBe('a '.repeat(1_800).trim())
  })

  test('is a link from http:// to where an address ends, and nothing else is', () => {
    const address = `https://a.b/${'c'.repeat(1_500)}?d=(e)`

    expect(htmlOf(`see ${address}.`)).toContain(`<a href="${address}" rel="nofollow ugc noopener">`)
    for (const text of ['mailto:ana@a.example', 'ftp://a.example/', 'a.example', 'ana@a.example'])
      expect(htmlOf(text)).toBe(`<p dir="auto">${text}</p>\n`)
  })

  test('is drawn as a table of some thousand cells at most, however few characters ask for more', () => {
    const wide = `${'|a'.repeat(100)}\n${'|-'.repeat(100)}\n${'|\n'.repeat(9_000)}`
    const many = `${'a|'.repeat(32)}\n${'-|'.repeat(32)}\n${'x\n'.repeat(31)}\n`.repeat(100).slice(0, 20_000)
    const usual = `|a|b|\n|-|-|\n${'|1|2|\n'.repeat(1_000)}`
    const cellsOf = (text: string) => htmlOf(text).match(/<t[hd]>/g)?.length ?? 0

    expect(cellsOf(wide)).toBeWithin(1_000, 5_001)
    expect(cellsOf(many)).toBeWithin(1_000, 5_001)
    expect(cellsOf(usual)).toBe(2 * 1_001)
  })

  test('is in its quotes as far as is looked through for it, and all of it is shown', () => {
    const quoted = (depth: number, lines: number) => htmlOf(`${'> '.repeat(depth)}a\n${'a\n'.repeat(lines)}`)
    const shown = (html: string) => [html.match(/a(<br>|<\/p>)/g)?.length, html.split('</blockquote>').at(-1)]

    expect(shown(quoted(1, 9_900))).toEqual([9_901, '\n'])
    expect(shown(quoted(20, 400))).toEqual([401, '\n'])
    expect(shown(quoted(50, 9_900))).toEqual([9_901, expect.stringContaining('a')])
  })

  test('keeps its lines and says which way each part is read', () => {
    expect(htmlOf('one\ntwo')).toBe('<p dir="auto">one<br>\ntwo</p>\n')
    expect(htmlOf('# مرحبا')).toBe('<h3 dir="auto">مرحبا</h3>\n')
    expect(htmlOf('> مرحبا')).toBe('<blockquote dir="auto">\n<p>مرحبا</p>\n</blockquote>\n')
  })

  test('is no link where no address is given', () => {
    expect(htmlOf('[one *two*]() [three](/posts/3)')).toBe(
      '<p dir="auto">one <em>two</em> <a href="/posts/3" rel="nofollow ugc noopener">three</a></p>\n',
    )
  })

  test('is shown on cards without its marks', () => {
    expect(wordsOf('# One\n\n**two** [three](https://a.example) `four`\n- #five\n- six <b>')).toBe(
      'One two three four #five six <b>',
    )
  })
})

describe('a tag', () => {
  test.each([
    ['#bread and #Butter', ['bread', 'butter']],
    ['#Straße #STRASSE #STRAẞE', ['strasse']],
    ['#مرحبا, #日本語 #ΟΔΟΣ', ['مرحبا', '日本語', 'οδοσ']],
    ['(#one) #two.', ['one', 'two']],
    ['#a_1 #1a', ['a_1', '1a']],
    ['a#b #12 ## #- `#code` [#link](https://a.example) https://a.example/#part &#65;', []],
    [`#${'x'.repeat(51)}`, []],
    ['# heading', []],
    ['```\n#fence\n```', []],
  ])('%j holds %j', (text, tags) => {
    expect(tagsIn(text)).toEqual(tags)
  })

  test('is text, not a link to a page without its post, when twenty others stand before it', () => {
    const names = Array.from({ length: 25 }, (_, n) => `tag${n}`)
    const text = `${names.map((name) => `#${name}`).join(' ')} #tag3`

    const linked = [...htmlOf(text).matchAll(/rel="tag">#([^<]+)</g)].map(([, name]) => name!)

    expect(tagsIn(text)).toEqual(names.slice(0, 20))
    expect(linked).toEqual([...names.slice(0, 20), 'tag3'])
    expect(htmlOf(text)).toContain('#tag24')
  })

  test('is linked behind twenty that are only words of links', () => {
    const links = Array.from({ length: 20 }, (_, n) => `[#label${n}](/x)`).join(' ')

    expect(tagsIn(`${links} #bread`)).toEqual(['bread'])
    expect(htmlOf(`${links} #bread`)).toContain('rel="tag">#bread<')
  })

  test('is folded to itself, whatever letter is in it', () => {
    const letters = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((letter) => letter.toLowerCase() !== letter.toUpperCase())
    const folded = (letter: string) => foldedTag(`a${letter}a`)

    const wrong = letters.filter((letter) =>
      [letter.toLowerCase(), letter.toUpperCase(), foldedTag(letter)].some(
        (other) => folded(other) !== folded(letter),
      ),
    )

    expect(wrong).toEqual([])
  })

  test.each(['ß'.repeat(50), 'ﬃ'.repeat(50)])('that grows by folding keeps its address: %s', (tag) => {
    const [folded] = tagsIn(`#${tag}`)

    expect(isTag(folded!)).toBe(true)
  })

  test('is linked where it is counted, and folding it once more changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const linked = [...htmlOf(`#${text}`).matchAll(/href="\/tags\/([^"]+)" rel="tag"/g)]
        const tags = tagsIn(`#${text}`)

        expect([...new Set(linked.map(([, tag]) => decodeURIComponent(tag!)))]).toEqual(tags)
        for (const tag of tags) expect([foldedTag(tag), isTag(tag)]).toEqual([tag, true])
      }),
    )
  })
})

describe('a mention', () => {
  test.each([
    ['@ana and (@bo), @cem.', ['ana', 'bo', 'cem']],
    ['@ana, @ana: @Ana', ['ana', 'Ana']],
    ['@a.b-c_1. @أنا @日本', ['a.b-c_1', 'أنا', '日本']],
    ['@"Ana of the hill" @"she said ""hi""" @"a.b."', ['Ana of the hill', 'she said "hi"', 'a.b.']],
    ['**@ana** > @bo', ['ana', 'bo']],
    ['@e\u0301va', ['éva']],
    ['ana@board.example x.@y /@ana @ana@host @ @- `@code` [@link](https://a.example) \\@ana @"" @"a\nb"', []],
    [`@${'x'.repeat(101)} @"${'x'.repeat(101)}"`, []],
  ])('%j holds %j', (text, names) => {
    expect(mentionsIn(text)).toEqual(names)
  })

  test('leads to the page of the member, whatever the name is', () => {
    expect(htmlOf('@ana!')).toContain('<a href="/users/ana" rel="nofollow ugc noopener" dir="auto">@ana</a>!')
    expect(htmlOf('@"../x?<b>&"')).toContain(
      'href="/users/..%2Fx%3F%3Cb%3E%26" rel="nofollow ugc noopener" dir="auto">@../x?&lt;b&gt;&amp;<',
    )
    expect(htmlOf('@".."')).toContain('href="/users/~.."')
    expect(wordsOf('ask @"Ana of the hill"')).toBe('ask @Ana of the hill')
  })

  test('is text when twenty others stand before it', () => {
    const names = Array.from({ length: 200 }, (_, n) => `bo${n}`)
    const text = names.map((name) => `@${name}`).join(' ')

    expect(mentionsIn(text)).toEqual(names.slice(0, 20))
    expect(htmlOf(text).match(/<a /g)?.length).toBe(20)
    expect(htmlOf(text)).toContain('</a> @bo20 @bo21')
  })

  test('is linked where it is counted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        for (const typed of [`@${text}`, `@"${text}"`]) {
          const linked = [...htmlOf(typed).matchAll(/href="\/users\/([^"]+)" rel="[a-z ]+" dir="auto">@/g)]

          expect(new Set(linked.map(([, name]) => name)).size).toBe(mentionsIn(typed).length)
        }
      }),
    )
  })
})

test('results are cached until there are too many, and are the same whether they were cached or not', () => {
  let created = 0
  const twice = memoize(
    (text) => `${text}${text}${created++ < 0}`,
    (result) => result.length,
    40,
  )

  const [first, again] = [twice('a'), twice('a')]
  for (const text of ['b', 'c', 'd', 'e', 'f']) twice(text)
  twice('a')

  expect([first, again]).toEqual(['aafalse', 'aafalse'])
  expect(created).toBe(7)
})
