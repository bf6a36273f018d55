import { eachLanguage, language } from '../texts/say.ts'

/**
 * A view that is drawn once for each thing it is given, in each language, and kept as long as that thing is: what comes from the cache is
 * the same object until the entry changes, and nobody changes an object that was drawn. Drawing a page of twenty posts
 * takes ten times as long as putting its cards together.
 */
export function drawnOnce<Thing extends object>(draw: (thing: Thing) => unknown): (thing: Thing) => string {
  const drawings = eachLanguage(() => new WeakMap<Thing, string>())
  return (thing) => {
    const drawn = drawings[language()]
    const kept = drawn.get(thing)
    if (kept !== undefined) return kept
    const markup = String(draw(thing))
    drawn.set(thing, markup)
    return markup
  }
}

/** The same for things that stand one after another: what is put together once is kept as long as they are the same. */
export function drawnTogether<Thing extends object>(draw: (thing: Thing) => string) {
  const drawings = eachLanguage(() => new WeakMap<Thing, { things: Thing[]; markup: string }>())
  return (things: Thing[]): string => {
    const [first] = things
    if (!first) return ''
    const drawn = drawings[language()]
    const kept = drawn.get(first)
    if (kept?.things.length === things.length && kept.things.every((thing, at) => thing === things[at]))
      return kept.markup
    const markup = things.map(draw).join('')
    drawn.set(first, { things, markup })
    return markup
  }
}
