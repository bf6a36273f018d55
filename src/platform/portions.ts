import { chunks } from './async.ts'

/** How long a list may hold up everyone else, in milliseconds. */
const atOnceMs = 10

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
  let began = performance.now()
  for (const item of items) {
    const one = make(item)
    results.push(one)
    if (isEnough(one)) break
    if (performance.now() - began < atOnceMs) continue
    await new Promise(setImmediate)
    began = performance.now()
  }
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
