import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { type Frame, frameFor, isFragmentRequest } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'

/** The frame of a page that an admin sees. */
export type AdminFrame = Frame & { viewer: NonNullable<Frame['viewer']> }

/** Whatever routes follow where this is used are for admins alone, and are given their `frame`. */
export const adminsOnly = (context: Context) =>
  new Elysia().resolve({ as: 'scoped' }, async ({ request }) => ({
    frame: await adminFrame(context, request),
  }))

async function adminFrame(context: Context, request: Request): Promise<AdminFrame> {
  const frame = await frameFor(context, request)
  const { viewer } = frame
  if (!viewer) throw signInFirst(request)
  if (viewer.role !== 'admin') throw new Refusal(403, 'This is for admins only.')
  return { ...frame, viewer }
}

/** A browser goes to the form to sign in; who sends something, and a program, are told, and what was sent is not lost. */
function signInFirst(request: Request): Refusal {
  const says = 'Please sign in as an admin.'
  const { pathname } = new URL(request.url)
  const isPage = request.method === 'GET' && pathname.startsWith('/admin') && !isFragmentRequest(request)
  return isPage
    ? new Refusal(303, says, {}, { location: signInPath(request) })
    : new Refusal(401, says, {}, { 'www-authenticate': 'Bearer' })
}
