import { expect, test } from 'bun:test'
import { pointsOf, readPeriod } from '../../src/overview/period.ts'

const today = new Date('2026-11-30T12:00:00Z')
const read = (from: string, until: string, by = '') => readPeriod({ from, until, by }, today)

test('a period is the last thirty days, or what was asked for', () => {
  expect(read('', '')).toEqual({ period: { from: '2026-11-01', until: '2026-11-30', by: 'day' } })
  expect(read('2024-02-29', '2024-03-01', 'day')).toEqual({
    period: { from: '2024-02-29', until: '2024-03-01', by: 'day' },
  })
})

test('one by weeks begins on a Monday and ends on a Sunday', () => {
  expect(read('2026-11-01', '2026-11-30', 'week')).toEqual({
    period: { from: '2026-10-26', until: '2026-12-06', by: 'week' },
  })
  expect(read('2026-11-02', '2026-11-08', 'week')).toEqual({
    period: { from: '2026-11-02', until: '2026-11-08', by: 'week' },
  })
})

test.each([
  ['2026-11-30', '2026-11-29', 'day', { from: 'The first day is after the last one.' }],
  ['2026-02-30', '', 'day', { from: 'This is no day. Please write it as in 2026-11-30.' }],
  [
    'yesterday',
    '2026-13-01',
    '',
    {
      from: 'This is no day. Please write it as in 2026-11-30.',
      until: 'This is no day. Please write it as in 2026-11-30.',
    },
  ],
  ['99999-01-01', '', '', { from: 'This is no day. Please write it as in 2026-11-30.' }],
  ['', '', 'year', { by: 'Plots are by day or by week.' }],
  [
    '2020-01-01',
    '2026-11-30',
    'day',
    {
      from: 'These are more than 400 days. Please choose fewer, or plots by week.',
    },
  ],
  ['1990-01-01', '2026-11-30', 'week', { from: 'These are more than 400 weeks. Please choose fewer.' }],
])('from %p until %p by %p is refused', (from, until, by, errors) => {
  expect(read(from, until, by)).toEqual({ errors })
})

test('every day or week of a period has a point', () => {
  const counts = [
    { day: '2026-11-02', count: 3 },
    { day: '2026-11-08', count: 4 },
    { day: '2026-11-09', count: 5 },
  ]

  const byDay = pointsOf({ from: '2026-11-07', until: '2026-11-09', by: 'day' }, counts)
  const byWeek = pointsOf({ from: '2026-10-26', until: '2026-11-15', by: 'week' }, counts)

  expect(byDay).toEqual([
    { day: '2026-11-07', count: 0 },
    { day: '2026-11-08', count: 4 },
    { day: '2026-11-09', count: 5 },
  ])
  expect(byWeek).toEqual([
    { day: '2026-10-26', count: 0 },
    { day: '2026-11-02', count: 7 },
    { day: '2026-11-09', count: 5 },
  ])
})
