/**
 * `./agora backup FILE`: the database and what the batchers have not brought there yet, as of one moment,
 * while the site runs.
 *
 * A like that was answered is in a batcher's journal, in MySQL, or, for the time of a flush, in both. Copying
 * the two one after the other would lose what moves between them the one way and double it the other. So:
 *
 * 1. Each batcher is asked to pause its flushes. It waits for the try that is under way, copies its journal,
 *    and sends it. From here on MySQL gets no like.
 * 2. The dump begins: one transaction that sees one moment of the database (`--single-transaction`). That
 *    moment lies after the journals' copies and within the pause, so MySQL has exactly the batches that the
 *    journals call done, and perhaps the one that they call under way, because its outcome was not known.
 *    That one is sent again after a restore, and the primary key of `like_batches` says whether it is there,
 *    as after any crash (batcher/ledger/journal.ts).
 * 3. As soon as the dump has seen its moment, the batchers go on. A pause ends by itself after a minute; a
 *    batcher whose pause ended before it was resumed says so, and all is done again.
 *
 * So the copy holds every like answered before the backup began, and none twice. Ids of likes
 * (`Idempotency-Key`) come along with the journals, so one that is sent again after a restore is still known.
 * People go on liking meanwhile: their likes wait in the journal.
 *
 * A migration that changes a table while it is dumped makes the dump fail, not wrong: the servers refuse to
 * read a table that was altered after the transaction began.
 */

import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { version } from '../../package.json'
import { dumpMarks } from '../database/queries.ts'
import { UserError } from '../errors.ts'
import type { Batchers } from '../reconcile.ts'
import { dumpName, type Manifest, pack, refuseToOverwrite, withFolder } from './archive.ts'

/** A running stack, as far as a backup needs it. */
export type Source = Batchers & {
  /** Prints the database's content as SQL. */
  dump: Program
  serverVersion: string
}

export type Program = { command: string[]; env: Record<string, string | undefined> }

const tries = 3

/**
 * Writes the backup of a running stack to `path`. Throws a UserError, and leaves nothing behind, when it
 * can't.
 */
export async function backUp(source: Source, path: string): Promise<Manifest> {
  refuseToOverwrite(path)
  return withFolder(path, async (folder) => {
    const madeAt = new Date().toISOString()
    await copyAtOneMoment(source, folder)
    const journals = source.batchers.map((batcher) => ({ batcher, name: journalName(batcher) }))
    const names = [dumpName, ...journals.map(({ name }) => name)]
    return pack(folder, path, { agora: version, server: source.serverVersion, madeAt, journals, names })
  })
}

const journalName = (batcher: string) => `${batcher}.sqlite`

async function copyAtOneMoment(source: Source, folder: string): Promise<void> {
  for (let index = 1; index <= tries; index++) {
    if (await attempt(source, folder)) return
  }
  throw new UserError(
    'the database took longer to begin than the batchers wait: try again when there is less to do',
  )
}

/** False when a pause ended too early, so that the copies may not fit each other. */
async function attempt({ batchers, ask, dump }: Source, folder: string): Promise<boolean> {
  const owner = randomUUID()
  const resume = async () => {
    const answers = await Promise.all(batchers.map((batcher) => ask(batcher, `/resume?holder=${owner}`)))
    return answers.every((each) => JSON.parse(Buffer.from(each).toString()).held === true)
  }
  let wasPaused: Promise<boolean> | undefined
  try {
    for (const batcher of batchers) {
      await Bun.write(join(folder, journalName(batcher)), await ask(batcher, `/backup?holder=${owner}`), {
        mode: 0o600,
      })
    }
    await writeDump(dump, join(folder, dumpName), () => {
      wasPaused = resume()
    })
    return (await wasPaused) === true
  } finally {
    // When something failed they need not wait for the minute to end.
    if (!wasPaused) await resume().catch(() => false)
  }
}

/** The first table comes after the transaction has begun, the last line when all is written. */
const { beginning, ending } = dumpMarks

async function writeDump({ command, env }: Program, path: string, started: () => void): Promise<void> {
  const child = Bun.spawn(command, { env, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  let tail = ''
  let hasStarted = false
  async function* watched() {
    for await (const chunk of child.stdout) {
      tail = `${tail.slice(-beginning.length)}${Buffer.from(chunk).toString('latin1')}`
      if (!hasStarted && tail.includes(beginning)) {
        hasStarted = true
        started()
      }
      tail = tail.slice(-200)
      yield chunk
    }
  }
  const [, errors, code] = await Promise.all([
    pipeline(watched, createGzip({ level: 1 }), createWriteStream(path, { mode: 0o600 })),
    text(child.stderr),
    child.exited,
  ])
  if (code !== 0 || !hasStarted || !tail.includes(ending)) {
    throw new UserError(`the database could not be copied: ${errors.trim() || `its tool ended with ${code}`}`)
  }
}
