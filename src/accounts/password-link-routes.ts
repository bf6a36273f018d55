import { Elysia } from 'elysia'
import { NewPasswordForm, NewPasswordPage } from '../../views/new-password.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { respond } from '../http/respond.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { goOn } from './go-on.ts'
import { passwordRule } from './passwords.ts'
import { memberOfLink, setPasswordByLink } from './redeem-password-link.ts'
import { enter } from './service.ts'

/**
 * Where a link that `./agora password` printed or an admin made leads: whoever has it sets a new password,
 * once.
 */
export const passwordLinks = (context: Context) =>
  new Elysia({ name: 'password-links' })
    .get('/password/:token', async ({ params: { token }, request, set }) => {
      set.headers['cache-control'] = 'no-store'
      const { name } = await memberOfLink(context, token)
      return NewPasswordPage({
        pageContext: await pageContextFor(context, request),
        token,
        name,
        rule: passwordRule(),
      })
    })

    .post('/password/:token', async ({ params: { token }, body, request, set }) => {
      set.headers['cache-control'] = 'no-store'
      const member = await memberOfLink(context, token)
      const done = await setPasswordByLink(context, token, member, textOf(asFields(body).password))
      if ('proven' in done) {
        const entered = await enter(context, request, done.proven, done.hasFactor)
        return goOn(context, { request, set }, '/account?changed=password', entered)
      }
      const form = { token, name: member.name, rule: passwordRule(), errors: done.errors }
      return respond(
        { request, set },
        {
          page: async () => NewPasswordPage({ pageContext: await pageContextFor(context, request), ...form }),
          fragment: () => NewPasswordForm(form),
          status: 422,
        },
      )
    })
