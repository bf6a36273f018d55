import { expect, test } from 'bun:test'
import { pageOf } from '../../src/http/paging.ts'

test.each([
  [[], 2, [], undefined],
  [[1], 2, [1], undefined],
  [[1, 2], 2, [1, 2], undefined],
  [[1, 2, 3], 2, [1, 2], 2],
])('of the rows %j a page of %d shows %j and goes on after %p', (rows, size, shown, last) => {
  expect(pageOf(rows, size)).toEqual({ rows: shown, last })
})
