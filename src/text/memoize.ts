import { LRUCache } from 'lru-cache'

/**
 * Keeps what a pure function made of a text as long as all texts and results together have at most
 * `mostCharacters`; what was asked for longest ago goes first.
 */
export function memoize<Result extends NonNullable<unknown>>(
  make: (text: string) => Result,
  sizeOf: (result: Result) => number,
  mostCharacters: number,
): (text: string) => Result {
  const cached = new LRUCache<string, Result>({
    maxSize: mostCharacters,
    sizeCalculation: (result, text) => text.length + sizeOf(result) || 1,
    memoMethod: make,
  })
  return (text) => cached.memo(text)
}
