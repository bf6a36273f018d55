/**
 * Which categories not everybody may read, in the memory of each replica.
 *
 * A board without such categories pays nothing for them: no statement of a page, and no condition in any. So
 * a replica has to know by itself whether there are some. What it knows is believed for `believedMs` from
 * when its reading began, then read anew, by way of Redis, before anything else is done; under load ahead of
 * that, so that nobody waits. Whoever changes a door waits as long (`untilAllKnow`) before they say that it
 * is done: from then on no replica goes by what was before. A replica that no store answers goes on by what
 * it knew last, as with everything else that it shows then; one that never knew shows nothing.
 *
 * Who reads is known for each request (`reader.ts`), and says which of these are shut. Lists leave them out
 * by `category_id NOT IN (...)`, which is in their indexes, all other statements by `isReadable`, which is
 * filled in where they are sent (`guarded-db.ts`); what caches hold is filtered again when it is shown.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Unavailable } from '../platform/errors.ts'
import { remembering } from '../platform/remembered.ts'
import type { Door } from './queries.ts'
import { currentReader, type Reader } from './reader.ts'
import { type Comer, isClosed, mayRead, mayWrite } from './rights.ts'

const believedMs = 1_000
const aheadMs = 500
/** So long a store is waited for where something is known, as for what the board looks like. */
const waitMs = 300

export type Doors = {
  /** What is known, if it may be believed now; else a promise of that. */
  upToDate(): Promise<void> | undefined
  /** Reads them now. */
  refresh(): Promise<void>
  /** Ids of categories that not everybody may read. */
  closed(): number[]
  /** Ids of those that whoever this is done for may not read. */
  shut(): Promise<number[]>
  /** Ids of those that not everybody may read, and whoever this is done for may. */
  inside(): number[]
  /** Throws `Unavailable` where nothing is known yet. */
  readerOf(comer: Comer | undefined, isUnknown?: boolean): Reader
  /** Whoever may read this category, and no other that not everybody may. */
  readerInside(category: number): Reader
  /** Those of these categories in which they write: the same list, where these are all. */
  writable<C extends { id: number }>(categories: C[], comer: Comer): C[]
  /** Resolves when no replica goes by what was before. */
  untilAllKnow(): Promise<void>
}

const listsWritable = remembering<object, unknown>()

export function openDoors(read: () => Promise<Door[]>, now = () => performance.now()): Doors {
  let known: Door[] | undefined
  let closed: number[] = []
  let readAt = Number.NEGATIVE_INFINITY
  let underWay: Promise<void> | undefined

  return {
    upToDate,
    refresh,
    closed: () => closed,
    async shut() {
      const reader = currentReader()
      if (reader) return reader.shut
      await upToDate()
      return closed
    },
    inside: () => currentReader()?.inside ?? [],
    readerOf(comer, isUnknown = false) {
      const [inside, shut] = [[] as number[], [] as number[]]
      for (const door of knownDoors().filter(isClosed))
        (mayRead(door, comer) ? inside : shut).push(door.category)
      return { shut, inside, isStranger: comer === undefined && !isUnknown, isUnknown }
    },
    readerInside(category) {
      knownDoors()
      const others = closed.filter((each) => each !== category)
      const inside = closed.length > others.length ? [category] : []
      return { shut: others, inside, isStranger: false, isUnknown: false }
    },
    writable(categories, comer) {
      const shut = (known ?? []).filter((door) => !mayWrite(door, comer)).map(({ category }) => category)
      if (shut.length === 0) return categories
      const make = () => categories.filter(({ id }) => !shut.includes(id))
      return listsWritable(categories, `${shut}`, [], make) as typeof categories
    },
    untilAllKnow: () => sleep(believedMs),
  }

  function knownDoors(): Door[] {
    if (!known) throw new Unavailable('mysql')
    return known
  }

  function upToDate(): Promise<void> | undefined {
    const age = now() - readAt
    if (age < aheadMs) return undefined
    const reading = readOnce()
    if (age < believedMs) {
      reading.catch(() => {})
      return undefined
    }
    if (!known) return reading
    return Promise.race([reading.catch(() => {}), sleep(waitMs)]) as Promise<void>
  }

  async function refresh(): Promise<void> {
    // One that is under way may have begun before what is to be known.
    await underWay?.catch(() => {})
    await readOnce()
  }

  function readOnce(): Promise<void> {
    underWay ??= readAll().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  async function readAll(): Promise<void> {
    const begunAt = now()
    try {
      known = await read()
      closed = known.filter(isClosed).map(({ category }) => category)
    } finally {
      // Where no store answers, the next one asks a second later.
      if (known) readAt = begunAt
    }
  }
}
