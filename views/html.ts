import { Html as Kita } from '@elysiajs/html'
import { withoutPiles } from '../texts/calm.ts'
import { defaultLanguage } from '../texts/languages.ts'
import { language } from '../texts/say.ts'
import { inTimeZone } from '../texts/time-zone.ts'

type Attributes = Parameters<typeof Kita.createElement>[1]

/**
 * What draws elements. Kita's own escapes in attributes nothing but quotes: a browser would read `&lt;`,
 * which somebody typed, as `<`, and a form that is sent again would change what nobody touched. What is
 * shown has no piled up marks, which would paint over what stands around; what is edited has them.
 */
export const Html = {
  ...Kita,
  createElement: ((name, attributes, ...children) =>
    typeof name === 'string'
      ? Kita.createElement(
          name,
          escaped(attributes),
          ...(attributes?.safe && name !== 'textarea' ? children.map(unpiled) : children),
        )
      : Kita.createElement(name, attributes, ...children)) as typeof Kita.createElement,
}

const unpiled = <Child>(child: Child) => (typeof child === 'string' ? withoutPiles(child) : child)

/**
 * Few attributes have anything to escape, and those of an element are its own: JSX makes them anew for each.
 */
function escaped(attributes: Attributes): Attributes {
  for (const name in attributes) {
    const value = attributes[name]
    if (typeof value === 'string') {
      if (value.includes('&')) attributes[name] = withoutReferences(value)
    } else if (Array.isArray(value)) attributes[name] = value.map((each) => withoutReferences(`${each}`))
  }
  return attributes
}

const withoutReferences = (text: string) => text.replaceAll('&', '&amp;')

/**
 * A view that is drawn once for each thing it is given, in each language and the board's time zone, and
 * cached as long as that thing is: what comes from the cache is the same object until the entry changes, and
 * nobody changes an object that was drawn. Drawing a page of twenty posts takes ten times as long as putting
 * its cards together.
 */
export function cachedFragment<Thing extends object>(
  draw: (thing: Thing) => unknown,
): (thing: Thing) => string {
  const drawings = inTimeZone(() => new WeakMap<Thing, string>())
  return (thing) => {
    const drawn = drawings()
    const cached = drawn.get(thing)
    if (cached !== undefined) return cached
    const markup = String(draw(thing))
    drawn.set(thing, markup)
    return markup
  }
}

/** Drawings of one list that are kept: most readers of a list see it in one of a few ways. */
const mostDrawings = 50

/**
 * The same for things that stand one after another: what is put together once is cached as long as they are
 * the same. `kinds`: of which kind the drawing of each is, where there are several.
 */
export function cachedList<Thing extends object>(draw: (thing: Thing, kind: string) => string) {
  type Drawn = { things: Thing[]; markups: Map<string, string> }
  const drawings = inTimeZone(() => new WeakMap<Thing, Drawn>())
  return (things: Thing[], kinds: string[] = []): string => {
    const [first] = things
    if (!first) return ''
    const drawn = drawings()
    const before = drawn.get(first)
    const isSame =
      before?.things.length === things.length &&
      before.things.every((thing, index) => thing === things[index])
    const { markups } = isSame ? before : { markups: new Map<string, string>() }
    if (!isSame) drawn.set(first, { things, markups })
    const kind = kinds.join('\n')
    const cached = markups.get(kind)
    if (cached !== undefined) return cached
    const markup = things.map((thing, index) => draw(thing, kinds[index] ?? '')).join('')
    if (markups.size >= mostDrawings) markups.clear()
    markups.set(kind, markup)
    return markup
  }
}

/**
 * The same for a thing of which there are a few drawings, by `kind`: a menu, by the place it is
 * shown at.
 */
export function cachedVariants<Thing extends object, Kind>(draw: (thing: Thing, kind: Kind) => unknown) {
  const drawings = inTimeZone(() => new WeakMap<Thing, Map<Kind, string>>())
  return (thing: Thing, kind: Kind): string => {
    const drawn = drawings()
    const kinds = drawn.get(thing) ?? new Map<Kind, string>()
    drawn.set(thing, kinds)
    const cached = kinds.get(kind)
    if (cached !== undefined) return cached
    const markup = String(draw(thing, kind))
    kinds.set(kind, markup)
    return markup
  }
}

/** Draws once what is the same on every page, or one of a few `kinds`; nobody's text may be in it. */
export function staticFragment<Kind = void>(draw: (kind: Kind) => unknown): (kind: Kind) => string {
  const drawings = inTimeZone(() => new Map<Kind, string>())
  return (kind) => {
    const drawn = drawings()
    const cached = drawn.get(kind)
    if (cached !== undefined) return cached
    const markup = String(draw(kind))
    const inPage = language() === defaultLanguage ? inAscii(markup) : markup
    drawn.set(kind, inPage)
    return inPage
  }
}

/**
 * One letter beyond ASCII doubles the memory of the whole page that it is on, and makes it be converted to be
 * sent.
 */
const inAscii = (markup: string) => markup.replace(/[^\0-\x7f]/gu, (letter) => `&#${letter.codePointAt(0)};`)
