import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What belongs to one request, wherever it leads: its id from HAProxy and when it came (`performance.now()`).
 * A replica's request to the batcher may be made for several, then it has their ids with commas between.
 */
type Trace = {
  id: string | undefined
  startedAt: number
  /** It may be answered with what was known last when no store answers. */
  mayBeOld?: boolean
  /** Something of the answer is what was known last. */
  isOld?: boolean
  /** For a write: how much longer it may wait for MySQL in all, in milliseconds. */
  leftMs?: number | undefined
  /** Whoever asks is signed in. */
  isMember?: boolean
  /** Something of it is done. */
  isWritten?: boolean
}

/** A write is answered within 2 s: it is ended, and its connection with it, a moment before. */
const writeWithinMs = 1_750

const traces = new AsyncLocalStorage<Trace>()

/**
 * From here on, through every `await`, what this request does is done under its id. Only an id of the form
 * that HAProxy makes is taken, because it is written into SQL; HAProxy removes what visitors send. Costs
 * about 2 µs.
 */
export function beginTrace(id: string | null, { mayBeOld = false, isWrite = false } = {}): void {
  const known = id !== null && areIds.test(id) ? id : undefined
  const leftMs = isWrite ? writeWithinMs : undefined
  traces.enterWith({ id: known, startedAt: performance.now(), mayBeOld, leftMs })
}

/** Does `work` of what is true now, whatever its request may be answered with. */
export function freshly<T>(work: () => T): T {
  const trace = traces.getStore()
  return trace?.mayBeOld ? traces.run({ ...trace, mayBeOld: false }, work) : work()
}

/** Does `work` of which whoever asked knows that it takes long, such as an import. */
export function unhurried<T>(work: () => T): T {
  const trace = traces.getStore()
  return trace?.leftMs === undefined ? work() : traces.run({ ...trace, leftMs: undefined }, work)
}

export const currentTrace = () => traces.getStore()

/** The id of the request this is done for; undefined for what the program does by itself. */
export const requestId = () => traces.getStore()?.id

const areIds = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,4}$/
