import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { openIndex, type Row } from '../../search/index/words-index.ts'
import type { Place, Question } from '../../src/finding/protocol.ts'
import { wantedIn } from '../../src/text/question.ts'
import { closeAfterTests } from '../support/servers/cleanup.ts'
import { temporaryFolder } from '../support/servers/reaper.ts'

const row = (id: number, title: string, body: string): Row => ({
  ...{ id, title, body, isPlain: false, parent: null, category: 1, author: 1, created: 1_700_000_000 + id },
})

function indexOf(rows: Row[]) {
  const index = closeAfterTests(openIndex(join(temporaryFolder(), 'index.sqlite')), (it) => it.close())
  const [first = 0, last = 0] = [rows[0]?.id, rows.at(-1)?.id]
  index.takeBetween('post', first, last, rows, {})
  return index
}

const question = (q: string, more: Partial<Question> = {}): Question => ({
  ...{ kind: 'post', terms: wantedIn(q).wanted.terms, categories: [], authors: [] },
  ...{ hidden: { categories: [], authors: [] }, sort: 'best', limit: 400 },
  ...more,
})

/** All ids that are found, page by page. */
function pages(index: ReturnType<typeof indexOf>, asked: Question): number[] {
  const found: Place[] = []
  for (let page = index.find(asked); page.length > 0; ) {
    found.push(...page)
    page = index.find({ ...asked, behind: page.at(-1) })
  }
  return found.map(({ id }) => id)
}

test('best first ranks the newest, and behind them come all others, each once', () => {
  const texts = Array.from({ length: 4_500 }, (_, at) => row(at + 1, at % 100 ? 'old' : 'a wolf', 'the wolf'))
  const index = indexOf(texts)

  const ids = pages(index, question('wolf'))

  const titled = texts.filter(({ title }) => title === 'a wolf').map(({ id }) => id)
  const newestTitled = titled.filter((id) => id > 2_500).reverse()
  expect(ids.slice(0, newestTitled.length)).toEqual(newestTitled)
  expect(ids).toHaveLength(texts.length)
  expect(new Set(ids).size).toBe(texts.length)
  expect(ids.at(-1)).toBe(1)
})

test('best first ranks hits that are far apart, too', () => {
  const index = indexOf(
    Array.from({ length: 70 }, (_, at) =>
      row((at + 1) * 5_000, at === 30 ? 'the grey wolf' : 'old', at === 40 ? 'grey wolf' : 'wolf, grey'),
    ),
  )

  const ids = pages(index, question('grey wolf'))

  expect(ids.slice(0, 3)).toEqual([31 * 5_000, 41 * 5_000, 70 * 5_000])
  expect(new Set(ids).size).toBe(70)
})

test('best first is bounded to days, categories and authors as newest first is', () => {
  const days = 86_400
  const rows = Array.from({ length: 200 }, (_, at) => ({
    ...row(at + 1, 'wolf', 'grey'),
    ...{ created: 1_700_006_400 + at * (days / 20), category: 1 + (at % 2), author: 1 + (at % 3) },
  }))
  const index = indexOf(rows)
  const within = { from: 1_700_006_400 + 2 * days, until: 1_700_006_400 + 8 * days }
  const asked = question('wolf', { ...within, categories: [1], authors: [1, 2] })

  const expected = rows
    .filter(({ created }) => created >= within.from && created < within.until)
    .filter(({ category, author }) => category === 1 && author !== 3)
    .map(({ id }) => id)
    .reverse()
  expect(pages(index, asked)).toEqual(expected)
  expect(pages(index, { ...asked, sort: 'new' })).toEqual(expected)
})
