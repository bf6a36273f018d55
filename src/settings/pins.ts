import { asFields } from '../platform/fields.ts'

/**
 * A post that stays on top: of its category and, `isOnFront`, of the front page; for ever or until then.
 * `asks`: members are asked to confirm that they read it.
 */
export type Pin = { post: number; isOnFront: boolean; until: string | null; asks: boolean }

/** On the front page, and in one category. */
export const mostOnPage = 5

/** Returns what is pinned, the last first, as the setting has it. */
export function pinsIn(setting: string | undefined): Pin[] {
  if (!setting) return []
  const stored: unknown = JSON.parse(setting)
  return Array.isArray(stored) ? stored.map(pinOf) : []
}

function pinOf(stored: unknown): Pin {
  const { post, isOnFront, until, asks } = asFields(stored)
  return {
    post: Number(post),
    isOnFront: isOnFront === true,
    until: typeof until === 'string' ? until : null,
    asks: asks === true,
  }
}

/** Whether it has not come to its end. */
export const isPinned = ({ until }: Pin, now = Date.now()) => until === null || Date.parse(until) > now

/** Whether one of them comes to its end within so many seconds: a page with it is kept nowhere until then. */
export const endsWithin = (pins: Pin[], seconds: number, now = Date.now()) =>
  pins.some((pin) => isPinned(pin, now) && !isPinned(pin, now + seconds * 1_000))

/** Whether members are asked now to confirm that they read this post. */
export const isToConfirm = (pins: Pin[], post: number) =>
  pins.some((pin) => pin.post === post && pin.asks && isPinned(pin))
