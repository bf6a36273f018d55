import type { Connection } from 'mysql2/promise'
import { ConfigError, type Law, laws, loosest } from '../../src/platform/config.ts'
import { asFields } from '../../src/platform/fields.ts'
import type { GivenLaws } from './config.ts'
import { putStarted, settingsOfStarts, tableNames } from './queries.ts'

/**
 * What a board was closed to stays so until somebody says otherwise. A start that is not given a setting
 * takes its default, and some defaults let in more than what was chosen before: who forgets `READ=members`
 * once would show a closed board to the world. So the database remembers what the last start had.
 *
 * Throws a ConfigError when this one would let in more than that without having been told to. To be called
 * before anything is changed.
 */
export async function refuseToOpen(server: Connection, given: GivenLaws): Promise<void> {
  // A database of an early release has not been migrated yet.
  if (!(await tableNames(server)).includes('settings')) return
  const { started, signUp } = await settingsOfStarts(server)
  if (started === undefined) return
  const before = asFields(JSON.parse(started))
  const opened = laws.filter(
    (name) =>
      !given[name].isGiven &&
      given[name].holds === loosest[name] &&
      (before[name] ?? loosest[name]) !== loosest[name] &&
      !(name === 'SIGN_UP' && signUp !== undefined),
  )
  if (opened.length === 0) return
  const list = (of: (name: Law) => unknown) => opened.map((name) => `${name}=${of(name)}`).join(' ')
  throw new ConfigError(
    `This board was last started with ${list((name) => before[name])}, and would let in more now: start it with that again, or, to open it on purpose, with ${list((name) => loosest[name])}`,
  )
}

/** Remembers what the board is started with. */
export const noteStart = (server: Connection, given: GivenLaws): Promise<void> =>
  putStarted(server, JSON.stringify(Object.fromEntries(laws.map((name) => [name, given[name].holds]))))
