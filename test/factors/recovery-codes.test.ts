import { expect, test } from 'bun:test'
import { keyOfRecoveryCode, newRecoveryCodes } from '../../src/factors/recovery-codes.ts'

test('ten codes are made, each of them another', () => {
  const codes = [...newRecoveryCodes(), ...newRecoveryCodes()]

  expect(new Set(codes).size).toBe(20)
  expect(codes.filter((code) => !/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/.test(code))).toEqual([])
})

test('a code is known however it is typed', () => {
  const spellings = [
    '0123-abcd-efgh-jk1m',
    '0123abcdefghjk1m',
    ' O123 ABCD-EFGH JKLM ',
    'o123-abcd-efgh-jkim',
  ]

  expect(new Set(spellings.map(keyOfRecoveryCode)).size).toBe(1)
  expect(keyOfRecoveryCode('0123-abcd-efgh-jk1m')).toMatch(/^[0-9a-f]{64}$/)
})

test.each([
  '',
  '123456',
  '0123-abcd-efgh-jk1',
  '0123-abcd-efgh-jk1mm',
  '0123-abcd-efgh-jku-',
  '۰123-abcd-efgh-jk1m',
])('%p is none', (typed) => {
  expect(keyOfRecoveryCode(typed)).toBeUndefined()
})
