/**
 * Returns a function that remembers what it made of a thing, by a key, as long as the thing is there and the
 * parts that it was made of are the same objects: what is drawn of it is then drawn once.
 */
export function remembering<Thing extends object, Made>() {
  const all = new WeakMap<Thing, Map<string, { parts: unknown[]; made: Made }>>()
  return (thing: Thing, key: string, parts: unknown[], make: () => Made): Made => {
    const ofThing = all.get(thing) ?? new Map<string, { parts: unknown[]; made: Made }>()
    all.set(thing, ofThing)
    const known = ofThing.get(key)
    if (known?.parts.every((part, index) => part === parts[index])) return known.made
    const made = make()
    ofThing.set(key, { parts, made })
    return made
  }
}
