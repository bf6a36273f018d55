import { Elysia } from 'elysia'
import { asAdmin, asMember } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { type Frame, frameFor, isFragmentRequest, viewerIn } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'

/** The frame of a page that an admin sees. */
export type AdminFrame = Frame & { viewer: NonNullable<Frame['viewer']> }

/** Whatever pages follow where this is used are for admins alone, and are given their `frame`. */
export const adminsOnly = (context: Context) =>
  new Elysia().resolve({ as: 'scoped' }, async ({ request }) => ({
    frame: await adminFrame(context, request),
  }))

async function adminFrame(context: Context, request: Request): Promise<AdminFrame> {
  const frame = await frameFor(context, request)
  const viewer = viewerIn(frame)
  const says = 'Please sign in as an admin.'
  // A browser goes to the form to sign in; who sends something is told, and what was sent is not lost.
  const isPage = request.method === 'GET' && !isFragmentRequest(request)
  if (!viewer && isPage) throw new Refusal(303, says, {}, { location: signInPath(request) })
  return { ...frame, viewer: asAdmin(asMember(viewer, says)) }
}
