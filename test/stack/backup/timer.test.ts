import { expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import {
  noteBackups,
  noteDrill,
  noteSchedule,
  recordIn,
  recordText,
  standingOf,
} from '../../../stack/backup/record.ts'
import { nextAfter, startBackupTimer } from '../../../stack/backup/timer.ts'
import { dataPaths } from '../../../stack/data-folder.ts'
import { temporaryFolder } from '../../support/servers/reaper.ts'
import { until } from '../../support/until.ts'

const at = (text: string) => Date.parse(`${text}Z`)

test('a backup is due once a day at its time in UTC', () => {
  expect(nextAfter(at('2026-11-29T03:29:59'), 210)).toBe(at('2026-11-29T03:30:00'))
  expect(nextAfter(at('2026-11-29T03:30:00'), 210)).toBe(at('2026-11-30T03:30:00'))
})

test('the timer makes one each day, none twice, and goes on after one that failed or a clock that is set', async () => {
  const env = { BACKUP_TO: '/backups', BACKUP_AT: '03:30' }
  const [said, made]: [string[], number[]] = [[], []]
  let now = at('2026-11-29T03:29:00')
  let ends = () => {}
  const run = () =>
    new Promise<string>((resolve, reject) => {
      made.push(now)
      ends = () => (made.length === 2 ? reject(new Error('the bucket is full')) : resolve('made'))
    })
  const data = temporaryFolder()
  const timer = startBackupTimer({
    data,
    print: (line) => said.push(line),
    env,
    now: () => now,
    everyMs: 1,
    run,
  })

  now = at('2026-11-29T03:30:05')
  await until(() => made.length === 1)
  now = at('2026-11-30T03:31:00')
  ends()
  await until(() => made.length === 2)
  ends()
  await until(() => said.length === 2)
  // Set back by ten days: it does not wait until December.
  now = at('2026-11-19T03:29:00')
  await Bun.sleep(5)
  now = at('2026-11-19T03:30:00')
  await until(() => made.length === 3)
  ends()
  await until(() => said.length === 3)

  rmSync(dataPaths(data).backups)
  await until(() => recordIn(data).dailySince !== undefined)
  timer.stop()
  expect(said).toEqual(['made', 'the bucket is full', 'made'])
  expect(recordIn(data).dailySince).toBe('2026-11-19T03:30:00.000Z')
})

test.each([
  [{ BACKUP_AT: '03:30' }, 'BACKUP_TO is not set'],
  [{ BACKUP_AT: '3', BACKUP_TO: '/a' }, 'BACKUP_AT must be a time in UTC as in 03:30, not "3"'],
  [{ BACKUP_AT: '24:00', BACKUP_TO: '/a' }, 'BACKUP_AT must be a time in UTC as in 03:30, not "24:00"'],
])('a time that makes no sense, %j, stops the start', (env, words) => {
  expect(() => startBackupTimer({ data: '', print: () => {}, env })).toThrow(words)
})

test('status says what was proven last, what was made last, and when that is late or failed', () => {
  const data = temporaryFolder()
  const said = (now: string) => recordText(recordIn(data), at(now))
  expect(said('2026-11-29T05:30:00')).toEqual([])
  noteSchedule(data, true, new Date(at('2026-11-28T01:30:00')))
  noteSchedule(data, true, new Date(at('2026-11-29T01:30:00')))
  expect(said('2026-11-29T03:30:00')).toEqual([
    'Last proven restore: none yet: ./agora drill',
    'Last backup: none yet',
  ])
  expect(said('2026-11-29T03:31:00')[1]).toBe('Last backup: none yet - LATE: it should be made each day')

  noteBackups(data, { backup: { at: '2026-11-29T03:30:00.000Z', name: 'agora-x.agora', bytes: 1_200_000 } })
  noteDrill(data, '2026-11-28T04:00:00.000Z', 33.4, undefined)
  expect(said('2026-11-29T05:30:00')).toEqual([
    'Last proven restore: 2026-11-28T04:00:00.000Z, in 33 s, no differences',
    'Last backup: 2026-11-29T03:30:00.000Z, agora-x.agora, 1.2 MB',
  ])

  noteBackups(data, { failure: { at: '2026-11-30T03:30:00.000Z', reason: 'the bucket is full' } })
  noteDrill(data, '2026-11-30T04:00:00.000Z', 20, '2 differences')
  expect(said('2026-12-06T04:00:00')).toEqual([
    'Last proven restore: 2026-11-28T04:00:00.000Z, in 33 s, no differences',
    'The last drill failed at 2026-11-30T04:00:00.000Z: 2 differences',
    'Last backup: 2026-11-29T03:30:00.000Z, agora-x.agora, 1.2 MB - LATE: it should be made each day',
    'The last try failed at 2026-11-30T03:30:00.000Z: the bucket is full',
  ])
  expect(said('2026-12-06T04:00:01')[0]).toEndWith(' - LATE: it should be made each week')

  noteDrill(data, '2026-12-07T04:00:00.000Z', 20, undefined)
  noteSchedule(data, false)
  expect(standingOf(recordIn(data), at('2027-12-07T04:00:00'))).toEqual({
    ...{ last: { at: '2026-11-29T03:30:00.000Z', bytes: 1_200_000 }, failedAt: '2026-11-30T03:30:00.000Z' },
    ...{ provenAt: '2026-12-07T04:00:00.000Z', drillFailedAt: null },
    ...{ isDaily: false, isLate: false, isDrillLate: false },
  })
  writeFileSync(dataPaths(data).backups, '{"drill":')
  expect(recordIn(data)).toEqual({})
})

test('a drill that an earlier release noted with differences has proven nothing', () => {
  const drill = { at: '2026-11-28T04:00:00.000Z', seconds: 9, differences: 3 }

  expect(standingOf({ drill })).toMatchObject({ provenAt: null, drillFailedAt: drill.at })
  expect(recordText({ drill })).toContain(`The last drill failed at ${drill.at}: 3 differences`)
})
