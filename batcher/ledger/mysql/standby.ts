import { pause } from '../../../src/platform/async.ts'
import type { Db } from '../../../src/platform/db.ts'
import type { Log } from '../../../src/platform/log.ts'
import { openSession, type Session } from '../../../src/platform/session.ts'
import type { Failpoint } from '../../failpoint.ts'
import { lastBatch, likesOfChain } from '../../flush/queries.ts'
import { openJournal } from './journal.ts'
import { loadJournal } from './load.ts'
import { type Holder, holderOf, makeJournal, takeJournal } from './queries.ts'

const lookEveryMs = 200
/** One that kept nothing for so long has died, hangs or is cut off. It renews every 300 ms. */
const takenAfterMs = 1_500
/** One that has just taken it keeps nothing before it has read it all. */
const takenUnreadAfterMs = 15_000
/** MySQL's answer to whatever is asked about the journal comes within this, or the journal is given up. */
const answerWithinMs = 1_500
/**
 * From when its successor first saw the last that it kept, for so long readers may believe the one before: it
 * takes its lease in Redis within 1.2 s of having asked MySQL, for a second. The rest is for clocks that
 * drift.
 */
const believedMs = 2_250

type Parts = {
  name: string
  /** Of this process, unlike that of any other. */
  owner: string
  url: string
  /** Of the same servers, of which any may be read while none takes changes. */
  db: Db
  log: Log
  failpoint: Failpoint
  /** Called once when the journal that was taken is lost again. */
  onLost: (error: unknown) => void
}

/**
 * Waits until nobody has the journal any more and takes it. Resolves to undefined when `signal` is aborted.
 *
 * Nobody's clock is believed: who has the journal changes its row with each commit, every 300 ms at least.
 * When this process has seen it unchanged for a second and a half it takes it, in a statement that finds no
 * row if anything was kept after all. One that ended in order says so and is not waited for.
 */
export async function takeOver(parts: Parts, signal: AbortSignal) {
  const { name, owner, url, db, log } = parts
  let session: Session | undefined
  let seen: Holder | undefined
  let seenAt = 0
  let isLogged = false
  let isGlancing = false
  while (!signal.aborted) {
    try {
      session ??= await openSession(url, answerWithinMs)
      const journal = await look(session)
      if (journal) return journal
      isLogged = false
    } catch (error) {
      session?.close()
      session = undefined
      if (!isLogged) log.warn('the journal in MySQL cannot be looked at', { reason: reasonOf(error) })
      isLogged = true
      void glance()
    }
    await pause(lookEveryMs, signal)
  }
  session?.close()
  return undefined

  async function look(sql: Session) {
    const holder = await holderOf(sql, name)
    if (!holder) return void (await begin(sql))
    note(holder)
    const hasLeft = holder.owner === ''
    const patienceMs = holder.isRead ? takenAfterMs : takenUnreadAfterMs
    if (!hasLeft && performance.now() - seenAt < patienceMs) return undefined
    if (!(await takeJournal(sql, name, holder, owner))) return undefined

    const generation = holder.generation + 1
    const loaded = await loadJournal(sql, name, generation)
    if (!loaded) return undefined
    log.info('this batcher has the journal in MySQL now', { generation, before: holder.owner })
    const answersFrom = hasLeft && holder.generation > 0 ? 0 : seenAt + believedMs
    return openJournal({ ...parts, session: sql, generation, loaded, answersFrom })
  }

  /**
   * While servers elect the one that takes changes, the others say what was kept last. Who has seen that
   * takes the journal as soon as there is one, and does not begin to wait only then.
   */
  async function glance() {
    if (isGlancing) return
    isGlancing = true
    const holder = await holderOf(db, name).catch(() => undefined)
    if (holder) note(holder)
    isGlancing = false
  }

  function note(holder: Holder) {
    if (holder.generation === seen?.generation && holder.renewals === seen.renewals) return
    seen = holder
    seenAt = performance.now()
  }

  /** A journal goes on behind the batches that there are of its name, as those of one that was a file. */
  async function begin(sql: Session) {
    const { number, hash } = await lastBatch(sql, name)
    await makeJournal(sql, name, { number, hash, likes: await likesOfChain(sql, name, number) })
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : error)
