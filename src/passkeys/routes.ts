import { Elysia } from 'elysia'
import { translated } from '../../texts/say.ts'
import { PasskeysPage } from '../../views/passkeys.tsx'
import { asMember, memberOf } from '../accounts/access.ts'
import { agentName } from '../accounts/agent.ts'
import { askedOf, proofIn, unproven } from '../accounts/proof.ts'
import type { Context } from '../context.ts'
import { passkeySite } from '../factors/passkey-site.ts'
import { passkeysOf } from '../factors/queries.ts'
import { ownPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { json, unkept, withCookies } from '../http/respond.ts'
import { type FieldErrors, Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { addPasskey, beginPasskey, beginPasskeySignIn, removePasskey, signInByPasskey } from './service.ts'

/** Passkeys: where members add and remove theirs, and what a browser's script asks to sign in by one. */
export const passkeys = (context: Context) => {
  const page = async (request: Request, removal?: { id: string; errors: FieldErrors }) => {
    const pageContext = await pageContextFor(context, request)
    const viewer = asMember(viewerIn(pageContext), 'Please sign in to see your account.')
    return PasskeysPage({
      pageContext,
      passkeys: await passkeysOf(context.db, viewer.id),
      site: passkeySite(context, request),
      device: agentName(request.headers.get('user-agent') ?? ''),
      asks: await askedOf(context, request, viewer),
      removal,
    })
  }

  return new Elysia({ name: 'passkeys' })
    .get('/account/passkeys', ({ request, set }) => {
      set.headers['cache-control'] = 'no-store'
      return page(request)
    })

    .post('/account/passkeys/options', ({ body, request }) =>
      answered(async () => {
        const viewer = await memberOf(context, request)
        const { name } = asFields(body)
        const begun = await beginPasskey(context, request, viewer, textOf(name), proofIn(body))
        if (begun.errors) throw unproven(begun.errors)
        return unkept(begun.options)
      }),
    )

    .post('/account/passkeys', ({ body, request }) =>
      answered(async () => {
        const viewer = await memberOf(context, request)
        const { name, response } = asFields(body)
        await addPasskey(context, request, viewer, textOf(name), response)
        return unkept({ next: '/account/passkeys' })
      }),
    )

    .post('/account/passkeys/:id/remove', async ({ params: { id }, body, request, set }) => {
      const viewer = await memberOf(context, request)
      const errors = await removePasskey(context, request, viewer, id, proofIn(body))
      if (!errors) return seeOther('/account/passkeys')
      set.status = 422
      return page(request, { id, errors })
    })

    .post('/login/passkey/options', ({ request }) =>
      answered(async () => unkept(await beginPasskeySignIn(context, request))),
    )

    .post('/login/passkey', ({ body, request }) =>
      answered(async () => {
        const { response, next } = asFields(body)
        const cookies = await signInByPasskey(context, request, response)
        return withCookies(unkept({ next: ownPath(next) }), cookies)
      }),
    )
}

/** A script shows what a refusal says. */
async function answered(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return json(
      { says: translated(error.message) },
      { 'cache-control': 'no-store', ...error.headers },
      error.status,
    )
  }
}
