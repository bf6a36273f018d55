import { setTimeout as after } from 'node:timers/promises'

/**
 * Runs `run` once at a time, for one batch of items at a time: while a run is under way, what comes is
 * collected, and the next run carries all of it. So each item is in a run that began after it came, and
 * however many come, no two runs overlap. Calls of one turn of the event loop are one batch. A run that fails
 * rejects its own batch alone.
 *
 * With `until` the next run waits not for the result alone but for what `until` makes of it. `idle` is called
 * when a run is over and nothing has come meanwhile.
 */
export function coalesce<Item, Result>(
  run: (items: [Item, ...Item[]]) => Promise<Result>,
  { until, idle }: { until?: (result: Result) => unknown; idle?: () => void } = {},
): (item: Item) => Promise<Result> {
  let underWay: Promise<unknown> = Promise.resolve()
  let next: { items: [Item, ...Item[]]; result: Promise<Result> } | undefined

  return (item) => {
    if (next) next.items.push(item)
    else next = begin([item])
    return next.result
  }

  function begin(items: [Item, ...Item[]]) {
    const result = underWay.then(() => {
      next = undefined
      return run(items)
    })
    const end = () => {
      if (!next) idle?.()
    }
    underWay = result.then(until).then(end, end)
    return { items, result }
  }
}

/**
 * Resolves or rejects as `promise` does, or after `ms` with what `late` returns or throws. What was asked
 * goes on; how it ends is then nobody's business, so its rejection is not unhandled.
 */
export async function withTimeout<T, Late>(
  promise: Promise<T>,
  ms: number,
  late: () => Late,
): Promise<T | Late> {
  const { promise: isLate, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    return await Promise.race([promise, isLate.then(late)])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves after `ms`, or as soon as `signal` is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await after(ms, undefined, { signal }).catch((error) => {
    if (!signal?.aborted) throw error
  })
}

/** Returns the list in pieces of `size` items; the last may be shorter. */
export const chunks = <Item>(list: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  )
