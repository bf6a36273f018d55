import { expect, test } from 'bun:test'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeDrills, clearLeft, Postponed, withScratch } from '../../../stack/backup/scratch.ts'
import { dataPaths, makeDataFolder, writeState } from '../../../stack/data-folder.ts'
import { takeLock } from '../../../stack/lock.ts'
import { type Identity, identify } from '../../../stack/process/identity.ts'
import { startProcess } from '../../support/servers/processes.ts'
import { atTheEnd, temporaryFolder } from '../../support/servers/reaper.ts'

/** A board that was started once. */
function boardFolder(): string {
  const data = join(temporaryFolder(), 'data')
  makeDataFolder(data)
  writeState(data, { mode: 'native', port: 1 })
  return data
}

/** What a drill of a board leaves there while it runs. */
function drillOf(board: string, drill: Identity, step?: Identity): string {
  const folder = temporaryFolder().replace('agora-test-', 'agora-drill-')
  atTheEnd('folder', folder)
  mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'drill.json'), JSON.stringify({ drill, board, step }))
  return folder
}

const startSleeper = () => {
  const running = startProcess(['sleep', '600'])
  return { running, identity: identify(running.pid) as Identity }
}

const none = async () => ({})

const here = identify(process.pid) as Identity

test('what a drill that was killed has left goes, with what it ran, and no other one', async () => {
  const { running, identity } = startSleeper()
  const left = drillOf('/board', { ...here, began: 'long ago' }, identity)
  const alive = drillOf('/board', here)

  await clearLeft()

  expect([existsSync(left), existsSync(alive), running.isRunning()]).toEqual([false, true, false])
})

test('a backup, a deploy and a restore end a drill of their board first, and keep the next one away', async () => {
  const board = boardFolder()
  const [mine, others] = [startSleeper(), startSleeper()]
  const left = drillOf(board, mine.identity)
  const other = drillOf(boardFolder(), others.identity)
  const said: string[] = []

  const found = await beforeDrills(
    board,
    (line) => said.push(line),
    async () => {
      const isGone = !existsSync(left) && !mine.running.isRunning()
      const next = await withScratch(board, none, async () => 'begun').catch((error) => error)
      return { isGone, next }
    },
  )

  expect(found).toEqual({ isGone: true, next: expect.any(Postponed) })
  expect(found.next.message).toBe('a backup, a deploy or a restore is under way: try again when it has ended')
  expect([existsSync(other), others.running.isRunning()]).toEqual([true, true])
  expect(said).toEqual(['A drill of this board is ended first.'])
  expect(await withScratch(board, none, async () => 'begun')).toBe('begun')
})

test('two drills of a board are not made at once', async () => {
  const board = boardFolder()

  const outcome = await withScratch(board, none, ({ folder }) => {
    const second = withScratch(board, none, async () => 'begun')
    return second.catch((error) => [error.message, existsSync(folder)])
  })

  expect(outcome).toEqual(['a drill of this board is under way: try again when it has ended', true])
})

test('where a deploy runs that another one keeps from the lock, it goes on', async () => {
  const board = boardFolder()
  const held = takeLock(dataPaths(board).work)

  expect(
    await beforeDrills(
      board,
      () => {},
      async () => 'deployed',
    ),
  ).toBe('deployed')

  held?.release()
})
