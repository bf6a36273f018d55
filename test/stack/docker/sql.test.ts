import { expect, test } from 'bun:test'
import { answerIn } from '../../../stack/docker/sql.ts'

test('what the client of MySQL wrote is read cell by cell', () => {
  const output = ['id\ttitle', '1\tTea\\tor\\ncoffee?\\0', '2\tC:\\\\new', '3\t', 'ROW_COUNT()', '-1'].join(
    '\n',
  )

  expect(answerIn(output)).toEqual({
    header: ['id', 'title'],
    rows: [
      ['1', 'Tea\tor\ncoffee?\0'],
      ['2', 'C:\\new'],
      ['3', ''],
    ],
  })
})

test('a question without rows has an empty answer, a change says how many rows it changed', () => {
  expect(answerIn('ROW_COUNT()\n-1')).toEqual({ header: [], rows: [] })
  expect(answerIn('ROW_COUNT()\n3')).toEqual({ changed: 3 })
})
