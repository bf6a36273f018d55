import { Elysia } from 'elysia'
import { LoginForm, LoginPage, SignupForm, SignupPage } from '../../views/accounts.tsx'
import type { Context } from '../context.ts'
import { frameFor, isFragmentRequest, seeOther } from '../frame.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { ownAccount } from './own-routes.ts'
import { accountErrors, signIn, signUp, type TypedAccount, typedAccount } from './service.ts'
import { endSession, startSession } from './sessions.ts'

/** Sign-up, sign-in and sign-out. Password hashing burns CPU, so these run in a pool of their own. */
export const accounts = (context: Context) => {
  const signedIn = async (request: Request, user: number) => {
    const cookie = await startSession(context, user, request)
    return isFragmentRequest(request)
      ? new Response(null, { headers: { 'set-cookie': cookie, 'hx-redirect': '/' } })
      : seeOther('/', { 'set-cookie': cookie })
  }
  const again = async (
    request: Request,
    form: typeof LoginForm,
    page: typeof LoginPage,
    typed: TypedAccount,
    errors: FieldErrors,
  ) => {
    const props = { username: typed.username, errors }
    return isFragmentRequest(request)
      ? form(props)
      : page({ frame: await frameFor(context, request), ...props })
  }

  return new Elysia({ name: 'accounts' })
    .get('/signup', async ({ request }) => SignupPage({ frame: await frameFor(context, request) }))
    .get('/login', async ({ request }) => LoginPage({ frame: await frameFor(context, request) }))

    .post('/signup', async ({ body, request, set }) => {
      const typed = typedAccount(body)
      const wrong = accountErrors(typed)
      const errors = Object.keys(wrong).length > 0 ? wrong : await taken(signUp(context, typed))
      if (typeof errors === 'number') return signedIn(request, errors)

      set.status = 422
      return again(request, SignupForm, SignupPage, typed, errors)
    })

    .post('/login', async ({ body, request, set }) => {
      const typed = typedAccount(body)
      const viewer = await signIn(context, typed)
      if (viewer) return signedIn(request, viewer.id)

      set.status = 422
      return again(request, LoginForm, LoginPage, typed, {
        password: 'Name and password do not fit together.',
      })
    })

    .post('/session/end', async ({ request }) =>
      seeOther('/', { 'set-cookie': await endSession(context, request) }),
    )

    .use(ownAccount(context))
}

/** A name that is taken belongs beside the field, not on a page of its own. */
const taken = (id: Promise<number>): Promise<number | FieldErrors> =>
  id.catch((error) => {
    if (error instanceof Refusal && error.status === 409) return error.fields
    throw error
  })
