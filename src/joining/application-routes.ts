import { Elysia } from 'elysia'
import { ApplicationsPage } from '../../views/admin-joining.tsx'
import { applications } from '../applications/queries.ts'
import type { Context } from '../context.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import { asFields, writtenIn } from '../platform/fields.ts'
import { isLineOrEmpty } from '../text/seen.ts'
import { accept, turnAway } from './applications.ts'

const shown = 50
const longestReason = 500

/**
 * Who wants to join, for admins to decide. Among the accounts: their part of the database alone is written
 * with hashes of passwords.
 */
export const applicationsAdmin = (context: Context) => {
  const page = async (pageContext: AdminPageContext, refused?: { id: number; reason: string }) =>
    ApplicationsPage({ pageContext, applications: await applications(context.db, shown), refused })

  return new Elysia({ name: 'applications' })
    .use(adminsOnly(context))
    .get('/applications', ({ pageContext }) => page(pageContext))

    .post('/applications/:id/accept', async ({ params: { id }, pageContext, request }) => {
      await accept(context, request, pageContext.viewer, idIn(id, noSuchApplication))
      return seeOther('/applications')
    })

    .post('/applications/:id/refuse', async ({ params: { id }, body, pageContext, request, set }) => {
      const application = idIn(id, noSuchApplication)
      const reason = writtenIn(asFields(body).reason)
      if (!isLineOrEmpty(reason, longestReason)) {
        set.status = 422
        return page(pageContext, { id: application, reason })
      }
      await turnAway(context, request, pageContext.viewer, application, reason)
      return seeOther('/applications')
    })
}

const noSuchApplication = 'There is no such application.'
