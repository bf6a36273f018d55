/** As many words are looked for at once. */
export const mostWords = 10

/** Shorter ones are in no full-text index. */
const shortestWord = 3

/** The words of what somebody types, with their marks, as both servers tell them apart: a `_` within is one of them. */
export const wordsIn = (q: string): string[] =>
  (q.replaceAll('\u0640', '').match(/[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*/gu) ?? [])
    .map((word) => word.replaceAll(/^_+|_+$/g, ''))
    .filter((word) => [...word].length >= shortestWord)

/** All of the words, each of which may go on, as a full-text query in boolean mode; undefined when there is none. */
export function booleanQuery(q: string): string | undefined {
  const words = wordsIn(q).slice(0, mostWords)
  return words.length > 0 ? words.map(anySpelling).join(' ') : undefined
}

const anySpelling = (word: string) =>
  `+(${spellingsOf(word)
    .map((each) => `${each}*`)
    .join(' ')})`

/** Letters that Arabic and Persian writers use for one another, most of which the servers' collations tell apart. */
const alike = ['اأإآ', 'يىی', 'كک', 'هة']
const mostSpellings = 24

/** How else a word may stand in a text: between the underscores of Markdown, or with other forms of its letters. */
function spellingsOf(word: string): string[] {
  let spellings = ['']
  for (const letter of word) {
    const forms = alike.find((each) => each.includes(letter)) ?? letter
    const all = [...forms].flatMap((form) => spellings.map((start) => start + form))
    spellings = all.length <= mostSpellings ? all : spellings.map((start) => start + letter)
  }
  return spellings.length > 1 ? spellings : [word, `_${word}`, `__${word}`]
}
