import { Elysia } from 'elysia'
import { AccountPage, DeleteForm, PasswordForm, type ShownEvent } from '../../views/account.tsx'
import type { Context } from '../context.ts'
import type { Noted } from '../events/note.ts'
import { type AccountEvent, newestEvents, signIns } from '../events/queries.ts'
import { keysOf } from '../factors/queries.ts'
import { type PageContext, pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { gone, json, leadTo, notKept, respond, withCookies } from '../http/respond.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { asMember } from './access.ts'
import { changePassword, leave } from './account.ts'
import { changeAddress, ownAddress, removeAddress } from './addresses.ts'
import { agentName } from './agent.ts'
import { askedOf, proofIn, provenBy } from './proof.ts'
import { chosenBy, type Viewer } from './queries.ts'
import {
  afterSignOut,
  clearedCookie,
  endSessionOf,
  sessionOf,
  sessionsOfMember,
  signOutEverywhere,
  startSession,
} from './sessions.ts'

/** A member's pages about their own account: its password, where it is signed in, its end. */
export const accountPages = (context: Context) => {
  const page = async (request: Request, pageContext: PageContext, viewer: Viewer, wrong: Wrong = {}) => {
    const own = sessionOf(request)
    const sessions = (await sessionsOfMember(context, viewer.id)).map(({ agent, ...session }) => ({
      ...session,
      agent: agentName(agent),
      isThis: session.token === own,
    }))
    const { signOn } = context.config
    const hasChanged = new URL(request.url).searchParams.get('changed') === 'password'
    const address = await ownAddress(context, viewer)
    const chosen = await chosenBy(context.db, viewer.id)
    const asked = await askedOf(context, request, viewer)
    const keys = await keysOf(context.db, viewer.id)
    const events = (await newestEvents(context.db, viewer.id, shownEvents, shownSignIns)).map(shownEvent)
    return AccountPage({
      pageContext,
      viewer,
      sessions,
      changed: hasChanged ? { passkeys: signOn?.isOnly ? 0 : keys.passkeys } : undefined,
      address,
      language: chosen,
      keys,
      signOn: signOn?.name,
      events,
      asks: asked,
      ...wrong,
    })
  }

  return (
    new Elysia({ name: 'account' })
      .get('/account', async ({ request }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        return page(request, pageContext, viewer)
      })

      // For replicas of other roles, which may not read the hash of a password.
      .post('/account/confirm', async ({ body, request }) => {
        const { viewer } = await memberPageContext(context, request)
        const { errors } = await provenBy(context, request, viewer, proofIn(body))
        return errors ? json(errors, notKept, 422) : gone()
      })

      .post('/account/password', async ({ body, request, set }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        const password = textOf(asFields(body).password)
        const changed = await changePassword(context, request, viewer, proofIn(body, 'current'), password)
        if ('proven' in changed) {
          const cookies = await startSession(context, changed.proven, request)
          const leading = leadTo(request, '/account?changed=password')
          return withCookies(leading, cookies ?? [clearedCookie(request)])
        }
        const { errors } = changed
        return respond(
          { request, set },
          {
            page: () => page(request, pageContext, viewer, { passwordErrors: errors }),
            fragment: async () =>
              PasswordForm({ viewer, errors, asks: await askedOf(context, request, viewer) }),
            status: 422,
          },
        )
      })

      .post('/account/address', async ({ body, request, set }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        const typed = textOf(asFields(body).address)
        const errors = await changeAddress(context, request, viewer, typed, proofIn(body))
        if (!errors) return seeOther('/account#address-title')
        set.status = 422
        return page(request, pageContext, viewer, { typedAddress: typed, addressErrors: errors })
      })

      .post('/account/address/remove', async ({ body, request, set }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        const errors = await removeAddress(context, request, viewer, proofIn(body))
        if (!errors) return seeOther('/account#address-title')
        set.status = 422
        return page(request, pageContext, viewer, { addressErrors: errors })
      })

      .post('/account/sessions/end', async ({ body, request, set }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        const withTokens = hasChosenTokens(body)
        const { errors } = await provenBy(context, request, viewer, proofIn(body))
        if (errors) {
          set.status = 422
          return page(request, pageContext, viewer, { sessionErrors: errors, withTokens })
        }
        await signOutEverywhere(context, viewer.id, { withTokens })
        return leadTo(request, afterSignOut(context), { 'set-cookie': clearedCookie(request) })
      })

      .post('/account/sessions/:token/end', async ({ params: { token }, body, request, set }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        if (!/^[0-9a-f]{64}$/.test(token)) throw new Refusal(404, 'There is no such session.')
        const { errors } = await provenBy(context, request, viewer, proofIn(body))
        if (errors) {
          set.status = 422
          const withTokens = hasChosenTokens(body)
          return page(request, pageContext, viewer, { sessionErrors: errors, withTokens })
        }
        await endSessionOf(context, viewer.id, token)
        return seeOther('/account')
      })

      .post('/account/delete', async ({ body, request, set }) => {
        const { pageContext, viewer } = await memberPageContext(context, request)
        const { posts } = asFields(body)
        const errors = await leave(context, request, viewer, proofIn(body), textOf(posts))
        if (!errors) return leadTo(request, afterSignOut(context), { 'set-cookie': clearedCookie(request) })

        const typed = { posts: textOf(posts) }
        return respond(
          { request, set },
          {
            page: () => page(request, pageContext, viewer, { ...typed, deleteErrors: errors }),
            fragment: async () =>
              DeleteForm({ ...typed, errors, asks: await askedOf(context, request, viewer) }),
            status: 422,
          },
        )
      })
  )
}

const hasChosenTokens = (body: unknown) => asFields(body).tokens === 'revoke'

const shownEvents = 10
const shownSignIns = 5

/** Of a browser people know the name, not what it calls itself. */
function shownEvent({ what, detail, happenedAt }: AccountEvent): ShownEvent {
  const isOfBrowser = signIns.includes(what)
  return { what: what as Noted, detail: isOfBrowser ? agentName(detail) : detail, isOfBrowser, happenedAt }
}

type Wrong = {
  sessionErrors?: FieldErrors
  withTokens?: boolean
  passwordErrors?: FieldErrors
  deleteErrors?: FieldErrors
  posts?: string
  addressErrors?: FieldErrors
  typedAddress?: string
}

async function memberPageContext(
  context: Context,
  request: Request,
): Promise<{ pageContext: PageContext; viewer: Viewer }> {
  const pageContext = await pageContextFor(context, request)
  return { pageContext, viewer: asMember(viewerIn(pageContext), 'Please sign in to see your account.') }
}
