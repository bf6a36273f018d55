/**
 * Keeps what a pure function made of a text as long as all texts and results together have at most `mostCharacters`;
 * what came first goes first.
 */
export function memoize<Result>(
  make: (text: string) => Result,
  sizeOf: (result: Result) => number,
  mostCharacters: number,
): (text: string) => Result {
  const kept = new Map<string, Result>()
  let characters = 0

  return (text) => {
    const found = kept.get(text)
    if (found !== undefined) return found
    const result = make(text)
    kept.set(text, result)
    characters += text.length + sizeOf(result)
    dropOldest()
    return result
  }

  function dropOldest() {
    for (const [text, result] of kept) {
      if (characters <= mostCharacters) return
      kept.delete(text)
      characters -= text.length + sizeOf(result)
    }
  }
}
