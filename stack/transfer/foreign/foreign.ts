/**
 * `./agora import phpbb FILE` and others: what another board's dump has becomes a file of our own format
 * (../format.ts), and comes as that: judged as a whole, some hundred lines a transaction, nothing twice.
 */

import type { Database } from 'bun:sqlite'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { version as agora } from '../../../package.json'
import { decodeAvatar, decodePicture, NotAPicture } from '../../../src/pictures/decoder-process.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { withFolder } from '../../backup/archive.ts'
import { UserError } from '../../errors.ts'
import type { Print } from '../../stack.ts'
import { type BoardWriter, writeBoard } from '../board-file.ts'
import { aboutName, kinds, lineFault, version } from '../format.ts'
import { openParts } from '../parts.ts'
import type { Foreign, Source } from './board.ts'
import { discourse } from './discourse/discourse.ts'
import { flarum } from './flarum/flarum.ts'
import { nodebb } from './nodebb/nodebb.ts'
import { phpbb } from './phpbb/phpbb.ts'
import { stage } from './staged.ts'

const foreignFormats = { phpbb, flarum, discourse, nodebb } satisfies Record<string, Foreign>
export type ForeignFormat = keyof typeof foreignFormats

const decodeWithinMs = 20_000
const sayEachMs = 2_000
const largestPicture = 20 * 1024 * 1024

type Options = { dump: string; files: string | undefined; print: Print; progress?: Print }

/**
 * Writes what a dump has to a file of our format, and calls `work` with its path; it is gone afterwards.
 * `files`: the folder where that board is installed, for its pictures. `print` is called with each thing that
 * cannot come, and why, `progress` now and then with how much is done. Throws a UserError where the dump is
 * none of such a board, or damaged.
 */
export async function withForeign<T>(
  format: ForeignFormat,
  { dump, files, print, progress = () => {} }: Options,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (!existsSync(dump) || !statSync(dump).isFile()) throw new UserError(`there is no file ${dump}`)
  if (files !== undefined && !existsSync(files)) throw new UserError(`there is no folder ${files}`)
  const foreign: Foreign = foreignFormats[format]
  return withFolder(dump, async (folder) => {
    const { db, oddTexts } = stage(dump, join(folder, 'staged.sqlite'), foreign)
    try {
      if (oddTexts > 0)
        print(
          `texts that are not in the character set of the dump, and were read as windows-1252: ${oddTexts}`,
        )
      if (!files) print('without --files DIR pictures and files stay behind')
      for (const each of foreign.stays(db)) print(`stays behind: ${each}`)
      const path = join(folder, 'board.tar')
      await write(path, format, foreign, { db, files, print, progress })
      return await work(path)
    } finally {
      db.close()
    }
  })
}

async function write(
  path: string,
  format: ForeignFormat,
  foreign: Foreign,
  { db, files, print, progress }: Required<Omit<Options, 'dump'>> & { db: Database },
): Promise<void> {
  const file = writeBoard(path)
  try {
    const about = {
      ...{ format: 'agora-board', version, board: uuidOf(foreign.identity(db)), from: format, agora },
      madeAt: new Date().toISOString(),
    }
    file.add(aboutName, Buffer.from(`${JSON.stringify(about)}\n`))
    const source = { db, files: files !== undefined, picture: pictures(file, files, print), tell: print }
    let saidAt = Date.now()
    for (const kind of kinds) {
      const lines = foreign.lines[kind]?.(source)
      if (!lines) continue
      const parts = openParts(kind, file)
      const names = new Set<string>()
      let made = 0
      for await (const line of lines) {
        if (kind === 'members' && 'name' in line) {
          if (names.has(line.name))
            print(`members ${line.id} "${line.name}": somebody else has this name; it gets a number behind`)
          names.add(line.name)
        }
        made++
        if (Date.now() - saidAt > sayEachMs) {
          progress(`read of the dump: ${made.toLocaleString('en')} ${kind}`)
          saidAt = Date.now()
        }
        const fault = lineFault(kind, line)
        if (fault) print(`${kind} ${'id' in line ? line.id : ''}: can't come: ${fault}`)
        else parts.add(line)
      }
      parts.end()
    }
    file.finish()
  } finally {
    file.close()
  }
}

function pictures(file: BoardWriter, files: string | undefined, tell: Print): Source['picture'] {
  const root = resolve(files ?? '.')
  const added = new Set<string>()
  const add = (name: string, bytes: Uint8Array) => {
    if (!added.has(name)) file.add(name, bytes)
    added.add(name)
  }
  return async (kind, path, what) => {
    const whole = resolve(root, path)
    const isWithin = whole.startsWith(root + sep) && existsSync(whole) && statSync(whole).isFile()
    if (!isWithin || statSync(whole).size > largestPicture) {
      tell(`${what}: its picture ${path} ${isWithin ? 'is too large' : 'is not there'}`)
      return undefined
    }
    const bytes = new Uint8Array(readFileSync(whole)).buffer
    try {
      if (kind === 'avatar') {
        const { hash, bytes: made } = await decodeAvatar(bytes, decodeWithinMs)
        add(`avatars/${hash}.webp`, made)
        return { hash, width: 0, height: 0 }
      }
      const { hash, width, height, small, large } = await decodePicture(bytes, decodeWithinMs)
      add(`pictures/${hash}.webp`, large)
      add(`pictures/${hash}.small.webp`, small)
      return { hash, width, height }
    } catch (error) {
      if (!(error instanceof NotAPicture)) throw error
      tell(`${what}: its picture ${path} is none that can be read`)
      return undefined
    }
  }
}

const uuidOf = (text: string) => sha256(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
