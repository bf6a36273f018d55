import { expect, test } from 'bun:test'
import { isId, isIdNumber } from '../../src/platform/fields.ts'

test('an id is a whole number above 0 that every program on the way holds exactly', () => {
  const right = ['1', '42', '9007199254740991']
  const wrong = ['0', '01', '+1', '-1', '1.5', '1e3', ' 1', '9007199254740992', '9999999999999999', '٣', '']

  expect(right.filter(isId)).toEqual(right)
  expect(wrong.filter(isId)).toEqual([])
  expect([1, 2 ** 53 - 1].every(isIdNumber)).toBe(true)
  expect([0, -1, 1.5, 2 ** 53, Number.NaN, '1', null, undefined].some(isIdNumber)).toBe(false)
})
