/** Rising ids, and with each another number, in sixteen bytes each. */
export type IdList = {
  /** Throws when the id is not above the one before. */
  add(id: number, other?: number): void
  has(id: number): boolean
  /** Returns the number that came with the id. */
  otherOf(id: number): number | undefined
  last(): number
}

export function openIdList(): IdList {
  let ids = new Float64Array(1_024)
  let others = new Float64Array(1_024)
  let length = 0

  return {
    add(id, other = 0) {
      if (length > 0 && id <= (ids[length - 1] ?? 0)) throw new Error(`${id} comes after ${ids[length - 1]}`)
      if (length === ids.length) {
        ids = doubled(ids)
        others = doubled(others)
      }
      ids[length] = id
      others[length] = other
      length++
    },
    has: (id) => placeOf(id) !== undefined,
    otherOf(id) {
      const place = placeOf(id)
      return place === undefined ? undefined : others[place]
    },
    last: () => (length === 0 ? 0 : (ids[length - 1] ?? 0)),
  }

  function placeOf(id: number): number | undefined {
    let [low, high] = [0, length - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = ids[middle] ?? 0
      if (found === id) return middle
      if (found < id) low = middle + 1
      else high = middle - 1
    }
    return undefined
  }
}

function doubled(list: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(list.length * 2)
  longer.set(list)
  return longer
}
