/** Values of cache entries that this process has parsed before, each with the stamp of the entry that it came from. */
export type Kept = {
  get(key: string): { stamp: string; value: unknown } | undefined
  /** `size` is about what the value takes, in characters. */
  set(key: string, stamp: string, value: unknown, size: number): void
  delete(key: string): void
}

/** Holds what was used last, up to `mostCharacters` in all. */
export function openKept(mostCharacters: number): Kept {
  const entries = new Map<string, { stamp: string; value: unknown; size: number }>()
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
    set(key, stamp, value, size) {
      remove(key)
      entries.set(key, { stamp, value, size })
      characters += size
      for (const [oldest] of entries) {
        if (characters <= mostCharacters) break
        remove(oldest)
      }
    },
    delete: remove,
  }
}
