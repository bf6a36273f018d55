/**
 * What the batcher knows of each post, in packed columns: a million posts take some 50 MB, and the collector
 * never looks at them. A post is a row number here; row numbers are good until the next `compact`.
 *
 * Each row is in one of two lists, or in none: `waiting` in the order in which the first waiting like came,
 * and `flushed` in the order of the last flush. The lists are what makes "the oldest" and "due" free.
 */

const none = -1
const grownFrom = 1_024

/** Stands for the total of a post that was deleted: what waits still goes its way, no more is accepted. */
export const goneTotal = -1

export type PostList = 'waiting' | 'flushed'

type Columns = {
  post: Float64Array
  total: Float64Array
  waiting: Uint32Array
  inFlight: Uint32Array
  since: Float64Array
  pending: Int32Array
  next: Int32Array
  previous: Int32Array
  list: Uint8Array
}

const codes = { waiting: 1, flushed: 2 } as const

export function openPostTable() {
  let columns = newColumns(grownFrom)
  let slots = newSlots(grownFrom)
  let ends = newEnds()
  let count = 0
  let waitingLikes = 0
  let waitingPosts = 0

  return {
    get count() {
      return count
    },
    /** Likes that wait and are in no batch yet, over all posts. */
    get waitingLikes() {
      return waitingLikes
    },
    get waitingPosts() {
      return waitingPosts
    },
    find,
    add,
    post: (row: number) => at(columns.post, row),
    /** Every like that was ever counted for the post. */
    total: (row: number) => at(columns.total, row),
    waiting,
    inFlight,
    /** When the row entered the list that it is in, by the batcher's clock. */
    since: (row: number) => at(columns.since, row),
    pending: (row: number) => at(columns.pending, row),
    isIdle,
    setTotal,
    setPending,
    setInFlight,
    setWaiting,
    markFlushed,
    evict,
    first: (list: PostList) => ends[list].head,
    after: (row: number) => at(columns.next, row),
    clear,
    compactIfMostlyIdle,
    compact,
  }

  /** Returns the row of a post, or -1. */
  function find(post: number): number {
    const mask = slots.length - 1
    for (let slot = slotOf(post) & mask; ; slot = (slot + 1) & mask) {
      const row = at(slots, slot)
      if (row === none || at(columns.post, row) === post) return row
    }
  }

  /** Adds a post with its number of likes, unless it is there. Returns its row. */
  function add(post: number, total: number): number {
    const known = find(post)
    if (known !== none) return known
    if (count === columns.post.length) resize(count * 2)
    const row = count++
    columns.post[row] = post
    columns.total[row] = total
    index(row)
    return row
  }

  function waiting(row: number): number {
    return at(columns.waiting, row)
  }

  function inFlight(row: number): number {
    return at(columns.inFlight, row)
  }

  /** Whether MySQL alone has the post's number. */
  function isIdle(row: number): boolean {
    return at(columns.list, row) === 0 && inFlight(row) === 0
  }

  function setTotal(row: number, total: number) {
    columns.total[row] = total
  }

  function setPending(row: number, pending: number) {
    columns.pending[row] = pending
  }

  function setInFlight(row: number, likes: number) {
    columns.inFlight[row] = likes
  }

  /** Sets how many likes wait, and moves the row into the list of those that wait or out of it. */
  function setWaiting(row: number, likes: number, now: number) {
    waitingLikes += likes - waiting(row)
    columns.waiting[row] = likes
    if (likes > 0 && !isIn(row, 'waiting')) enlist(row, 'waiting', now)
    if (likes === 0 && isIn(row, 'waiting')) unlist(row)
  }

  /** Puts a row of which nothing waits and nothing is in flight at the end of the flushed ones. */
  function markFlushed(row: number, now: number) {
    if (waiting(row) === 0 && inFlight(row) === 0) enlist(row, 'flushed', now)
  }

  /** Takes a row out of the flushed ones: from now on MySQL alone has its number. */
  function evict(row: number) {
    if (isIn(row, 'flushed')) unlist(row)
  }

  /** Drops all rows. */
  function clear() {
    columns = newColumns(grownFrom)
    slots = newSlots(grownFrom)
    ends = newEnds()
    count = waitingLikes = waitingPosts = 0
  }

  /** Compacts when that at least halves the table. */
  function compactIfMostlyIdle() {
    let idle = 0
    for (let row = 0; row < count; row++) if (isIdle(row)) idle++
    if (idle > count / 2) compact()
  }

  /** Drops every idle row. All row numbers change; nothing may be pending. */
  function compact() {
    const old = columns
    const oldCount = count
    const orders = (['waiting', 'flushed'] as const).map((list) => [list, rowsOf(list)] as const)
    clear()

    for (const [list, rows] of orders) {
      for (const from of rows) {
        const row = add(at(old.post, from), at(old.total, from))
        setInFlight(row, at(old.inFlight, from))
        if (list === 'waiting') setWaiting(row, at(old.waiting, from), at(old.since, from))
        else markFlushed(row, at(old.since, from))
      }
    }
    for (let from = 0; from < oldCount; from++) {
      if (at(old.inFlight, from) === 0) continue
      setInFlight(add(at(old.post, from), at(old.total, from)), at(old.inFlight, from))
    }
  }

  function rowsOf(list: PostList): number[] {
    const rows: number[] = []
    for (let row = ends[list].head; row !== none; row = at(columns.next, row)) rows.push(row)
    return rows
  }

  function isIn(row: number, list: PostList): boolean {
    return at(columns.list, row) === codes[list]
  }

  function enlist(row: number, list: PostList, now: number) {
    unlist(row)
    const end = ends[list]
    columns.since[row] = now
    columns.list[row] = codes[list]
    columns.previous[row] = end.tail
    columns.next[row] = none
    if (end.tail === none) end.head = row
    else columns.next[end.tail] = row
    end.tail = row
    if (list === 'waiting') waitingPosts++
  }

  function unlist(row: number) {
    const { next, previous, list } = columns
    const code = at(list, row)
    if (code === 0) return
    const end = ends[code === codes.waiting ? 'waiting' : 'flushed']
    const before = at(previous, row)
    const behind = at(next, row)
    if (before === none) end.head = behind
    else next[before] = behind
    if (behind === none) end.tail = before
    else previous[behind] = before
    list[row] = 0
    if (code === codes.waiting) waitingPosts--
  }

  function resize(capacity: number) {
    columns = newColumns(capacity, columns)
    slots = newSlots(capacity)
    for (let row = 0; row < count; row++) index(row)
  }

  function index(row: number) {
    const mask = slots.length - 1
    let slot = slotOf(at(columns.post, row)) & mask
    while (at(slots, slot) !== none) slot = (slot + 1) & mask
    slots[slot] = row
  }
}

/** The table for those who only read it. */
export type PostView = Readonly<
  Pick<ReturnType<typeof openPostTable>, 'count' | 'find' | 'post' | 'total' | 'isIdle'>
>

const newSlots = (capacity: number) => new Int32Array(capacity * 2).fill(none)

const newEnds = () => ({ waiting: { head: none, tail: none }, flushed: { head: none, tail: none } })

/** Fibonacci hashing over both halves of the id. */
const slotOf = (post: number) => Math.imul((post >>> 0) ^ Math.floor(post / 2 ** 32), 0x9e3779b1) >>> 7

const at = (column: Float64Array | Int32Array | Uint32Array | Uint8Array, row: number) =>
  column[row] as number

function newColumns(capacity: number, from?: Columns): Columns {
  const grown = {
    post: new Float64Array(capacity),
    total: new Float64Array(capacity),
    waiting: new Uint32Array(capacity),
    inFlight: new Uint32Array(capacity),
    since: new Float64Array(capacity),
    pending: new Int32Array(capacity),
    next: new Int32Array(capacity),
    previous: new Int32Array(capacity),
    list: new Uint8Array(capacity),
  }
  if (from) {
    grown.post.set(from.post)
    grown.total.set(from.total)
    grown.waiting.set(from.waiting)
    grown.inFlight.set(from.inFlight)
    grown.since.set(from.since)
    grown.pending.set(from.pending)
    grown.next.set(from.next)
    grown.previous.set(from.previous)
    grown.list.set(from.list)
  }
  return grown
}
