import { lookOfText } from '../names/look.ts'
import { withoutVariants } from '../text/fold.ts'
import { withoutPiles, withoutUnseenInWords } from '../text/seen.ts'

/**
 * A text in the letters that look alike: without case, marks and what is not seen, and with what UTS #39
 * calls confusable made one: `Vіаgrа`, half of it Cyrillic, `VIAGRA` and `v1agra` are the same.
 */
export const seenAs = (text: string): string =>
  lookOfText(withoutVariants(withoutUnseenInWords(withoutPiles(text))))

const unspaced = ['Han', 'Hira', 'Kana', 'Bopo', 'Thai', 'Laoo', 'Khmr', 'Mymr']
  .map((script) => `\\p{scx=${script}}`)
  .join('')
const inRun = `[[${unspaced}]&&[\\p{L}\\p{N}\\p{M}]]`

/** Letters of scripts that put no spaces between their words. */
export const runsOf = new RegExp(`${inRun}+`, 'gv')
const hasRun = new RegExp(inRun, 'v')
export const isUnspaced = (text: string) => hasRun.test(text)

const wordOf = /[\p{L}\p{N}\p{M}]+/gu

/** The words of a text that is folded, in their order. */
export const wordsIn = (seen: string): string[] => seen.match(wordOf) ?? []

/**
 * Words that stand beside each other without a space, put together: `via-gra`, `*v.i.a.g.r.a*`; and letters
 * that stand alone, three or more: `a v i a g r a`. None is longer than `longest`.
 */
export function* joinsIn(seen: string, longest: number): Generator<string> {
  let letters: string[] = []
  for (const part of [...seen.split(/\s+/u), '']) {
    const words = wordsIn(part)
    if (words.length > 1) yield* joinsOf(words, longest, 2)
    if (words.length === 1 && [...part].length === 1) letters.push(part)
    else {
      yield* joinsOf(letters, longest, 3)
      letters = []
    }
  }
}

function* joinsOf(words: string[], longest: number, fewest: number): Generator<string> {
  for (let at = 0; at + fewest <= words.length; at++) {
    let some = ''
    for (let end = at; end < words.length; end++) {
      some += words[end]
      if (some.length > longest) break
      if (end - at + 1 >= fewest) yield some
    }
  }
}

const dots = /[。．｡․]/gu
/** A dot that is taken apart, so that nothing makes a link of it. */
const splitDot = / ?[[({<] ?(?:\.|dot|punkt|نقطة) ?[\])}>] ?| \. ?|\. /giu
const label = /[\p{L}\p{N}\p{M}-]+/gu

/**
 * Calls `isFound` for whatever in a text may be a host, as it is seen, also where dots are taken apart, until
 * it returns true: for as many labels as `most`, which no further label follows. Returns that host.
 */
export function hostIn(text: string, most: number, isFound: (host: string) => boolean): string | undefined {
  const plain = withoutUnseenInWords(withoutPiles(text)).normalize('NFKC')
  const whole = decoded(plain).replaceAll(dots, '.').replaceAll(/\s+/gu, ' ').replaceAll(splitDot, '\x01')
  const labels = Array.from(whole.matchAll(label), ({ 0: letters, index }) => ({ letters, index }))
  const seen = new Map<string, string>()
  const seenLabel = (letters: string) => {
    const known = seen.get(letters) ?? seenAs(letters)
    seen.set(letters, known)
    return known
  }
  /** What stands behind a label: a dot, a dot that is taken apart, or something else. */
  const behind = (at: number) => {
    const [one, next] = [labels[at], labels[at + 1]]
    return one && next ? whole.slice(one.index + one.letters.length, next.index) : ''
  }
  for (let at = 0; at < labels.length; at++) {
    let host = seenLabel(labels[at]?.letters ?? '')
    for (let end = at + 1; end < at + most && end < labels.length; end++) {
      const joint = behind(end - 1)
      if (joint !== '.' && joint !== '\x01') break
      host += `.${seenLabel(labels[end]?.letters ?? '')}`
      if (behind(end) !== '.' && isFound(host)) return host
    }
  }
  return undefined
}

/** A host of which each part is as it is seen. */
export const hostSeenAs = (host: string): string => host.split('.').map(seenAs).join('.')

/** Browsers read `%65` in a host as the letter. */
const decoded = (text: string) =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (some) => {
    try {
      return decodeURIComponent(some)
    } catch {
      return some
    }
  })
