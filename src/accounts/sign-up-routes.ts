import { Elysia } from 'elysia'
import { say } from '../../texts/say.ts'
import { NoSignupPage, SignupForm, SignupPage } from '../../views/sign-up.tsx'
import type { Context } from '../context.ts'
import { ownPath } from '../http/local-path.ts'
import { pageContextFor, seeOther } from '../http/page-context.ts'
import { type Exchange, leadTo, respond } from '../http/respond.ts'
import { inviteOrRefuse } from '../invites/service.ts'
import { addressIn } from '../mail/address.ts'
import { nameRule } from '../names/look.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf, writtenIn } from '../platform/fields.ts'
import { signUpLaw, signUpQuestion } from '../settings/law.ts'
import { newcomersIn } from '../settings/newcomers.ts'
import { settingsOf } from '../settings/service.ts'
import { refuseWhereElsewhere } from './duty.ts'
import { goOn } from './go-on.ts'
import { nextOf } from './next-of.ts'
import { passwordRule } from './passwords.ts'
import type { Proven } from './queries.ts'
import { startSession } from './sessions.ts'
import {
  type Answered,
  accountErrors,
  admissionOf,
  answerErrors,
  applyToJoin,
  newAccount,
  signUp,
  type TypedAccount,
} from './sign-up.ts'
import { drawnNow, trapped } from './trap.ts'

/** A form as it was sent; `asked` of who applies. */
type Sent = { typed: TypedAccount; address: string; invite: string; next: string; asked?: Answered }

/** Another service by which one joins, and where one goes on. */
type SignOn = { service: string; next: string } | undefined

/** Becoming a member as SIGN_UP has it: by a form, with an invitation, or by an application. */
export const signUps = (context: Context) => {
  const asksAddress = context.config.mail !== undefined

  const page = async (
    request: Request,
    set: Exchange['set'],
    next: string,
    { invite = '', signOn }: { invite?: string; signOn?: SignOn } = {},
  ) => {
    // It is drawn for where its visitor came from.
    set.headers['cache-control'] = 'no-store'
    const pageContext = await pageContextFor(context, request)
    const law = invite === '' ? await signUpLaw(context) : 'open'
    if (law === 'closed') return NoSignupPage({ pageContext, says: 'This board takes no new members.' })
    if (law === 'invite')
      return NoSignupPage({
        pageContext,
        says: 'One joins this board by invitation: please open the link of yours.',
      })
    return SignupPage({
      ...{ pageContext, next, invite, signOn, rules: rules(), drawn: drawnNow(await secondsAsked(context)) },
      ...(law === 'apply' && { question: await questionOf(context), answer: '' }),
      ...(asksAddress && { address: '' }),
    })
  }

  /** Throws a 403 where nobody joins so. */
  const sentIn = async (body: unknown): Promise<Sent> => {
    const fields = asFields(body)
    const invite = textOf(fields.invite)
    const isMember = (await admissionOf(context, invite)) === 'member'
    return {
      ...{ typed: newAccount(body), invite, next: ownPath(fields.next) },
      address: asksAddress ? textOf(fields.address).trim() : '',
      ...(!isMember && {
        asked: {
          question: await questionOf(context),
          answered: textOf(fields.question),
          answer: writtenIn(fields.answer),
        },
      }),
    }
  }

  return new Elysia({ name: 'sign-ups' })
    .get('/signup', async ({ request, set }) => {
      if (context.config.signOn?.isOnly) return seeOther('/login')
      if (!new URL(request.url).searchParams.has('applied')) return page(request, set, nextOf(request))
      const pageContext = await pageContextFor(context, request)
      const says = asksAddress
        ? 'An admin reads your application. You are told by mail if you gave an address; else try to sign in.'
        : 'An admin reads your application. Try to sign in after some time.'
      return NoSignupPage({ pageContext, says })
    })

    .get('/invites/:token', async ({ params: { token }, request, set }) => {
      await admissionOf(context, token)
      await inviteOrRefuse(context.db, token)
      const { signOn: at } = context.config
      const signOn = at && { service: at.name, next: new URL(request.url).pathname }
      if (!at?.isOnly) return page(request, set, '/', { invite: token, signOn })
      set.headers['cache-control'] = 'no-store'
      const pageContext = await pageContextFor(context, request)
      return NoSignupPage({
        ...{ pageContext, signOn },
        says: 'You are invited. Here one signs in by single sign-on alone.',
      })
    })

    .post('/signup', async ({ body, request, set }) => {
      refuseWhereElsewhere(context)
      const sent = await sentIn(body)
      const { typed, address, invite, next, asked } = sent
      const trap = trapped(body, await secondsAsked(context))
      const joined = Object.keys(trap.errors).length > 0 ? trap : await join(context, sent)
      if ('proven' in joined && joined.proven) {
        const cookies = await startSession(context, joined.proven, request)
        return goOn(context, { request, set }, next, { cookies })
      }
      if (!joined.errors) return leadTo(request, '/signup?applied')

      const form = {
        ...{
          username: typed.username,
          next,
          invite,
          rules: rules(),
          drawn: trap.drawn,
          errors: joined.errors,
        },
        ...asked,
        ...(asksAddress && { address }),
      }
      return respond(
        { request, set },
        {
          page: async () => SignupPage({ pageContext: await pageContextFor(context, request), ...form }),
          fragment: () => SignupForm(form),
          status: 422,
        },
      )
    })
}

/** Told beside the fields before the first try. */
const rules = () => ({ username: nameRule, password: passwordRule() })

/** How long admins say that a form takes at least. */
const secondsAsked = async (context: Context) => newcomersIn((await settingsOf(context)).NEWCOMERS).seconds

const questionOf = async (context: Context) =>
  (await signUpQuestion(context)) ?? say('Who are you, and how did you find this board?')

/** Makes a member, or notes an application; a name that is taken belongs beside its field. */
async function join(
  context: Context,
  { typed, address: typedAddress, invite, asked }: Sent,
): Promise<{ proven?: Proven; errors?: FieldErrors }> {
  const address = addressIn(typedAddress)
  const isWrong = typedAddress !== '' && !address
  const errors = {
    ...(await accountErrors(context, typed)),
    ...(isWrong && { address: 'This is no address for mail.' }),
    ...(asked && answerErrors(asked)),
  }
  if (Object.keys(errors).length > 0) return { errors }
  try {
    if (!asked) return { proven: await signUp(context, typed, { address, invite }) }
    await applyToJoin(context, typed, asked, address)
    return {}
  } catch (error) {
    if (error instanceof Refusal && Object.keys(error.fields).length > 0) return { errors: error.fields }
    throw error
  }
}
