import { setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { isNamed } from '../../src/http/etags.ts'
import { languageOf } from '../../src/language/choice.ts'
import { readCsv } from '../../src/market/csv.ts'
import { around, marked } from '../../src/search/highlight.ts'
import { htmlOf, mentionsIn, tagsIn, wordsOf } from '../../src/text/markdown.ts'
import { piecesIn, wantedIn } from '../../src/text/question.ts'
import { isTag } from '../../src/text/tags.ts'
import { growthOf } from '../support/linear.ts'

setDefaultTimeout(240_000)

const requestWith = (headers: Record<string, string>) => new Request('http://localhost/', { headers })
const wordsIn = (text: string) => piecesIn(wantedIn(text).wanted)
const header = (text: string) => text.replaceAll(/[^\t -~]/g, 'x')

/** Everything that reads what strangers send, with the characters that it is tried with. */
const readers: Record<string, [read: (text: string) => unknown, characters: number]> = {
  htmlOf: [htmlOf, 10_000],
  'htmlOf, a short text': [htmlOf, 2_500],
  tagsIn: [tagsIn, 10_000],
  mentionsIn: [mentionsIn, 10_000],
  wordsOf: [wordsOf, 10_000],
  'marked, a text': [(text) => marked(text, wordsIn('ab a b')), 10_000],
  'marked, words': [(text) => marked('ab '.repeat(200), wordsIn(text)), 2_000],
  around: [(text) => around(text, wordsIn('zz')), 10_000],
  isTag: [isTag, 10_000],
  wordsIn: [wordsIn, 10_000],
  languageOf: [(text) => languageOf(requestWith({ 'accept-language': `ar,${header(text)}` })), 4_000],
  'languageOf, a cookie': [(text) => languageOf(requestWith({ cookie: header(text) })), 4_000],
  isNamed: [(text) => isNamed(header(text), '"a"'), 4_000],
  readCsv: [
    (text) => outcomeOf(() => readCsv(new TextEncoder().encode(`name,quantity,price\n${text}`))),
    10_000,
  ],
}

/** A refusal is an answer, too. */
async function outcomeOf(read: () => Promise<unknown>) {
  try {
    return await read()
  } catch {
    return undefined
  }
}

/** Ten would do for what is linear; a quadratic one takes sixteen times as long. */
const most = 10

const pieces = [
  ...[
    'http://a.b/',
    'https://',
    'mailto:',
    '.,',
    '😀',
    'a',
    'ا',
    '\u0301',
    '\u200b',
    '"',
    "'",
    '&',
    '&amp;',
    '&#',
  ],
  ...[
    '*',
    '**',
    '_',
    '~~',
    '`',
    '``',
    '[',
    ']',
    '(',
    ')',
    '[a](',
    '[a]: ',
    '![',
    '<',
    '>',
    '<a',
    '<!--',
    '\\',
  ],
  ...[
    '\n',
    '\n\n',
    ' ',
    '    ',
    '\t',
    '- ',
    '1. ',
    '> ',
    '|',
    '|-',
    '#',
    '#a',
    '# ',
    '```',
    '---',
    '===',
    ';',
    ',',
    '=',
    '/',
  ],
]
const known: [string, string][] = [
  ['http://a.b/', '.,'],
  ['http://a.b/', '😀'],
  ['', 'http://a.b/'],
  ['"', '"a'],
  ['', '> ```\na\n'],
  ['', '> # a\na\n'],
]

test.each(Object.entries(readers))(
  '%s takes no more than in proportion to a text',
  async (_, [read, characters]) => {
    const piece = fc.constantFrom(...pieces)
    const text = fc.tuple(
      fc.oneof(fc.constant(''), piece),
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    )
    const isLinear = async (how: [string, string]) => (await growthOf(read, how, characters)) < most

    // What other processes do can make it seem more, but not twice in a row.
    await fc.assert(
      fc.asyncProperty(text, async (how) => (await isLinear(how)) || (await isLinear(how))),
      { numRuns: 30, examples: known.map((each) => [each]) },
    )
  },
)
