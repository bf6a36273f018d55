import { asFields } from '../platform/fields.ts'

/** What the board asks of its new members. What is 0 is not asked. */
export type Newcomers = {
  /** So many first texts of each member wait for a moderator. */
  hold: number
  /** Links are for those with so many texts on the board. */
  links: number
  /** So many texts an hour for who has fewer than `until`. */
  pace: number
  until: number
  /** Whoever signs up takes so many seconds for it. */
  seconds: number
}

/** What a form or a program sends: the numbers as they were typed, and both lists. */
export type TypedNewcomers = Record<keyof Newcomers | 'held' | 'refused', string>

export const newcomerFields = ['hold', 'links', 'pace', 'until', 'seconds'] as const
export const mostOf: Newcomers = { hold: 50, links: 50, pace: 1_000, until: 50, seconds: 60 }

export const asksNothing: Newcomers = { hold: 0, links: 0, pace: 0, until: 0, seconds: 0 }

/** Returns what admins set, as the setting has it. */
export function newcomersIn(setting: string | undefined): Newcomers {
  if (!setting) return asksNothing
  const stored = asFields(JSON.parse(setting))
  const numbers = newcomerFields.map((field) => [field, Number(stored[field] ?? 0)])
  return { ...asksNothing, ...Object.fromEntries(numbers) }
}
