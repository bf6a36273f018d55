import { Elysia } from 'elysia'
import { asAdmin, asMember, asModerator } from '../accounts/access.ts'
import type { Viewer } from '../accounts/queries.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import {
  isFragmentRequest,
  isRead,
  type PageContext,
  pageContextFor,
  viewerIn,
} from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'

/** The context of a page that an admin sees. */
export type AdminPageContext = PageContext & { viewer: NonNullable<PageContext['viewer']> }

/** Whatever pages follow where this is used are for admins alone, and are given their `pageContext`. */
export const adminsOnly = (context: Context) =>
  new Elysia().resolve({ as: 'scoped' }, async ({ request }) => ({
    pageContext: await adminPageContext(context, request),
  }))

/** The same for moderators and admins. Of which category something is, whoever changes it looks at. */
export const moderatorsOnly = (context: Context) =>
  new Elysia().resolve({ as: 'scoped' }, async ({ request }) => ({
    pageContext: await pageContextOf(context, request, 'Please sign in as a moderator.', asModerator),
  }))

const adminPageContext = (context: Context, request: Request) =>
  pageContextOf(context, request, 'Please sign in as an admin.', asAdmin)

async function pageContextOf(
  context: Context,
  request: Request,
  says: string,
  as: (viewer: Viewer) => Viewer,
): Promise<AdminPageContext> {
  const pageContext = await pageContextFor(context, request)
  const viewer = viewerIn(pageContext)
  // A browser goes to the form to sign in; who sends something gets a 401, and what was sent is not lost.
  const isPage = isRead(request) && !isFragmentRequest(request)
  if (!viewer && isPage) throw new Refusal(303, says, {}, { location: signInPath(request) })
  if (viewer?.lacksFactor && isPage) throw new Refusal(303, says, {}, { location: '/account/second-factor' })
  return { ...pageContext, viewer: as(asMember(viewer, says)) }
}
