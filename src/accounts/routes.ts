import { Elysia } from 'elysia'
import { LoginForm, LoginPage } from '../../views/accounts.tsx'
import type { Context } from '../context.ts'
import { passkeySite } from '../factors/passkey-site.ts'
import { ownPath } from '../http/local-path.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { type Exchange, respond } from '../http/respond.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { refuseWhereElsewhere } from './duty.ts'
import { askForCode, goOn } from './go-on.ts'
import { finishSignIn } from './half-sign-ins.ts'
import { nextOf } from './next-of.ts'
import { signIn } from './service.ts'
import { afterSignOut, endSession } from './sessions.ts'
import { typedAccount } from './sign-up.ts'

/** Sign-in and sign-out. Password hashing burns CPU, so these run in a pool of their own. */
export const accounts = (context: Context) => {
  const again = (exchange: Exchange, form: { username: string; next: string; errors: FieldErrors }) => {
    const hasPasskeys = !passkeySite(context, exchange.request).fault
    const { signOn } = context.config
    return respond(exchange, {
      page: async () => {
        const pageContext = await pageContextFor(context, exchange.request)
        return LoginPage({ pageContext, ...form, hasPasskeys, signOn })
      },
      fragment: () => LoginForm(form),
      status: 422,
    })
  }

  return new Elysia({ name: 'accounts' })
    .get('/login', async ({ request, set }) => {
      // It is drawn for where its visitor came from.
      set.headers['cache-control'] = 'no-store'
      return LoginPage({
        pageContext: await pageContextFor(context, request),
        next: nextOf(request),
        hasPasskeys: !passkeySite(context, request).fault,
        signOn: context.config.signOn,
      })
    })

    .post('/login', async ({ body, request, set }) => {
      refuseWhereElsewhere(context)
      const typed = typedAccount(body)
      const next = ownPath(asFields(body).next)
      const entered = await signIn(context, typed, request)
      if ('error' in entered)
        return again(
          { request, set },
          { username: typed.username, next, errors: { password: entered.error } },
        )
      return goOn(context, { request, set }, next, entered)
    })

    .post('/login/code', async ({ body, request, set }) => {
      const { half, code, next: to } = asFields(body)
      const next = ownPath(to)
      const finished = await finishSignIn(context, request, textOf(half), textOf(code))
      if ('error' in finished)
        return askForCode(context, { request, set }, { half: textOf(half), next, error: finished.error })
      if (finished.cookies) return goOn(context, { request, set }, next, finished)
      const errors = { password: 'This took too long. Please begin again.' }
      return again({ request, set }, { username: '', next, errors })
    })

    .post('/session/end', async ({ request }) =>
      seeOther(afterSignOut(context), { 'set-cookie': await endSession(context, request) }),
    )
}
