import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import type { Viewer } from './queries.ts'

/**
 * Where admins need a second factor, or moderators too, one without it may do as a member until they have
 * one. What the database says of them stays as it is, so that they are counted as the admin they are.
 */
export const asAllowed = (context: Context, viewer: Viewer): Viewer =>
  needsFactor(context, viewer) && !viewer.hasFactor
    ? { ...viewer, role: 'member', moderates: null, lacksFactor: true }
    : viewer

/** Whether this member may not be without a second factor. */
export const needsFactor = ({ config }: Context, { role, moderates, lacksFactor }: Viewer): boolean =>
  lacksFactor === true ||
  (config.requires2fa !== 'nobody' && role === 'admin') ||
  (config.requires2fa === 'moderators' && Boolean(moderates))

/** Throws a 403 where everybody signs in at the other service alone. */
export function refuseWhereElsewhere({ config }: Context): void {
  if (config.signOn?.isOnly) throw new Refusal(403, 'Here one signs in by single sign-on alone.')
}
