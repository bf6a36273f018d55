/**
 * What the batcher knows of each post, in packed columns: a million posts take some 50 MB, and the collector never
 * looks at them. A post is a row number here; row numbers are good until the next `compact`.
 *
 * Each row is in one of two lists, or in none: `waiting` in the order in which the first waiting like came, and
 * `flushed` in the order of the last flush. The lists are what makes "the oldest" and "due" free.
 */

const none = -1
const grownFrom = 1_024

/** Stands for the total of a post that was deleted: what waits still goes its way, no more is taken. */
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

export class PostTable {
  count = 0
  /** Likes that wait and are in no batch yet, over all posts. */
  waitingLikes = 0
  waitingPosts = 0
  #columns = columns(grownFrom)
  #slots = new Int32Array(grownFrom * 2).fill(none)
  #ends = { waiting: { head: none, tail: none }, flushed: { head: none, tail: none } }

  /** The row of a post, or -1. */
  find(post: number): number {
    const mask = this.#slots.length - 1
    for (let slot = slotOf(post) & mask; ; slot = (slot + 1) & mask) {
      const row = at(this.#slots, slot)
      if (row === none || at(this.#columns.post, row) === post) return row
    }
  }

  /** Adds a post with its number of likes, unless it is there. Returns its row. */
  add(post: number, total: number): number {
    const known = this.find(post)
    if (known !== none) return known
    if (this.count === this.#columns.post.length) this.#resize(this.count * 2)
    const row = this.count++
    this.#columns.post[row] = post
    this.#columns.total[row] = total
    this.#index(row)
    return row
  }

  post = (row: number) => at(this.#columns.post, row)
  /** Every like that was ever counted for the post. */
  total = (row: number) => at(this.#columns.total, row)
  waiting = (row: number) => at(this.#columns.waiting, row)
  inFlight = (row: number) => at(this.#columns.inFlight, row)
  /** When the row entered the list that it is in, by the batcher's clock. */
  since = (row: number) => at(this.#columns.since, row)
  pending = (row: number) => at(this.#columns.pending, row)
  isIn = (row: number, list: PostList) => at(this.#columns.list, row) === codes[list]
  isIdle = (row: number) => at(this.#columns.list, row) === 0 && this.inFlight(row) === 0

  setTotal(row: number, total: number) {
    this.#columns.total[row] = total
  }

  setPending(row: number, pending: number) {
    this.#columns.pending[row] = pending
  }

  setInFlight(row: number, inFlight: number) {
    this.#columns.inFlight[row] = inFlight
  }

  /** Sets how many likes wait, and moves the row into the list of those that wait or out of it. */
  setWaiting(row: number, waiting: number, now: number) {
    this.waitingLikes += waiting - this.waiting(row)
    this.#columns.waiting[row] = waiting
    if (waiting > 0 && !this.isIn(row, 'waiting')) this.#enlist(row, 'waiting', now)
    if (waiting === 0 && this.isIn(row, 'waiting')) this.#unlist(row)
  }

  /** Puts a row of which nothing waits at the end of the flushed ones. */
  commit(row: number, now: number) {
    if (this.waiting(row) === 0) this.#enlist(row, 'flushed', now)
  }

  /** Takes a row out of the flushed ones: from now on MySQL alone has its number. */
  release(row: number) {
    if (this.isIn(row, 'flushed')) this.#unlist(row)
  }

  isMostlyIdle(): boolean {
    let idle = 0
    for (let row = 0; row < this.count; row++) if (this.isIdle(row)) idle++
    return idle > this.count / 2
  }

  first = (list: PostList) => this.#ends[list].head
  after = (row: number) => at(this.#columns.next, row)

  /** Drops all rows. */
  clear() {
    this.#columns = columns(grownFrom)
    this.#slots = new Int32Array(grownFrom * 2).fill(none)
    this.#ends = { waiting: { head: none, tail: none }, flushed: { head: none, tail: none } }
    this.count = this.waitingLikes = this.waitingPosts = 0
  }

  /** Drops every idle row. All row numbers change; nothing may be pending. */
  compact() {
    const old = this.#columns
    const oldCount = this.count
    const orders = (['waiting', 'flushed'] as const).map((list) => [list, this.#rowsOf(list)] as const)
    this.clear()

    for (const [list, rows] of orders) {
      for (const from of rows) {
        const row = this.add(at(old.post, from), at(old.total, from))
        this.setInFlight(row, at(old.inFlight, from))
        if (list === 'waiting') this.setWaiting(row, at(old.waiting, from), at(old.since, from))
        else this.commit(row, at(old.since, from))
      }
    }
    for (let from = 0; from < oldCount; from++) {
      if (at(old.inFlight, from) === 0) continue
      this.setInFlight(this.add(at(old.post, from), at(old.total, from)), at(old.inFlight, from))
    }
  }

  #rowsOf(list: PostList): number[] {
    const rows: number[] = []
    for (let row = this.first(list); row !== none; row = this.after(row)) rows.push(row)
    return rows
  }

  #enlist(row: number, list: PostList, now: number) {
    this.#unlist(row)
    const ends = this.#ends[list]
    this.#columns.since[row] = now
    this.#columns.list[row] = codes[list]
    this.#columns.previous[row] = ends.tail
    this.#columns.next[row] = none
    if (ends.tail === none) ends.head = row
    else this.#columns.next[ends.tail] = row
    ends.tail = row
    if (list === 'waiting') this.waitingPosts++
  }

  #unlist(row: number) {
    const { next, previous, list } = this.#columns
    const code = at(list, row)
    if (code === 0) return
    const ends = this.#ends[code === codes.waiting ? 'waiting' : 'flushed']
    const before = at(previous, row)
    const behind = at(next, row)
    if (before === none) ends.head = behind
    else next[before] = behind
    if (behind === none) ends.tail = before
    else previous[behind] = before
    list[row] = 0
    if (code === codes.waiting) this.waitingPosts--
  }

  #resize(capacity: number) {
    this.#columns = columns(capacity, this.#columns)
    this.#slots = new Int32Array(capacity * 2).fill(none)
    for (let row = 0; row < this.count; row++) this.#index(row)
  }

  #index(row: number) {
    const mask = this.#slots.length - 1
    let slot = slotOf(this.post(row)) & mask
    while (at(this.#slots, slot) !== none) slot = (slot + 1) & mask
    this.#slots[slot] = row
  }
}

/** Fibonacci hashing over both halves of the id. */
const slotOf = (post: number) => Math.imul((post >>> 0) ^ Math.floor(post / 2 ** 32), 0x9e3779b1) >>> 7

const at = (column: Float64Array | Int32Array | Uint32Array | Uint8Array, row: number) =>
  column[row] as number

function columns(capacity: number, from?: Columns): Columns {
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
