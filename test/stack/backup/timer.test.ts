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

type Run = NonNullable<Parameters<typeof startBackupTimer>[0]['run']>

/** A timer whose clock is turned by hand, and the commands that it runs, which end when somebody says so. */
function timerWith(env: Record<string, string>, shortage = () => undefined as string | undefined) {
  const data = temporaryFolder()
  const [said, began]: [string[], string[]] = [[], []]
  const clock = { now: at('2026-11-29T03:29:00') }
  let clears = 0
  const ends = new Map<string, (ended: Awaited<ReturnType<Run>>) => void>()
  const run: Run = (command, _, signal) =>
    new Promise((resolve) => {
      began.push(command)
      ends.set(command, resolve)
      signal.addEventListener('abort', () => resolve({ code: 75, said: 'ended' }))
    })
  const timer = startBackupTimer({
    ...{ data, print: (line) => said.push(line), now: () => clock.now, everyMs: 1, run, shortage },
    env: { BACKUP_TO: '/backups', BACKUP_AT: '03:30', ...env },
    clear: async () => void clears++,
  })
  const looks = async () => {
    const before = clears
    await until(() => clears > before + 1)
  }
  return {
    ...{ data, said, began, clock, timer, looks },
    ends: async (command: string, code: number | null, words: string) => {
      await until(() => ends.has(command))
      const before = said.length
      ends.get(command)?.({ code, said: words })
      ends.delete(command)
      await until(() => said.slice(before).includes(words))
    },
  }
}

test('the timer makes one each day, none twice, and goes on after one that failed or a clock that is set', async () => {
  const { data, said, began, clock, timer, looks, ends } = timerWith({ BACKUP_DRILL: 'never' })

  clock.now = at('2026-11-29T03:30:05')
  await until(() => began.length === 1)
  clock.now = at('2026-11-30T03:31:00')
  await looks()
  await ends('backup', 0, 'made')
  await ends('backup', 1, 'the bucket is full')
  // Set back by ten days: it does not wait until December.
  clock.now = at('2026-11-19T03:29:00')
  await looks()
  clock.now = at('2026-11-19T03:30:00')
  await ends('backup', 0, 'made again')
  await looks()

  rmSync(dataPaths(data).backups)
  await until(() => recordIn(data).dailySince !== undefined)
  await timer.stop()
  expect(said).toEqual(['made', 'the bucket is full', 'made again'])
  expect(began).toEqual(['backup', 'backup', 'backup'])
  expect(recordIn(data).dailySince).toBe('2026-11-19T03:30:00.000Z')
})

test('a backup is drilled when it is made, each week, and the next day where that failed or gave way', async () => {
  const { data, began, clock, timer, looks, ends } = timerWith({})
  const backUp = async (now: string) => {
    clock.now = at(now)
    await ends('backup', 0, now)
    await looks()
  }

  clock.now = at('2026-11-29T03:30:00')
  await ends('backup', 1, 'the bucket is full')
  await looks()
  expect(began).toEqual(['backup'])
  await backUp('2026-11-29T03:45:00')
  // It gives way to a deploy, and comes again a quarter of an hour later.
  await ends('drill', 75, 'a deploy is under way')
  clock.now = at('2026-11-29T03:59:59')
  await looks()
  expect(began).toEqual(['backup', 'backup', 'drill'])
  clock.now = at('2026-11-29T04:00:00')
  await until(() => began.length === 4)
  noteDrill(data, '2026-11-29T04:00:10.000Z', 10, '2 differences')
  await ends('drill', 1, '2 differences')
  await backUp('2026-11-30T03:30:00')
  noteDrill(data, '2026-11-30T03:30:30.000Z', 10, undefined)
  await ends('drill', 0, 'no differences')
  for (const day of ['01', '02', '03', '04', '05', '06']) await backUp(`2026-12-${day}T03:30:00`)
  expect(began.filter((each) => each === 'drill').length).toBe(3)
  await backUp('2026-12-07T03:30:00')
  await until(() => began.at(-1) === 'drill')

  await timer.stop()
})

test('one that was killed, or found no memory, is noted and says nothing of the backup', async () => {
  let short: string | undefined = 'a drill wants 1.0 GB of memory, and 200 MB can be had'
  const { data, said, began, clock, timer, ends } = timerWith({ BACKUP_DRILL: 'daily' }, () => short)

  clock.now = at('2026-11-29T03:30:00')
  await ends('backup', 0, 'made')
  await until(() => recordIn(data).drillMissed)
  expect(said.at(-1)).toBe('a drill wants 1.0 GB of memory, and 200 MB can be had')
  expect(began).toEqual(['backup'])
  short = undefined
  clock.now = at('2026-11-30T03:30:00')
  await ends('backup', 0, 'made')
  await ends('drill', null, 'restoring\nthe drill was ended by SIGKILL')
  await until(() => recordIn(data).drillMissed?.at === '2026-11-30T03:30:00.000Z')

  await timer.stop()
  expect(recordText(recordIn(data))).toContain(
    'A drill was not made at 2026-11-30T03:30:00.000Z: the drill was ended by SIGKILL',
  )
  expect(standingOf(recordIn(data), clock.now)).toMatchObject({ drillFailedAt: null, provenAt: null })
})

test('a backup waits for no drill, and a stack that stops ends one', async () => {
  const { began, clock, timer, ends } = timerWith({ BACKUP_DRILL: 'daily' })
  clock.now = at('2026-11-29T03:30:00')
  await ends('backup', 0, 'made')
  await until(() => began.at(-1) === 'drill')

  clock.now = at('2026-11-30T03:30:00')
  await ends('backup', 0, 'made anew')

  expect(began).toEqual(['backup', 'drill', 'backup'])
  await timer.stop()
})

test.each([
  [{ BACKUP_AT: '03:30' }, 'BACKUP_TO is not set'],
  [{ BACKUP_AT: '3', BACKUP_TO: '/a' }, 'BACKUP_AT must be a time in UTC as in 03:30, not "3"'],
  [{ BACKUP_AT: '24:00', BACKUP_TO: '/a' }, 'BACKUP_AT must be a time in UTC as in 03:30, not "24:00"'],
  [{ BACKUP_DRILL: 'nightly' }, 'BACKUP_DRILL must be daily, weekly or never, not "nightly"'],
  [{ BACKUP_IDENTITY: 'key.txt' }, 'BACKUP_IDENTITY must be the absolute path of a file, not "key.txt"'],
  [
    { BACKUP_DRILL: 'daily', BACKUP_KEY: 'age1abc' },
    'BACKUP_DRILL=daily opens no backup that BACKUP_KEY encrypts: BACKUP_IDENTITY names a file',
  ],
])('a setting that makes no sense, %j, stops the start', (env, words) => {
  expect(() => startBackupTimer({ data: '', print: () => {}, env })).toThrow(words)
})

test('status says what was proven last, what was made last, and when that is late or failed', () => {
  const data = temporaryFolder()
  const said = (now: string) => recordText(recordIn(data), at(now))
  expect(said('2026-11-29T05:30:00')).toEqual([])
  noteSchedule(data, 'by hand', new Date(at('2026-11-28T01:30:00')))
  expect(said('2026-11-29T03:30:00')).toEqual([
    'Last proven restore: none yet: ./agora drill --identity FILE',
    'No drill is made by itself: backups are encrypted, and BACKUP_IDENTITY names no file with the secret key.',
    'Last backup: none yet',
  ])
  noteSchedule(data, 'weekly', new Date(at('2026-11-29T01:30:00')))
  expect(said('2026-11-29T03:30:00')).toEqual(['Last proven restore: none yet', 'Last backup: none yet'])
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
  const late = () => standingOf(recordIn(data), at('2026-12-20T04:00:00')).isDrillLate
  expect(late()).toBe(true)
  // Who said so has them made elsewhere.
  noteSchedule(data, 'never')
  expect(late()).toBe(false)
  noteSchedule(data, undefined)
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
