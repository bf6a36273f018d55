import { chunks } from './async.ts'

/** How long lists may hold up everyone else, in milliseconds. */
const atOnceMs = 10

/** A list that takes less does not count: nobody notices it. */
const leastMs = 1

/** What lists took of this turn of the event loop, all together: of ten requests at once, too. */
let spentMs = 0
let isEnding = false
const waiting: (() => void)[] = []

function spend(ms: number): void {
  if (ms < leastMs) return
  spentMs += ms
  endTurn()
}

function endTurn(): void {
  if (isEnding) return
  isEnding = true
  setImmediate(beginTurn)
}

function beginTurn(): void {
  isEnding = false
  spentMs = 0
  const first = waiting.shift()
  if (waiting.length > 0) endTurn()
  first?.()
}

/** Resolves in a turn in which no other list has gone on before. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    endTurn()
  })

/**
 * The same as `items.map(make)` for work that takes long: everyone else has their turn in between. It ends
 * with the first item of which `isEnough` says so.
 */
export async function inPortions<Item, Result>(
  items: Item[],
  make: (item: Item) => Result,
  isEnough: (results: Result) => boolean = () => false,
): Promise<Result[]> {
  const results: Result[] = []
  if (spentMs >= atOnceMs) await nextTurn()
  let began = performance.now()
  for (const item of items) {
    const one = make(item)
    results.push(one)
    if (isEnough(one)) break
    const took = performance.now() - began
    if (spentMs + took < atOnceMs) continue
    spend(took)
    await nextTurn()
    began = performance.now()
  }
  spend(performance.now() - began)
  return results
}

/** Of a list that is sorted, items that are put in order at once. */
const sortedAtOnce = 250

/**
 * The same as `items.toSorted(compare)` for a comparison that takes long: everyone else has their turn in
 * between.
 */
export async function sortedInPortions<Item>(
  items: Item[],
  compare: (one: Item, other: Item) => number,
): Promise<Item[]> {
  let runs = await inPortions(chunks(items, sortedAtOnce), (run) => run.sort(compare))
  while (runs.length > 1)
    runs = await inPortions(chunks(runs, 2), ([one = [], other = []]) => merged(one, other, compare))
  return runs[0] ?? []
}

/** Merges sorted lists; equal items stay in their order. */
function merged<Item>(one: Item[], other: Item[], compare: (a: Item, b: Item) => number): Item[] {
  const all: Item[] = []
  let at = 0
  for (const item of one) {
    for (let next = other[at]; next !== undefined && compare(next, item) < 0; next = other[++at])
      all.push(next)
    all.push(item)
  }
  return all.concat(other.slice(at))
}

/** Returns an `isEnough` of `inPortions` that ends it when the texts have so many `bytes`. */
export function untilBytes<Result>(bytes: number, textsOf: (results: Result) => string[]) {
  let bytesSoFar = 0
  return (results: Result) => {
    for (const text of textsOf(results)) bytesSoFar += Buffer.byteLength(text)
    return bytesSoFar >= bytes
  }
}
