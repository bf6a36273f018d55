/**
 * The journal in MySQL itself, for boards of which any machine may die. Several processes are started with
 * one journal; one has it, the others stand by (`standby.ts`).
 *
 * What is kept are rows (`sql/schema.sql`, from `like_journals` on), and acts that come while a transaction
 * is under way are in the next. So an act returns before it is kept, and memory is ahead of MySQL by what
 * `kept` waits for: nothing of it is answered, shown or sent on before. When MySQL does not confirm a
 * transaction, whatever the reason, the journal is lost: all that is in memory is thrown away, whoever waits
 * is told to send again, and the next process, this one or another, begins with what MySQL has.
 *
 * Why a like is counted exactly once:
 *
 * 1. It is answered when MySQL has confirmed the COMMIT that has it, with its id. Killed before: its replica
 *    sends the id again, to whoever has the journal then, who knows whether it was kept.
 * 2. *Who has it.* Each transaction first changes the journal's one row, where `generation` is its own. A
 *    take-over raises `generation`. InnoDB orders the two by that row's lock: either the transaction commits
 *    first, and the successor, who reads after it has the row, reads what it kept; or the take-over comes
 *    first, and the transaction finds no row, is rolled back, and nothing of it is answered. No clock says
 *    who has the journal.
 * 3. *No answer to COMMIT*: whether it was done is not known, so nothing is answered and memory is not
 *    believed any more. If it was, the ids are there and what is sent again is not counted again.
 * 4. *A batch* is fixed in the journal before it goes its way, as in the file's. One transaction adds its
 *    likes to the posts, adds it to `like_batches`, checks the generation and deletes it from the journal. So
 *    it is in one of the two, whatever is killed, and there is no moment at which they disagree. With its
 *    outcome unknown it is sent again, and MySQL's newest batch says that it was applied. This transaction
 *    may wait for rows of `posts` that others have, and takes the journal's row last, so that likes do not
 *    wait with it.
 * 5. *A process that vanished* in a transaction leaves rows locked. MySQL ends a session of which it hears
 *    nothing for two seconds.
 * 6. *Of several servers* only the one that takes changes is spoken to (`src/platform/database.ts`). With
 *    group replication a server that was cut off confirms no COMMIT, and its successor has every one that was
 *    confirmed.
 *
 * What readers believe of totals in Redis: `batcher/publish/totals.ts`.
 */

import type { Session, Statement } from '../../../src/platform/session.ts'
import type { Failpoint } from '../../failpoint.ts'
import { type Batch, waitingByPost } from '../batch.ts'
import { type Journal, type Shared, StandsBy } from '../journal.ts'
import type { KeyBlock, Producer } from '../records.ts'
import type { Loaded } from './load.ts'
import {
  begin,
  commit,
  countApplied,
  dropApplied,
  dropBatches,
  dropChoices,
  dropKeys,
  dropSenders,
  dropWaiting,
  endIdleSession,
  leaveJournal,
  putBatches,
  putChoices,
  putKeys,
  putSenders,
  putWaiting,
  renew,
} from './queries.ts'

const renewEveryMs = 300
const sureMs = 1_200
/** As of the journal in a file: a count from the clock, that is never caught up with. */
const versionsPerMs = 100

type Parts = {
  name: string
  session: Session
  generation: number
  loaded: Loaded
  answersFrom: number
  failpoint: Failpoint
  onLost: (error: unknown) => void
}

/** What the next transaction keeps: of each row what it is at last, null for none. */
type Changes = {
  posts: Map<number, [waiting: number, since: number] | null>
  choices: Map<string, [post: number, user: number, liked: boolean | null]>
  producers: Map<string, Producer | null>
  batches: Map<number, Batch | null>
  keys: [number: number, period: number, hour: number, entries: Uint8Array][]
  keysFrom: number | undefined
  /** Whether it has likes: those are where tests stop the process. */
  hasLikes: boolean
}

/** One that keeps no changes says alone that the journal is still ours. */
type Transaction = PromiseWithResolvers<void> & { changes: Changes | undefined }

/** The journal that this process has just taken and read. */
export function openJournal({ name, session, generation, loaded, answersFrom, failpoint, onLost }: Parts) {
  const state = { ...loaded.state, version: Math.max(loaded.state.version, Date.now() * versionsPerMs) }
  let queue = loaded.batches
  let inFlight = waitingByPost(queue)
  let newestKeys = loaded.newestKeys
  let keysFrom = 0
  let next: Transaction | undefined
  let underWay: Transaction | undefined
  let isWriting = false
  let isShort = false
  let isLost = false
  let beganAt = Number.NEGATIVE_INFINITY
  let confirmedAt = Number.NEGATIVE_INFINITY
  const timer = setInterval(renewIfDue, renewEveryMs / 3)
  // Not before all that was read is in memory.
  setImmediate(renewIfDue)
  if (loaded.rebased) {
    for (const number of loaded.rebased) changes().batches.set(number, null)
    for (const batch of queue) changes().batches.set(batch.number, batch)
  }

  return {
    state: () => state,
    posts: () => onceRead(loaded, 'posts'),
    producers: () => onceRead(loaded, 'producers'),
    memberLikes: () => onceRead(loaded, 'memberLikes'),
    batches: () => queue,
    keyBlocks: () => onceRead(loaded, 'keyBlocks'),
    counted: () => state.counted,
    nextGeneration,
    keep,
    addBatch,
    replaceBatches,
    acknowledge,
    prune,
    close,
    apart: undefined,
    shared: { kept, confirmed, isSure, answersFrom, settle, leave, release },
  } satisfies Journal

  function nextGeneration(): number {
    changes()
    state.epoch = Math.max(state.epoch + 1, Date.now())
    return state.epoch
  }

  function keep(change: Parameters<Journal['keep']>[0]) {
    const { posts, choices, producers } = changes('likes')
    for (const { post, waiting, since } of change.posts)
      posts.set(post, [waiting - (inFlight.get(post) ?? 0), since])
    for (const { post, user, liked } of change.memberLikes)
      choices.set(`${post}:${user}`, [post, user, liked])
    for (const [sender, producer] of change.producers) producers.set(sender, producer)
    if (change.keys) putBlock(change.keys)
    state.answered = change.answered
    state.version = change.version
    state.counted += change.added
  }

  function addBatch(batch: Batch) {
    const { posts, choices, batches } = changes()
    for (const [post] of batch.entries) posts.set(post, [0, 0])
    for (const [post, user] of batch.memberLikes) choices.set(`${post}:${user}`, [post, user, null])
    batches.set(batch.number, batch)
    setQueue([...queue, batch])
  }

  /** What it corrects are totals, which MySQL's own numbers say here. */
  function replaceBatches(others: Batch[], corrections: { total: number }[] = []) {
    const { batches } = changes()
    for (const { number } of queue) batches.set(number, null)
    for (const batch of others) batches.set(batch.number, batch)
    state.counted += corrections.reduce((sum, { total }) => sum + total, 0)
    setQueue(others)
  }

  /** What `settle` did is done. */
  function acknowledge(batch: Batch) {
    failpoint('before journal acknowledges')
    setQueue(queue.filter(({ number }) => number !== batch.number))
    state.applied += batch.likes
    state.batches++
  }

  function setQueue(batches: Batch[]) {
    queue = batches
    inFlight = waitingByPost(batches)
    const newest = batches.at(-1)
    if (newest) Object.assign(state, { number: newest.number, hash: newest.hash })
  }

  function prune({ posts: idle, producers: silent, keys }: Parameters<Journal['prune']>[0]) {
    const isAnything = idle.length + silent.length > 0 || keys.newHour !== undefined || keys.from !== keysFrom
    if (!isAnything) return
    const { posts, producers } = changes()
    for (const post of idle) posts.set(post, null)
    for (const sender of silent) producers.set(sender, null)
    if (keys.newHour) putBlock(keys.newHour)
    if (keys.from !== keysFrom) changes().keysFrom = keys.from
  }

  function putBlock({ period, hour, entries }: KeyBlock) {
    changes().keys.push([++newestKeys, period, hour, entries])
  }

  /** In a transaction of the flush: its row of the journal comes last, and is held for a moment alone. */
  async function settle(sql: Parameters<Shared['settle']>[0], { number, likes }: Batch) {
    const { affectedRows } = await countApplied(sql, name, generation, likes)
    if (affectedRows !== 1) {
      lose(new Error(taken))
      throw new StandsBy()
    }
    await dropApplied(sql, name, number)
  }

  function kept(): Promise<void> | undefined {
    if (isLost) return Promise.reject(new StandsBy())
    return (next ?? underWay)?.promise
  }

  function confirmed(): Promise<void> {
    return nextTransaction().promise
  }

  /** From the moment when MySQL was asked: what it confirmed is older than its answer. */
  function isSure(): boolean {
    return !isLost && performance.now() - confirmedAt < sureMs
  }

  function leave(reason: string) {
    lose(new Error(reason))
  }

  async function release() {
    clearInterval(timer)
    await kept()?.catch(() => {})
    if (!isLost) await session.writeAll([leaveJournal(name, generation)]).catch(() => {})
  }

  function close() {
    isLost = true
    clearInterval(timer)
    session.close()
  }

  /** What the next transaction keeps, which is sent as soon as the one under way has ended. */
  function changes(what?: 'likes'): Changes {
    const transaction = nextTransaction()
    transaction.changes ??= noChanges()
    if (what) transaction.changes.hasLikes = true
    return transaction.changes
  }

  function nextTransaction(): Transaction {
    if (isLost) throw new StandsBy()
    if (next) return next
    next = { ...Promise.withResolvers<void>(), changes: undefined }
    next.promise.catch(() => {})
    if (!isWriting) queueMicrotask(writeWhatComes)
    isWriting = true
    return next
  }

  async function writeWhatComes() {
    while (next && !isLost) {
      underWay = next
      next = undefined
      try {
        await write(underWay.changes)
        underWay.resolve()
      } catch (error) {
        lose(error)
      }
      underWay = undefined
    }
    isWriting = false
  }

  async function write(mine: Changes | undefined) {
    const sentAt = performance.now()
    beganAt = sentAt
    const fence = renew(name, generation, state)
    if (!isShort) await endIdleSession(session)
    isShort = true
    if (mine) await writeAtOnce(fence, mine)
    else throwUnlessOurs(await session.writeAll([fence]))
    confirmedAt = sentAt
  }

  async function writeAtOnce(fence: Statement, mine: Changes) {
    const [, ...found] = await session.writeAll([begin, fence, ...statementsOf(name, mine)])
    throwUnlessOurs(found)
    if (mine.hasLikes) failpoint('before journal commit')
    await session.writeAll([commit])
    if (mine.hasLikes) failpoint('after journal commit')
    // Until there is none left, each prune drops some more.
    if (mine.keysFrom !== undefined && found.at(-1) === 0) keysFrom = mine.keysFrom
  }

  function renewIfDue() {
    if (!isLost && !isWriting && performance.now() - beganAt >= renewEveryMs) nextTransaction()
  }

  /** What is in memory is not believed any more. */
  function lose(error: unknown) {
    if (isLost) return
    close()
    underWay?.reject(new StandsBy())
    next?.reject(new StandsBy())
    onLost(error)
  }
}

const taken = 'another batcher has the journal'

function throwUnlessOurs([found]: number[]) {
  if (found !== 1) throw new Error(taken)
}

const noChanges = (): Changes => ({
  posts: new Map(),
  choices: new Map(),
  producers: new Map(),
  batches: new Map(),
  keys: [],
  keysFrom: undefined,
  hasLikes: false,
})

function statementsOf(name: string, { posts, choices, producers, batches, keys, keysFrom }: Changes) {
  const wanted = [...choices.values()]
  const statements: Statement[] = [
    ...putWaiting(
      name,
      [...posts].flatMap(([post, row]): [number, number, number][] => (row ? [[post, ...row]] : [])),
    ),
    ...dropWaiting(name, keysWithout(posts)),
    ...putChoices(
      name,
      wanted.flatMap(([post, user, liked]): [number, number, boolean][] =>
        liked === null ? [] : [[post, user, liked]],
      ),
    ),
    ...dropChoices(
      name,
      wanted.flatMap(([post, user, liked]): [number, number][] => (liked === null ? [[post, user]] : [])),
    ),
    ...putSenders(
      name,
      [...producers].flatMap(([sender, it]): [string, Producer][] => (it ? [[sender, it]] : [])),
    ),
    ...dropSenders(name, keysWithout(producers)),
    ...putBatches(
      name,
      [...batches.values()].filter((batch) => batch !== null),
    ),
    ...dropBatches(name, keysWithout(batches)),
    ...putKeys(name, keys),
  ]
  return keysFrom === undefined ? statements : [...statements, dropKeys(name, keysFrom)]
}

const keysWithout = <Key>(rows: Map<Key, unknown>): Key[] =>
  [...rows].flatMap(([key, row]) => (row === null ? [key] : []))

/** Memory has it from then on. */
function onceRead<Name extends 'posts' | 'producers' | 'memberLikes' | 'keyBlocks'>(
  loaded: Loaded,
  name: Name,
): Loaded[Name] {
  const rows = loaded[name]
  loaded[name] = [] as never
  return rows
}
