/** As many words are looked for at once. */
export const mostWords = 10

/** Of a word, characters: shorter and longer ones are in no full-text index. */
const [shortestWord, longestWord] = [3, 84]

const isInIndex = (word: string) => {
  const { length } = [...word]
  return length >= shortestWord && length <= longestWord
}

/**
 * What is not seen within a word: soft hyphens, joiners, marks of direction. Both servers end a word there.
 */
const unseen = /\p{Cf}+/gu

/**
 * The words of what somebody types, with their marks, as both servers tell them apart: a `_` within is one of
 * them, in Markdown with a backslash before it.
 */
const typedWords = (q: string): string[] => [
  ...new Set(
    (q.replaceAll('\\_', '_').match(/[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_]|\p{Cf}+(?=[\p{L}\p{N}_]))*/gu) ?? [])
      .map((word) => word.replaceAll(/^_+|_+$/g, ''))
      .filter((word) => isInIndex(composed(word))),
  ),
]

/** The words that are looked for, as a person sees them, each once. */
export const wordsIn = (q: string): string[] => [...new Set(typedWords(q).map(composed))]

const composed = (word: string) => word.replaceAll(unseen, '').normalize('NFC')

/**
 * All of the words, each of which may go on, as a full-text query in boolean mode; undefined when there is
 * none.
 */
export function booleanQuery(q: string): string | undefined {
  const words = typedWords(q).slice(0, mostWords)
  return words.length > 0 ? words.map((word) => `+(${anySpelling(word)})`).join(' ') : undefined
}

const anySpelling = (word: string) =>
  [...spellingsOf(composed(word)), ...inPieces(word)].map(goingOn).join(' ')

const goingOn = (spelling: string) => (spelling.startsWith('(') ? spelling : `${spelling}*`)

/**
 * Where the servers cut a word in two, at what is not seen or at a backslash before a `_`, its pieces stand
 * in the text.
 */
function inPieces(word: string): string[] {
  return [word.split(unseen), composed(word).split(/(?=(?<!_)_)/)].flatMap((pieces) => {
    const found = pieces.length > 1 ? pieces.filter(isInIndex) : []
    return found.length > 0 ? [`(${found.map((piece) => `+${piece}*`).join(' ')})`] : []
  })
}

/**
 * Letters that Arabic and Persian writers use for one another, most of which the servers' collations tell
 * apart.
 */
const alike = ['اأإآٱ', 'يىیئ', 'وؤ', 'كک', 'هة']
const mostSpellings = 24

/**
 * How else a word may stand in a text, the likeliest first; as many of the ways are taken as make few enough
 * spellings.
 */
function spellingsOf(word: string): string[] {
  let spellings = withAlikeLetters(word)
  for (const more of [unstretched, inMarkdown, apart]) {
    const all = [...new Set(spellings.flatMap(more))].filter(isInIndex)
    if (all.length <= mostSpellings) spellings = all
  }
  return spellings
}

function withAlikeLetters(word: string): string[] {
  let spellings = ['']
  for (const letter of word) {
    const forms = alike.find((each) => each.includes(letter)) ?? letter
    const all = [...forms].flatMap((form) => spellings.map((start) => start + form))
    spellings = all.length <= mostSpellings ? all : spellings.map((start) => start + letter)
  }
  return spellings
}

const unstretched = (word: string) => [word, word.replaceAll('\u0640', '')]

const inMarkdown = (word: string) => [word, `_${word}`, `__${word}`]

/** As texts were kept of which the letters came without their marks, before texts were composed. */
const apart = (word: string) => [word, word.normalize('NFD')]

/** Returns the pattern by which LIKE finds what begins exactly so. */
export const likeOf = (start: string) => `${start.replaceAll(/[\\%_]/g, '\\$&')}%`
