import { domainToUnicode } from 'node:url'
import { htmlOf, wordsOf } from '../text/markdown.ts'
import { hostIn, hostSeenAs, isUnspaced, joinsIn, runsOf, seenAs, wordsIn } from './fold.ts'

/*
 * A list is three sets of what is folded once: words and phrases, runs of letters in scripts without spaces,
 * and hosts. A text is folded, too, and what is in it is looked up: each word, each phrase of as many words
 * as the longest of the list, each run of as many letters, each host. So it takes as long as the text is,
 * however long the list.
 */

export type Entries = { words: string[]; runs: string[]; hosts: string[] }
export const noEntries = (): Entries => ({ words: [], runs: [], hosts: [] })

/**
 * Words in a phrase, parts of a host, and letters in a run. At each part of a text as many are put together.
 */
export const longestPhrase = 8
const longestRun = 24
/** Letters of a word that is found in pieces. */
const longestJoin = 40

/** One line of a list. `wrong`: what it would match, and so is refused. */
export type Entry =
  | { kind: keyof Entries; seen: string; wrong?: undefined }
  | { wrong: 'nothing' | 'letter' | 'ending' | 'long' | 'parts' }

const hostLine = /^(?:https?:\/\/)?(?:\*?\.)?([\p{L}\p{N}\p{M}-]+(?:\.[\p{L}\p{N}\p{M}-]+)*)\/?$/iu

/** Reads one line; `seen` is how it is seen. */
export function entryOf(line: string, seen = seenAs(line)): Entry {
  const [, host = ''] = line.includes('.') ? (hostLine.exec(line) ?? []) : []
  if (host !== '') {
    if (!host.includes('.')) return { wrong: 'ending' }
    if (host.split('.').length > longestPhrase) return { wrong: 'parts' }
    return { kind: 'hosts', seen: hostSeenAs(host) }
  }
  const words = wordsIn(seen)
  if (words.length === 0) return { wrong: 'nothing' }
  if (isUnspaced(seen)) {
    const run = words.join('')
    return [...run].length > longestRun ? { wrong: 'long' } : { kind: 'runs', seen: run }
  }
  if (words.length > longestPhrase) return { wrong: 'long' }
  const phrase = words.join(' ')
  return [...phrase].length === 1 ? { wrong: 'letter' } : { kind: 'words', seen: phrase }
}

/** Finds what of a list is in a text, as it is folded. Undefined where nothing is. */
export type Matcher = (text: string) => string | undefined

export function openMatcher({ words, runs, hosts }: Entries): Matcher {
  const [wordSet, runSet, hostSet] = [new Set(words), new Set(runs), new Set(hosts)]
  const phrase = mostParts(words, ' ')
  const labels = mostParts(hosts, '.')
  const longestWord = Math.min(longestJoin, longestOf(words))
  const lengths = [...new Set(runs.map((run) => [...run].length))].sort((a, b) => a - b)

  return (text) => {
    // Markup takes words apart, and may hide letters as references.
    const texts = [text, wordsOf(text)]
    const seen = texts.map(seenAs)
    return first(seen, inWords) ?? first(seen, inRuns) ?? first(texts, inHosts) ?? inLinks(text)
  }

  function inWords(seen: string): string | undefined {
    if (wordSet.size === 0) return undefined
    const inText = wordsIn(seen)
    for (let at = 0; at < inText.length; at++) {
      let some = ''
      for (let count = 0; count < phrase && at + count < inText.length; count++) {
        some += `${count === 0 ? '' : ' '}${inText[at + count]}`
        if (wordSet.has(some)) return some
      }
    }
    return joinsIn(seen, longestWord).find((word) => wordSet.has(word))
  }

  function inRuns(seen: string): string | undefined {
    if (runSet.size === 0) return undefined
    for (const [run] of seen.matchAll(runsOf)) {
      const letters = [...run]
      for (let at = 0; at < letters.length; at++)
        for (const length of lengths) {
          if (at + length > letters.length) break
          const some = letters.slice(at, at + length).join('')
          if (runSet.has(some)) return some
        }
    }
    return undefined
  }

  function inHosts(text: string): string | undefined {
    return hostSet.size === 0 ? undefined : hostIn(text, labels, (host) => hostSet.has(host))
  }

  function inLinks(text: string): string | undefined {
    if (hostSet.size === 0) return undefined
    for (const host of linksIn(text).map(hostOf)) {
      const parts = host.split('.').slice(-mostLabels)
      for (let at = 0; at < parts.length - 1; at++) {
        const end = parts.slice(at).join('.')
        if (hostSet.has(end)) return end
      }
    }
    return undefined
  }
}

/** No name has more: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const mostLabels = 127

function first(texts: string[], find: (text: string) => string | undefined): string | undefined {
  for (const text of texts) {
    const found = find(text)
    if (found !== undefined) return found
  }
  return undefined
}

function mostParts(entries: string[], separator: string): number {
  let most = 1
  for (const entry of entries)
    if (entry.includes(separator)) most = Math.max(most, entry.split(separator).length)
  return most
}

const longestOf = (words: string[]) => words.reduce((most, word) => Math.max(most, word.length), 0)

/** Where a text leads to outside of the board, as its markup has it. */
export const linksIn = (markdown: string): string[] =>
  [...htmlOf(markdown).matchAll(/href="((?:https?:|mailto:|\/\/)[^"]*)"/gi)].map(([, address = '']) =>
    address.replaceAll('&amp;', '&'),
  )

function hostOf(address: string): string {
  const whole = address.startsWith('//') ? `https:${address}` : address
  if (address.startsWith('mailto:')) return hostSeenAs(address.split('@').at(-1) ?? '')
  return URL.canParse(whole) ? hostSeenAs(domainToUnicode(new URL(whole).hostname)) : ''
}
