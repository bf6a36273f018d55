import { AsyncLocalStorage } from 'node:async_hooks'

/** For whom something is done, as far as doors ask. */
export type Reader = {
  /** Categories that they may not read, by their ids. */
  shut: number[]
  /** Those that not everybody may read, and they may. */
  inside: number[]
  isStranger: boolean
  /** They have a session or a token, and nobody can say now whose it is. */
  isUnknown: boolean
}

const readers = new AsyncLocalStorage<Reader | undefined>()

/** Does `work`, through every `await`, with what this reader may read. */
export const readingAs = <T>(reader: Reader, work: () => T): T => readers.run(reader, work)

/** Does `work` with what everybody may read: for what is shared, whoever has it loaded. */
export const asEveryone = <T>(work: () => T): T => readers.run(undefined, work)

/** Returns for whom this is done. Undefined: for everybody, or nobody in particular. */
export const currentReader = (): Reader | undefined => readers.getStore()
