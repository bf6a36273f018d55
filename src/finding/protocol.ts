import type { Term } from '../text/question.ts'

/** What replicas and the process that searches say to each other, as JSON over HTTP. */

export const kinds = ['post', 'comment'] as const
export type Kind = (typeof kinds)[number]

/** Where a page of hits ends. */
export type Place = { score: number; id: number }

export type Question = {
  kind: Kind
  /** All of them have to be there. */
  terms: Term[]
  /** In one of these, by one of these; where none is named, anywhere and by anyone. */
  categories: number[]
  authors: number[]
  /** Not in these and not by these. */
  hidden: { categories: number[]; authors: number[] }
  /** Written at this second since 1970 or later, and before that one. */
  from?: number | undefined
  until?: number | undefined
  sort: 'new' | 'best'
  /** Only hits behind this one. */
  behind?: Place | undefined
  limit: number
}

/** How much of the board the index has. */
export type Extent = {
  /** From 0 to 1: how much was read in since it began. 1: all. */
  built: number
  /** The changes of the board up to this moment are in it. Null: it has not reached the database yet. */
  asOf: string | null
}

export type Answer = Extent & { hits: Place[] }

/** How many texts of each kind there are in it. */
export type SearchState = Extent & { texts: Record<Kind, number> }

/** Of the newest hits: so many are ranked at most, and no more are given at once. */
export const mostRanked = 2_000
