import { Elysia } from 'elysia'
import { StatementsPage } from '../../views/statements.tsx'
import { memberOf } from '../accounts/access.ts'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { statementsFor } from './queries.ts'

const statementsShown = 100

/** What moderators hide of a member's, and why, for them alone. */
export const statements = (context: Context) =>
  new Elysia({ name: 'statements' }).get('/statements', async ({ request, set }) => {
    const { id } = await memberOf(context, request)
    set.headers['cache-control'] = 'no-store'
    return StatementsPage({
      pageContext: await pageContextFor(context, request),
      statements: await statementsFor(context.db, id, statementsShown),
    })
  })
