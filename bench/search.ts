/**
 * `./agora bench search`: what does the index find in ten scripts, and how fast is it with many posts and
 * half as many comments? Rows are made up and put in directly, so this is the index alone: what MySQL, HTTP
 * and pages take comes on top.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openIndex, type Row, type WordsIndex } from '../search/index/words-index.ts'
import type { Kind, Question } from '../src/finding/protocol.ts'
import { wantedIn } from '../src/text/question.ts'
import { columns } from '../stack/status.ts'
import { seededRandom } from './random.ts'

const wordsOfTitle = 5
const wordsOfText = 25
const wordsKnown = 50_000
const rowsAtOnce = 500
const rounds = 9
const shown = 21

/** A text, what finds it though somebody else would type it so, and what must not. */
const scripts: [name: string, text: string, found: string[], missed: string[]][] = [
  ['Latin', 'Große Brücke über den Fluß, foo_bar', ['BRUCKE', 'fluss', 'bar', '"grosse brucke"'], ['ruck']],
  ['Greek', 'Ο Οδυσσέας γύρισε σπίτι', ['οδυσσεασ', 'ΣΠΙΤΙ'], ['δυσσέας']],
  ['Cyrillic', 'Ёлка стоит в майском лесу', ['елка', 'МАИСКОМ'], ['лка']],
  ['Arabic', 'قال مسؤول إنّ الكتـاب عند مُحمّد', ['مسوول', 'الكتاب', 'محمد', 'ان'], ['سؤول']],
  ['Hebrew', 'אמר שָׁלוֹם לכולם', ['שלום'], ['לום']],
  ['Hindi', 'मैं हिंदी बोलता हूँ', ['हिंदी', 'बोल'], ['हिदी']],
  ['Chinese', '他说我爱北京天安门', ['北京', '安', '"爱北京"'], ['京北']],
  ['Japanese', '昨日は東京都に行きました', ['京都', '行き', '東'], ['都京']],
  ['Thai', 'ฉันพูดภาษาไทยได้', ['ไทย', 'ภาษา'], ['ไภย']],
  ['Korean', '한국어 대화방입니다', ['대화', '한국'], ['화방']],
]

export async function search(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { posts: { type: 'string', default: '1000000' }, json: { type: 'string' } },
  })
  const most = Number(values.posts)
  const sizes = [10_000, 100_000, 1_000_000].filter((size) => size < most).concat(most)
  const folder = mkdtempSync(join(tmpdir(), 'agora-bench-search-'))
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, bun ${Bun.version}; load before: ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}`
  console.log(machine)
  try {
    const found = inScripts(join(folder, 'scripts.sqlite'))
    console.log(`\n${columns([['script', 'found', 'not found, as it should be'], ...found.rows]).join('\n')}`)
    const measured = sizes.map((size) => withPosts(size, join(folder, `${size}.sqlite`)))
    if (values.json)
      await Bun.write(values.json, `${JSON.stringify({ machine, scripts: found, measured }, null, 2)}\n`)
    return found.isRight ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function inScripts(path: string): { rows: string[][]; isRight: boolean } {
  const index = openIndex(path)
  const all = scripts.map(([, text], at) => rowOf(at + 1, '', text))
  index.takeBetween('post', 1, all.length, all, {})
  const isFound = (q: string, at: number) =>
    index.find(questionOf(q)).some(({ id }) => id === at + 1) ? q : `${q}: NO`
  const isMissed = (q: string, at: number) =>
    index.find(questionOf(q)).some(({ id }) => id === at + 1) ? `${q}: FOUND` : q
  const rows = scripts.map(([name, , found, missed], at) => [
    name,
    found.map((q) => isFound(q, at)).join('  '),
    missed.map((q) => isMissed(q, at)).join('  '),
  ])
  index.close()
  return { rows, isRight: !rows.flat().some((cell) => /: (NO|FOUND)\b/.test(cell)) }
}

type Timed = {
  what: string
  hits: number
  newMs: number
  newWorstMs: number
  bestMs: number
  bestWorstMs: number
}

function withPosts(size: number, path: string) {
  const index = openIndex(path)
  const random = seededRandom(size)
  const words = vocabulary()
  const began = performance.now()
  for (const [kind, count] of [
    ['post', size],
    ['comment', Math.floor(size / 2)],
  ] as const)
    fill(index, kind, count, () => textOf(words, random))
  const builtInSeconds = (performance.now() - began) / 1_000
  const megabytes = [path, `${path}-wal`].reduce((sum, file) => sum + statSync(file).size, 0) / 1e6
  const memoryMb = process.memoryUsage.rss() / 1e6

  const timed = questions(words).map(([what, q, more]) => timeOf(index, what, { ...questionOf(q), ...more }))
  const one = performance.now()
  for (let n = 1; n <= 200; n++) {
    const row = rowOf(size + n, 'one more', textOf(words, random))
    index.takeBetween('post', row.id, row.id, [row], {})
  }
  const oneMoreMs = (performance.now() - one) / 200
  index.close()

  const rows = timed.map(({ what, hits, newMs, newWorstMs, bestMs, bestWorstMs }) => [
    ...[what, String(hits)],
    ...[newMs, newWorstMs, bestMs, bestWorstMs].map((ms) => ms.toFixed(2)),
  ])
  console.log(
    [
      '',
      `${size.toLocaleString('en')} posts, ${Math.floor(size / 2).toLocaleString('en')} comments: built in ` +
        `${builtInSeconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB on disk, ${memoryMb.toFixed(0)} MB of memory ` +
        `with what made it up, ${oneMoreMs.toFixed(2)} ms for one more`,
      ...columns([['milliseconds', 'hits', 'newest', 'worst', 'best', 'worst'], ...rows]),
    ].join('\n'),
  )
  return { posts: size, builtInSeconds, megabytes, memoryMb, oneMoreMs, timed }
}

/** From the newest on, as the index is filled from a board. */
function fill(index: WordsIndex, kind: Kind, count: number, text: () => string): void {
  for (let high = count; high > 0; high -= rowsAtOnce) {
    const low = Math.max(1, high - rowsAtOnce + 1)
    const rows = Array.from({ length: high - low + 1 }, (_, at) => {
      const [title, body] = [text(), text()]
      return rowOf(low + at, title.split(' ').slice(0, wordsOfTitle).join(' '), body)
    })
    index.takeBetween(kind, low, high, rows, {})
  }
}

/** A post each half a minute since November 2023, of 20 categories and 5,000 authors. */
const rowOf = (id: number, title: string, body: string): Row => ({
  ...{
    id,
    title,
    body: `${body}${id % 50 === 0 ? ` ${scripts[7]?.[1]}` : ''}`,
    isPlain: false,
    parent: null,
  },
  ...{ category: 1 + (id % 20), author: 1 + (id % 5_000), created: 1_700_000_000 + id * 30 },
})

const syllables = [
  'ba',
  'co',
  'du',
  'fe',
  'gi',
  'ho',
  'ja',
  'ke',
  'lu',
  'mi',
  'no',
  'pe',
  'ra',
  'su',
  'ti',
  'va',
]

/** Words of two letters and more, the short ones first. */
const vocabulary = () =>
  Array.from({ length: wordsKnown }, (_, n) =>
    n
      .toString(syllables.length)
      .replaceAll(/./g, (digit) => syllables[Number.parseInt(digit, syllables.length)] ?? ''),
  )

/** As in a language the n-th word comes with a frequency of about 1 / n. */
const textOf = (words: string[], random: () => number) =>
  Array.from({ length: wordsOfText }, () => words[Math.floor(words.length ** random()) - 1] ?? words[0]).join(
    ' ',
  )

function questions(words: string[]): [what: string, q: string, more?: Partial<Question>][] {
  const [first = '', second = '', third = ''] = words
  const nth = (n: number) => words[n] ?? ''
  return [
    ['the commonest word', first],
    ['three common words', `${first} ${second} ${third}`],
    ['ten common words', words.slice(0, 10).join(' ')],
    [
      'ten words, seldom together',
      words
        .slice(0, 30)
        .filter((_, at) => at % 3 === 0)
        .join(' '),
    ],
    ['a word in some percent', nth(100)],
    ['a word in some thousands', nth(1_000)],
    ['a rare word', nth(40_000)],
    ['the beginning of many words', nth(100).slice(0, 3)],
    ['five letters of a word', nth(5_000).slice(0, 5)],
    ['no word', 'zzzzz'],
    ['a common and a rare word', `${first} ${nth(30_000)}`],
    ['a phrase of three common words', `"${first} ${second} ${third}"`],
    ['a phrase of five common words', `"${words.slice(0, 5).join(' ')}"`],
    ['a pair of letters in Japanese', '京都'],
    ['one letter in Japanese', '京'],
    ['a word of one author', second, { authors: [77] }],
    ['a word in one category', second, { categories: [7] }],
    ['a word of one day', second, { from: 1_700_006_400, until: 1_700_092_800 }],
    ['all of one author', '', { authors: [77] }],
  ]
}

const questionOf = (q: string): Question => ({
  ...{ kind: 'post', terms: wantedIn(q).wanted.terms, categories: [], authors: [] },
  ...{ hidden: { categories: [], authors: [] }, sort: 'new', limit: shown },
})

function timeOf(index: WordsIndex, what: string, question: Question): Timed {
  const times = (['new', 'best'] as const).map((sort) =>
    Array.from({ length: rounds }, () => {
      const began = performance.now()
      index.find({ ...question, sort })
      return performance.now() - began
    }).sort((a, b) => a - b),
  )
  const [newest = [], best = []] = times
  const middle = (all: number[]) => all[Math.floor(all.length / 2)] ?? 0
  return {
    what,
    hits: index.find(question).length,
    newMs: middle(newest),
    newWorstMs: newest.at(-1) ?? 0,
    bestMs: middle(best),
    bestWorstMs: best.at(-1) ?? 0,
  }
}
