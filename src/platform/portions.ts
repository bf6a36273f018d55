/** How long a list may hold up everyone else, in milliseconds. */
const atOnceMs = 10

/** The same as `items.map(make)` for work that takes long: everyone else has their turn in between. */
export async function inPortions<Item, Made>(items: Item[], make: (item: Item) => Made): Promise<Made[]> {
  const made: Made[] = []
  let began = performance.now()
  for (const item of items) {
    made.push(make(item))
    if (performance.now() - began < atOnceMs) continue
    await new Promise(setImmediate)
    began = performance.now()
  }
  return made
}
