import { Elysia } from 'elysia'
import { LoginForm, LoginPage, SignupForm, SignupPage } from '../../views/accounts.tsx'
import type { Context } from '../context.ts'
import { passkeySite } from '../factors/passkey-site.ts'
import { ownPath } from '../http/local-path.ts'
import { backOf, pageContextFor, seeOther } from '../http/page-context.ts'
import { type Exchange, respond } from '../http/respond.ts'
import { addressIn } from '../mail/address.ts'
import { nameRule } from '../names/look.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { refuseWhereElsewhere } from './duty.ts'
import { askForCode, goOn } from './go-on.ts'
import { finishSignIn } from './half-sign-ins.ts'
import { passwordRule } from './passwords.ts'
import type { Proven } from './queries.ts'
import { signIn } from './service.ts'
import { afterSignOut, endSession, startSession } from './sessions.ts'
import { accountErrors, newAccount, signUp, type TypedAccount, typedAccount } from './sign-up.ts'

/** Sign-up, sign-in and sign-out. Password hashing burns CPU, so these run in a pool of their own. */
export const accounts = (context: Context) => {
  const asksAddress = context.config.mail !== undefined

  const page = async (
    request: Request,
    draw: typeof LoginPage,
    set: { headers: Record<string, unknown> },
  ) => {
    // It is drawn for where its visitor came from.
    set.headers['cache-control'] = 'no-store'
    return draw({
      pageContext: await pageContextFor(context, request),
      next: nextOf(request),
      rules: rules(),
      hasPasskeys: !passkeySite(context, request).fault,
      signOn: context.config.signOn,
      ...(asksAddress && { address: '' }),
    })
  }
  const again = (
    exchange: Exchange,
    form: typeof LoginForm,
    page: typeof LoginPage,
    props: { username: string; next: string; address?: string; errors: FieldErrors },
  ) => {
    const hasPasskeys = !passkeySite(context, exchange.request).fault
    const whole = { ...props, rules: rules(), hasPasskeys, signOn: context.config.signOn }
    return respond(exchange, {
      page: async () => page({ pageContext: await pageContextFor(context, exchange.request), ...whole }),
      fragment: () => form(whole),
      status: 422,
    })
  }

  return new Elysia({ name: 'accounts' })
    .get('/signup', async ({ request, set }) =>
      context.config.signOn?.isOnly ? seeOther('/login') : page(request, SignupPage, set),
    )
    .get('/login', ({ request, set }) => page(request, LoginPage, set))

    .post('/signup', async ({ body, request, set }) => {
      refuseWhereElsewhere(context)
      const typed = newAccount(body)
      const address = asksAddress ? textOf(asFields(body).address).trim() : ''
      const next = ownPath(asFields(body).next)
      const account = await signedUp(context, typed, address)
      if ('proven' in account) {
        const cookie = await startSession(context, account.proven, request)
        return goOn(context, { request, set }, next, { cookie })
      }

      const props = { username: typed.username, next, errors: account.errors }
      return again({ request, set }, SignupForm, SignupPage, { ...props, ...(asksAddress && { address }) })
    })

    .post('/login', async ({ body, request, set }) => {
      refuseWhereElsewhere(context)
      const typed = typedAccount(body)
      const next = ownPath(asFields(body).next)
      const entered = await signIn(context, typed, request)
      if (entered) return goOn(context, { request, set }, next, entered)

      const errors = { password: 'Name and password do not fit together.' }
      return again({ request, set }, LoginForm, LoginPage, { username: typed.username, next, errors })
    })

    .post('/login/code', async ({ body, request, set }) => {
      const { half, code, next: to } = asFields(body)
      const next = ownPath(to)
      const finished = await finishSignIn(context, request, textOf(half), textOf(code))
      if ('error' in finished)
        return askForCode(context, { request, set }, { half: textOf(half), next, error: finished.error })
      if (finished.cookie) return goOn(context, { request, set }, next, finished)
      const errors = { password: 'This took too long. Please begin again.' }
      return again({ request, set }, LoginForm, LoginPage, { username: '', next, errors })
    })

    .post('/session/end', async ({ request }) =>
      seeOther(afterSignOut(context), { 'set-cookie': await endSession(context, request) }),
    )
}

/** Told beside the fields before the first try. */
const rules = () => ({ username: nameRule, password: passwordRule() })

/** A name that is taken belongs beside the field, not on a page of its own. */
async function signedUp(
  context: Context,
  typed: TypedAccount,
  typedAddress: string,
): Promise<{ proven: Proven } | { errors: FieldErrors }> {
  const address = addressIn(typedAddress)
  const isWrong = typedAddress !== '' && !address
  const errors = { ...accountErrors(typed), ...(isWrong && { address: 'This is no address for mail.' }) }
  if (Object.keys(errors).length > 0) return { errors }
  try {
    return { proven: await signUp(context, typed, address) }
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) return { errors: error.fields }
    throw error
  }
}

/** Where to go on after signing in: what the address says, else the page that one came from. */
const nextOf = (request: Request) =>
  ownPath(new URL(request.url).searchParams.get('next') ?? backOf(request, '/'))
