import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import type { Viewer } from './queries.ts'
import { viewerOf } from './sessions.ts'

/** Who sent this request, by cookie or by token. Throws a 401 when it is nobody. */
export async function memberOf(context: Context, request: Request): Promise<Viewer> {
  const viewer = await viewerOf(context, request)
  if (!viewer) throw new Refusal(401, 'Please sign in first.', {}, { 'www-authenticate': 'Bearer' })
  return viewer
}

/** The same for what only admins may do. Throws a 403 for everyone else. */
export async function adminOf(context: Context, request: Request): Promise<Viewer> {
  const viewer = await memberOf(context, request)
  if (viewer.role !== 'admin') throw new Refusal(403, 'Only an admin may do this.')
  return viewer
}

/** What somebody wrote is changed by them alone: an admin may remove it, with a reason, and puts no word in. */
export function refuseAllButAuthor(viewer: Viewer, author: number | null): void {
  refuseOthers(viewer, author)
  if (viewer.id !== author)
    throw new Refusal(403, 'Only who wrote this changes it. An admin may remove it, with a reason.')
}

/** A member's things are their own and the admins'. Throws a 403 for everyone else. */
export function refuseOthers(viewer: Viewer, owner: number | null): void {
  if (viewer.role !== 'admin' && viewer.id !== owner) throw new Refusal(403, 'This belongs to somebody else.')
}
