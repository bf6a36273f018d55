/**
 * A set of keys in packed words: ten million take some 250 MB, and the collector never looks at them.
 *
 * A key is known by 96 bits of its SHA-256; that two of ten million are taken for one has a chance of 1 in
 * 10^15. An entry is four words: those three, and one of 24 bits for the post with 8 for the
 * period in which the key came. Entries lie in 256 open-addressed tables, so that none takes long to grow.
 */

const parts = 256
const words = 4
/** A table is made anew with this much of it in use, and again when so much is. */
const roomy = 0.6
const full = 0.8
const smallest = 16
const tags = 255

export type Match = 'absent' | 'same post' | 'other post'

export function openKeyTable() {
  const tables = Array.from({ length: parts }, () => new Uint32Array(smallest * words))
  const counts = new Uint32Array(parts)
  let count = 0
  let oldest = 0
  let newest = 0
  let swept = 0

  return {
    /** Entries, those of forgotten periods too until they are swept. */
    get count() {
      return count
    },
    find,
    add,
    forgetBefore,
    sweep,
    sweepAll: () => sweep(parts),
  }

  /** Looks for the entry at `offset` of a block. */
  function find(block: Uint32Array, offset = 0): Match {
    const first = at(block, offset)
    const second = at(block, offset + 1)
    const third = at(block, offset + 2)
    const table = tables[first % parts] as Uint32Array
    for (let slot = slotOf(second, table); at(table, slot + 3) !== 0; slot = after(slot, table)) {
      const isHere =
        at(table, slot) === first && at(table, slot + 1) === second && at(table, slot + 2) === third
      if (!isHere || !isLive(at(table, slot + 3))) continue
      return at(table, slot + 3) >>> 8 === at(block, offset + 3) >>> 8 ? 'same post' : 'other post'
    }
    return 'absent'
  }

  /** Adds all entries of a block. `period` must not be lower than those before it. */
  function add(block: Uint32Array, period: number) {
    newest = period
    for (let offset = 0; offset < block.length; offset += words) {
      const part = at(block, offset) % parts
      const capacity = (tables[part] as Uint32Array).length / words
      if (at(counts, part) + 1 > capacity * full) remake(part)
      put(part, block, offset, tagOf(period))
    }
  }

  /** Forgets all periods before this one. */
  function forgetBefore(period: number) {
    oldest = period
  }

  /** Frees the memory of what is forgotten in some of the tables; those that follow are next. */
  function sweep(some: number) {
    for (let times = 0; times < some; times++) {
      remake(swept)
      swept = (swept + 1) % parts
    }
  }

  function put(part: number, from: Uint32Array, offset: number, tag: number) {
    const table = tables[part] as Uint32Array
    let slot = slotOf(at(from, offset + 1), table)
    while (at(table, slot + 3) !== 0) slot = after(slot, table)
    for (let word = 0; word < 3; word++) table[slot + word] = at(from, offset + word)
    table[slot + 3] = (at(from, offset + 3) & ~0xff) | tag
    counts[part] = at(counts, part) + 1
    count++
  }

  function remake(part: number) {
    const old = tables[part] as Uint32Array
    const live: number[] = []
    for (let slot = 0; slot < old.length; slot += words) {
      if (at(old, slot + 3) !== 0 && isLive(at(old, slot + 3))) live.push(slot)
    }
    count -= at(counts, part)
    counts[part] = 0
    tables[part] = new Uint32Array(Math.max(smallest, Math.ceil((live.length + 1) / roomy)) * words)
    for (const slot of live) put(part, old, slot, at(old, slot + 3) & 0xff)
  }

  function isLive(last: number): boolean {
    const age = (tagOf(newest) - (last & 0xff) + tags) % tags
    return age <= newest - oldest
  }
}

/** 0 stands for an empty slot. Tags come again after 255 periods; what is forgotten must be swept by then. */
const tagOf = (period: number) => (period % tags) + 1

const at = (list: Uint32Array, index: number) => list[index] as number

const slotOf = (hash: number, { length }: Uint32Array) =>
  Math.floor((hash / 2 ** 32) * (length / words)) * words

const after = (slot: number, { length }: Uint32Array) => (slot + words) % length

const scratch = new Uint8Array(32)
const scratchWords = new Uint32Array(scratch.buffer)

/** Writes the entry of a key that was used for a post into a block. */
export function writeEntry(block: Uint32Array, offset: number, id: string, post: number) {
  Bun.SHA256.hash(id, scratch)
  for (let word = 0; word < 3; word++) block[offset + word] = at(scratchWords, word)
  block[offset + 3] = (Math.imul((post >>> 0) ^ Math.floor(post / 2 ** 32), 0x9e3779b1) & ~0xff) >>> 0
}

/** An empty block for this many entries. */
export const newBlock = (entries: number) => new Uint32Array(entries * words)
