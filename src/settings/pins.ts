import { asFields } from '../platform/fields.ts'

/** A post that stays on top: of its category and, `isOnFront`, of the front page; for ever or until then. */
export type Pin = { post: number; isOnFront: boolean; until: string | null }

/** On the front page, and in one category. */
export const mostOnPage = 5

/** Returns what is pinned, the last first, as the setting has it. */
export function pinsIn(setting: string | undefined): Pin[] {
  if (!setting) return []
  const stored: unknown = JSON.parse(setting)
  return Array.isArray(stored) ? stored.map(pinOf) : []
}

function pinOf(stored: unknown): Pin {
  const { post, isOnFront, until } = asFields(stored)
  return {
    post: Number(post),
    isOnFront: isOnFront === true,
    until: typeof until === 'string' ? until : null,
  }
}

/** Whether it has not come to its end. */
export const isPinned = ({ until }: Pin, now = Date.now()) => until === null || Date.parse(until) > now
