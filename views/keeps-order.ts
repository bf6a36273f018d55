import type { Viewer } from '../src/accounts/queries.ts'

/** Whether they keep order in a category, as its moderator, the whole board's, or an admin. */
export const keepsOrderIn = ({ role, moderates }: Viewer, category: number): boolean =>
  role === 'admin' || (moderates ?? '').split(',').some((id) => id === '0' || id === `${category}`)

/** Whether they keep order anywhere. */
export const keepsOrder = ({ role, moderates }: Viewer): boolean => role === 'admin' || Boolean(moderates)
