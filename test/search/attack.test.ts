import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { openIndex, type Row } from '../../search/index/words-index.ts'
import type { Question } from '../../src/finding/protocol.ts'
import { mostTokens, wantedIn } from '../../src/text/question.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'
import { processorMs } from '../support/turns.ts'

setDefaultTimeout(60_000)

const texts = 50
const usual = { isPlain: false, parent: null, category: 1, author: 1, created: 1_700_000_000 }

function indexOf(body: string) {
  const index = closeAfterTests(openIndex(join(temporaryFolder(), 'index.sqlite')), (it) => it.close())
  for (let id = 1; id <= texts; id++) {
    const row: Row = { ...usual, id, title: 'x', body }
    index.takeBetween('post', id, id, [row], {})
  }
  return index
}

const question = (q: string, sort: Question['sort']): Question => ({
  ...{ kind: 'post', terms: wantedIn(q).wanted.terms, categories: [], authors: [] },
  ...{ hidden: { categories: [], authors: [] }, sort, limit: 20 },
})

/** The least of three, as what else the machine does can only have made it more. */
const costOf = (work: () => void) =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const began = processorMs()
      work()
      return processorMs() - began
    }),
  )

const cycle = [...'0123456789abcdefghijklmnopqrstuv']

test.each([
  ['letters without spaces', '漢'.repeat(20_000), '漢'.repeat(498)],
  ['a phrase', 'a '.repeat(10_000), `"${'a '.repeat(249)}"`],
  ['a word with underlines', 'a '.repeat(10_000), 'a_'.repeat(249)],
  ['a phrase of many words', `${cycle.join(' ')} `.repeat(312), `"${cycle.join(' ')}"`],
  ['many phrases', 'a '.repeat(10_000), '"a a a" '.repeat(10)],
])('texts and a question of one thing over and over cost no more than others: %s', (_, body, q) => {
  const index = indexOf(body)

  for (const sort of ['new', 'best'] as const) {
    expect(index.find(question(q, sort))).toHaveLength(20)
    const ms = costOf(() => index.find(question(q, sort)))
    // It took some 1,000 times as long as indexing one of the texts: now less than one. The system counts
    // processor time by milliseconds, and less than one as none.
    expect(ms, sort).toBeLessThan(20 * Math.max(1, indexingOfOne(index, body)))
  }
})

let edits = 0

function indexingOfOne(index: ReturnType<typeof indexOf>, body: string): number {
  return costOf(() => {
    const row = { ...usual, id: 1, title: `x ${++edits}`, body }
    index.takeBetween('post', 1, 1, [row], {})
  })
}

test('a phrase is found wherever it stands in a long text in which its words are frequent', () => {
  const prose = Array.from({ length: 240 }, (_, at) => `the word${at} of a few others here`).join(' ')
  const index = indexOf(prose)
  const finds = (q: string) => index.find(question(q, 'new')).length > 0

  expect(finds('"the word239 of a"')).toBe(true)
  expect(finds('"the word239 a"')).toBe(false)
})

test('what is left out of a text joins no words that were apart', () => {
  const index = indexOf(`${'so '.repeat(1_000)}begin so end`)
  const finds = (q: string) => index.find(question(q, 'new')).length > 0

  expect(finds('"begin end"')).toBe(false)
  expect(finds('begin end so')).toBe(true)
})

test.each([
  ['漢'.repeat(mostTokens + 1), '漢'.repeat(mostTokens + 2)],
  [`"${'a '.repeat(mostTokens)}"`, `"${'a '.repeat(mostTokens + 1)}"`],
  ['a_'.repeat(mostTokens), 'a_'.repeat(mostTokens + 1)],
  [`x "${'a '.repeat(mostTokens - 1)}"`, `x "${'a '.repeat(mostTokens - 1)}" y`],
  [`x ${'漢'.repeat(mostTokens)}`, `x ${'漢'.repeat(mostTokens + 1)}`],
])('a long question is looked for by its beginning, and it is said: %s', (short, long) => {
  expect(wantedIn(short).faults).toEqual([])
  expect(wantedIn(long).faults).toEqual(['long'])
  expect(tokensOf(long)).toEqual(tokensOf(short))
})

const tokensOf = (q: string) =>
  wantedIn(q).wanted.terms.map(({ text }) => text.split(/[\s_]+/).filter(Boolean))
