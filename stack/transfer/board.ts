import type { Batchers } from '../reconcile.ts'

/** A running stack, as far as an export and an import need it. */
export type Board = Batchers & {
  /** The database, with an account that may do everything. */
  url: string
}
