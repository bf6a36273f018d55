import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { openPostTable } from '../../../batcher/ledger/post-table.ts'

type PostTable = ReturnType<typeof openPostTable>
type Model = Map<number, { total: number; waiting: number; since: number; list: string }>

const step = fc.record({
  act: fc.constantFrom('like', 'flush', 'evict', 'compact'),
  post: fc.oneof(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 2 ** 31, max: 2 ** 31 + 5 }),
    fc.constant(2 ** 40),
  ),
})

function like(table: PostTable, model: Model, post: number, now: number) {
  const row = table.add(post, 100)
  table.setTotal(row, table.total(row) + 1)
  table.setWaiting(row, table.waiting(row) + 1, now)
  const known = model.get(post) ?? { total: 100, waiting: 0, since: 0, list: 'none' }
  const since = known.waiting > 0 ? known.since : now
  model.set(post, { total: known.total + 1, waiting: known.waiting + 1, since, list: 'waiting' })
}

function flush(table: PostTable, model: Model, post: number, now: number) {
  const row = table.find(post)
  const known = model.get(post)
  if (row < 0 || !known) return
  table.setWaiting(row, 0, now)
  table.markFlushed(row, now)
  model.set(post, { ...known, waiting: 0, since: now, list: 'flushed' })
}

function evict(table: PostTable, model: Model, post: number) {
  const row = table.find(post)
  const known = model.get(post)
  if (row < 0 || !known) return
  table.evict(row)
  if (known.list === 'flushed') known.list = 'none'
}

function listed(table: PostTable, list: 'waiting' | 'flushed') {
  const found: number[] = []
  for (let row = table.first(list); row >= 0; row = table.after(row)) found.push(table.post(row))
  return found
}

const oldestFirst = (model: Model, list: string) =>
  [...model]
    .filter(([, post]) => post.list === list)
    .sort(([, a], [, b]) => a.since - b.since)
    .map(([post]) => post)

test('the table knows each post, and both lists are in order, whatever happened', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = openPostTable()
      const model: Model = new Map()

      for (const [now, { act, post }] of steps.entries()) {
        if (act === 'like') like(table, model, post, now)
        if (act === 'flush') flush(table, model, post, now)
        if (act === 'evict') evict(table, model, post)
        if (act === 'compact') {
          table.compact()
          for (const [id, { list }] of model) if (list === 'none') model.delete(id)
        }
      }

      expect(listed(table, 'waiting')).toEqual(oldestFirst(model, 'waiting'))
      expect(listed(table, 'flushed')).toEqual(oldestFirst(model, 'flushed'))
      for (const [post, { total, waiting }] of model) {
        const row = table.find(post)
        expect([table.total(row), table.waiting(row)]).toEqual([total, waiting])
      }
      expect(table.waitingLikes).toBe([...model.values()].reduce((sum, { waiting }) => sum + waiting, 0))
      expect(table.waitingPosts).toBe(oldestFirst(model, 'waiting').length)
    }),
  )
})

test('two hundred thousand posts are found again', () => {
  const table = openPostTable()

  for (let post = 1; post <= 200_000; post++) table.add(post * 7, post)

  for (let post = 1; post <= 200_000; post++) expect(table.total(table.find(post * 7))).toBe(post)
  expect(table.find(3)).toBe(-1)
})
