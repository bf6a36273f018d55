import { Elysia } from 'elysia'
import { ForgotPage } from '../../views/forgot.tsx'
import type { Context } from '../context.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { askForLink } from './recovery.ts'

type Shown = { typed?: string; isAsked?: boolean; errors?: FieldErrors }

/** The way back for whoever forgot their password. */
export const recovery = (context: Context) => {
  const page = async (request: Request, shown: Shown = {}) =>
    ForgotPage({
      pageContext: await pageContextFor(context, request),
      isMailOn: context.config.mail !== undefined,
      ...shown,
    })

  return new Elysia({ name: 'recovery' })
    .get('/forgot', async ({ request, set }) => {
      set.headers['cache-control'] = 'no-store'
      return context.config.signOn?.isOnly ? seeOther('/login') : page(request)
    })

    .post('/forgot', async ({ body, request, set }) => {
      set.headers['cache-control'] = 'no-store'
      const typed = textOf(asFields(body).address)
      const errors = await askForLink(context, typed)
      if (!errors) return page(request, { isAsked: true })
      set.status = 422
      return page(request, { typed, errors })
    })
}
