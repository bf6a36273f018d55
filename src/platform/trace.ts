import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What belongs to one request, wherever it leads: its id from HAProxy and when it came (`performance.now()`). A replica's
 * request to the batcher may be made for several, then it has their ids with commas between.
 */
export type Trace = {
  id: string | undefined
  startedAt: number
  /** It may be answered with what was known last when no store answers. */
  mayBeOld?: boolean
  /** Something of the answer is what was known last. */
  isOld?: boolean
}

const traces = new AsyncLocalStorage<Trace>()

/**
 * From here on, through every `await`, what this request does is done under its id. Only an id of the form that HAProxy
 * makes is taken, because it is written into SQL; HAProxy removes what visitors send. Costs about 2 µs.
 */
export function beginTrace(id: string | null, mayBeOld = false): void {
  const known = id !== null && areIds.test(id) ? id : undefined
  traces.enterWith({ id: known, startedAt: performance.now(), mayBeOld })
}

/** Does `work` of what is true now, whatever its request may be answered with. */
export function freshly<T>(work: () => T): T {
  const trace = traces.getStore()
  return trace?.mayBeOld ? traces.run({ ...trace, mayBeOld: false }, work) : work()
}

export const currentTrace = () => traces.getStore()

/** The id of the request this is done for; undefined for what the program does by itself. */
export const requestId = () => traces.getStore()?.id

const areIds = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,4}$/
