import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import type { Viewer } from './queries.ts'

/**
 * Where admins need a second factor, one without it may do as a member until they have one. What the database
 * says of them stays as it is, so that they are counted as the admin they are.
 */
export const asAllowed = ({ config }: Context, viewer: Viewer): Viewer =>
  config.requires2fa === 'admins' && viewer.role === 'admin' && !viewer.hasFactor
    ? { ...viewer, role: 'member', lacksFactor: true }
    : viewer

/** Whether this member may not be without a second factor. */
export const needsFactor = ({ config }: Context, { role, lacksFactor }: Viewer) =>
  config.requires2fa === 'admins' && (role === 'admin' || lacksFactor === true)

/** Throws a 403 where everybody signs in at the other service alone. */
export function refuseWhereElsewhere({ config }: Context): void {
  if (config.signOn?.isOnly) throw new Refusal(403, 'Here one signs in by single sign-on alone.')
}
