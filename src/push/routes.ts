import { Elysia } from 'elysia'
import { language } from '../../texts/say.ts'
import { PushPage } from '../../views/push.tsx'
import { memberOf } from '../accounts/access.ts'
import { sessionOf } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { signInPath } from '../http/local-path.ts'
import { pageContextFor, seeOther, viewerIn } from '../http/page-context.ts'
import { Refusal } from '../platform/errors.ts'
import { asFields, textOf } from '../platform/fields.ts'
import { arePushKeys, isEndpoint } from '../telling/endpoint.ts'
import {
  endPushEverywhere,
  endPushHere,
  publicPushKey,
  pushedBrowsers,
  putPushSubscription,
} from './queries.ts'

/** Which of a member's browsers get their notices by web push. */
export const push = (context: Context) =>
  new Elysia({ name: 'push' })
    .get('/notices/push', async ({ request }) => {
      const pageContext = await pageContextFor(context, request)
      const viewer = viewerIn(pageContext)
      if (!viewer) return seeOther(signInPath(request))
      const key = context.config.push === 'off' ? undefined : await publicPushKey(context.db)
      const pushed = await pushedBrowsers(context.db, viewer.id, sessionOf(request) ?? '')
      return PushPage({ pageContext, key, ...pushed })
    })

    .post('/notices/push', async ({ body, request }) => {
      const viewer = await memberOf(context, request)
      const { push } = context.config
      if (push === 'off') throw new Refusal(409, 'This board sends nothing by web push.')
      const fields = asFields(body)
      const [endpoint, p256dh, auth] = [textOf(fields.endpoint), textOf(fields.p256dh), textOf(fields.auth)]
      if (!isEndpoint(endpoint, push) || !arePushKeys(p256dh, auth))
        throw new Refusal(422, 'Notices cannot be sent to this browser.')
      const browser = { endpoint, p256dh, auth }
      await putPushSubscription(context.db, viewer.id, sessionOf(request) ?? '', browser, language())
      return seeOther('/notices/push')
    })

    .post('/notices/push/remove', async ({ body, request }) => {
      const viewer = await memberOf(context, request)
      if (textOf(asFields(body).everywhere) === 'yes') await endPushEverywhere(context.db, viewer.id)
      else await endPushHere(context.db, sessionOf(request) ?? '')
      return seeOther('/notices/push')
    })
