import { describe, expect, test } from 'bun:test'
import { isTimeZone, nextMail } from '../../src/mail/schedule.ts'

const hour = 3_600_000

/** When mails are due, one after the other, from one day on up to another. */
function dueFrom(pace: 'daily' | 'weekly', timeZone: string, start: string, end: string): Date[] {
  const due: Date[] = []
  let at = new Date(start)
  for (;;) {
    at = nextMail(pace, timeZone, at) as Date
    if (at > new Date(end)) return due
    due.push(at)
  }
}

const asShownIn = (timeZone: string, at: Date) =>
  at.toLocaleString('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' })

describe('a day', () => {
  test.each([
    ['Europe/Berlin', '2026-10-23T12:00Z', '2026-10-27T12:00Z', [25, 24, 24]],
    ['Europe/Berlin', '2026-03-27T12:00Z', '2026-03-31T12:00Z', [23, 24, 24]],
    ['America/New_York', '2026-10-30T18:00Z', '2026-11-03T18:00Z', [25, 24, 24]],
    ['Australia/Lord_Howe', '2026-10-02T12:00Z', '2026-10-06T12:00Z', [23.5, 24, 24]],
  ])('in %s has its one morning, when the clocks change between %s and %s', (zone, start, end, hours) => {
    const due = dueFrom('daily', zone, start, end)

    const between = due.slice(1).map((at, index) => (at.getTime() - (due[index] as Date).getTime()) / hour)
    expect(between).toEqual(hours)
    expect(due.every((at) => asShownIn(zone, at).endsWith('08:00'))).toBe(true)
    expect(new Set(due.map((at) => asShownIn(zone, at).slice(0, 10))).size).toBe(due.length)
  })

  test('that a place left out has none', () => {
    const due = dueFrom('daily', 'Pacific/Apia', '2011-12-28T00:00Z', '2012-01-01T00:00Z')

    const days = due.map((at) => asShownIn('Pacific/Apia', at).slice(0, 10))
    expect(days).toEqual([...new Set(days)])
    expect(days).toContain('2011-12-29')
    expect(days).toContain('2011-12-31')
  })
})

test('a week has its one Monday morning, over a change of the clocks', () => {
  const due = dueFrom('weekly', 'Europe/Berlin', '2026-10-19T06:00Z', '2026-11-10T00:00Z')

  expect(due.map((at) => at.toISOString())).toEqual([
    '2026-10-26T07:00:00.000Z',
    '2026-11-02T07:00:00.000Z',
    '2026-11-09T07:00:00.000Z',
  ])
})

test('before eight it is today, and this Monday', () => {
  const early = new Date('2026-10-19T05:59Z')

  expect(nextMail('daily', 'Europe/Berlin', early)?.toISOString()).toBe('2026-10-19T06:00:00.000Z')
  expect(nextMail('weekly', 'Europe/Berlin', early)?.toISOString()).toBe('2026-10-19T06:00:00.000Z')
})

test('soon is in minutes, and never is never', () => {
  const now = new Date('2026-10-19T05:59Z')

  expect(nextMail('soon', 'UTC', now)?.toISOString()).toBe('2026-10-19T06:04:00.000Z')
  expect(nextMail('never', 'UTC', now)).toBe(null)
})

test.each(['', 'Mars/Base', '+05:30', '05:30', 'Europe/Berlin\n', `Europe/${'x'.repeat(99)}`, '__proto__'])(
  '%j is no time zone',
  (text) => expect(isTimeZone(text)).toBe(false),
)

test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Calcutta', 'America/Argentina/Ushuaia'])(
  '%s is one',
  (text) => expect(isTimeZone(text)).toBe(true),
)
