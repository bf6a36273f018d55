import { expect, test } from 'bun:test'
import { answerText } from '../../../stack/cli/sql-answer.ts'

const answer = {
  header: ['id', 'title'],
  rows: [
    ['1', 'Tea\tor\ncoffee?'],
    ['20', 'NULL'],
  ],
}

test('an answer of the database has tabs for a program', () => {
  expect(answerText(answer, false)).toBe('id\ttitle\n1\tTea\\tor\\ncoffee?\n20\tNULL')
})

test('an answer of the database has columns for a person', () => {
  expect(answerText(answer, true)).toBe('id  title\n1   Tea\\tor\\ncoffee?\n20  NULL')
})

test('a statement that is no query shows how many rows it changed', () => {
  expect(answerText({ changed: 1 }, false)).toBe('1 row changed')
  expect(answerText({ changed: 0 }, false)).toBe('0 rows changed')
})
