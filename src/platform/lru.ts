/** Values of cache entries that this process has parsed before, each with the version of the entry that it came from. */
export type Lru = {
  get(key: string): { version: string; value: unknown } | undefined
  /** `size` is about what the value takes, in characters. */
  set(key: string, version: string, value: unknown, size: number): void
  delete(key: string): void
}

/** Holds what was used last, up to `mostCharacters` in all. */
export function openLru(mostCharacters: number): Lru {
  const entries = new Map<string, { version: string; value: unknown; size: number }>()
  let characters = 0

  const remove = (key: string) => {
    characters -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }

  return {
    get(key) {
      const found = entries.get(key)
      if (!found) return undefined
      entries.delete(key)
      entries.set(key, found)
      return found
    },
    set(key, version, value, size) {
      remove(key)
      entries.set(key, { version, value, size })
      characters += size
      for (const [oldest] of entries) {
        if (characters <= mostCharacters) break
        remove(oldest)
      }
    },
    delete: remove,
  }
}
