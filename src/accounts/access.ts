import { keepsOrder, keepsOrderIn } from '../../views/keeps-order.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import type { Viewer } from './queries.ts'
import { viewerOf } from './sessions.ts'

/**
 * Returns who sent this request, by cookie or by token. Throws a 401, with what it `says`, when it is nobody.
 */
export const memberOf = async (context: Context, request: Request, says?: string): Promise<Viewer> =>
  asMember(await viewerOf(context, request), says)

/** The same for what only admins may do. Throws a 403 for everyone else. */
export const adminOf = async (context: Context, request: Request): Promise<Viewer> =>
  asAdmin(await memberOf(context, request))

/** The same of somebody who was looked up. */
export function asMember(viewer: Viewer | undefined, says = 'Please sign in first.'): Viewer {
  if (!viewer) throw new Refusal(401, says)
  return viewer
}

export function asAdmin(viewer: Viewer): Viewer {
  if (viewer.lacksFactor) throw lacksFactor()
  if (viewer.role !== 'admin') throw new Refusal(403, 'This is for admins only.')
  return viewer
}

const lacksFactor = () =>
  new Refusal(403, 'You need a second factor for this. Please set it up on the page of your account.')

/**
 * Throws a 403 for everybody but the author: an admin may remove what somebody wrote, with a reason, and puts
 * no word in.
 */
export function refuseAllButAuthor(viewer: Viewer, author: number | null): void {
  refuseOthers(viewer, author)
  if (viewer.id !== author)
    throw new Refusal(403, 'Only who wrote this changes it. An admin may remove it, with a reason.')
}

/** Throws a 403 for everyone but admins and moderators. */
export function asModerator(viewer: Viewer): Viewer {
  if (viewer.lacksFactor) throw lacksFactor()
  if (!keepsOrder(viewer)) throw new Refusal(403, 'This is for moderators only.')
  return viewer
}

/** Throws a 403 for everyone but those who keep order in this category. */
export function refuseElsewhere(viewer: Viewer, category: number): void {
  asModerator(viewer)
  if (!keepsOrderIn(viewer, category)) throw notYoursToModerate()
}

export const notYoursToModerate = () => new Refusal(403, 'You do not moderate this category.')

/** What somebody wrote is theirs, and theirs who keep order in its category. Throws a 403 for the others. */
export function refuseBystanders(viewer: Viewer, author: number | null, category: number): void {
  if (viewer.id !== author && !keepsOrderIn(viewer, category)) refuseOthers(viewer, author)
}

/** A member's things are their own and the admins'. Throws a 403 for everyone else. */
export function refuseOthers(viewer: Viewer, owner: number | null): void {
  if (viewer.role !== 'admin' && viewer.id !== owner) throw new Refusal(403, 'This belongs to somebody else.')
}
