import { Elysia } from 'elysia'
import { WindowPage, WindowsPage } from '../../views/order-windows.tsx'
import type { Context } from '../context.ts'
import { overtakenBy, refuseOvertaken } from '../http/form-version.ts'
import { seeOther } from '../http/page-context.ts'
import { idIn } from '../http/params.ts'
import { type AdminPageContext, adminsOnly } from '../moderation/admins-only.ts'
import type { FieldErrors } from '../platform/errors.ts'
import { isWithinReach, readWindow, type TypedWindow, typedOf, withMomentsOf } from './read-window.ts'
import {
  addWindow,
  changeWindow,
  closeNow,
  isOpen,
  removeWindow,
  versionOfWindow,
  windowOrRefuse,
  windowsOf,
} from './service.ts'

const windowsOnPage = 20
const farAway = new Date('2200-01-01')

/** When members order, and where they pick it up. */
export const windowsAdmin = (context: Context) => {
  const list = async (pageContext: AdminPageContext, before: Date, refused?: Refused) => {
    const windows = await windowsOf(context.db, before, windowsOnPage + 1)
    const shown = windows.slice(0, windowsOnPage)
    const now = new Date().toISOString()
    return WindowsPage({
      pageContext,
      windows: shown.map((each) => ({ ...each, state: stateOf(each, now) })),
      next: windows.length > windowsOnPage ? shown.at(-1)?.closesAt : undefined,
      isFirstPage: before === farAway,
      typed: refused?.typed ?? {
        ...emptyWindow,
        timeZone: windows[0]?.timeZone ?? pageContext.look.timeZone,
      },
      errors: refused?.errors ?? {},
    })
  }

  const one = async (pageContext: AdminPageContext, id: number, refused?: Refused) => {
    const window = await windowOrRefuse(context.db, id)
    return WindowPage({
      pageContext,
      window: { ...window, state: stateOf(window, new Date().toISOString()) },
      version: versionOfWindow(window),
      typed: refused?.typed ?? typedOf(window),
      errors: refused?.errors ?? {},
    })
  }

  const idOf = (params: { id: string }) => idIn(params.id, 'There is no such window.')

  return new Elysia({ name: 'windows-admin' })
    .use(adminsOnly(context))
    .get('/admin/windows', ({ pageContext, request }) => {
      const before = new Date(new URL(request.url).searchParams.get('before') ?? '')
      return list(pageContext, isWithinReach(before) ? before : farAway)
    })

    .post('/admin/windows', async ({ body, pageContext, set }) => {
      const { typed, errors, draft } = readWindow(body)
      const wrong = draft ? await overtakenBy(() => addWindow(context, pageContext.viewer, draft)) : errors
      if (!wrong) return seeOther('/admin/windows')
      set.status = draft ? 409 : 422
      return list(pageContext, farAway, { typed, errors: wrong })
    })

    .get('/admin/windows/:id', ({ params, pageContext }) => one(pageContext, idOf(params)))

    .post('/admin/windows/:id', async ({ body, params, pageContext, set }) => {
      const id = idOf(params)
      const { typed, errors, draft } = readWindow(body)
      const wrong = draft
        ? await overtakenBy(() =>
            changeWindow(context, pageContext.viewer, id, (now) => {
              refuseOvertaken(body, versionOfWindow(now), 'name')
              return withMomentsOf(now, draft)
            }),
          )
        : errors
      if (!wrong) return seeOther('/admin/windows')
      set.status = draft ? 409 : 422
      return one(pageContext, id, { typed, errors: wrong })
    })

    .post('/admin/windows/:id/close', async ({ params, pageContext }) => {
      await closeNow(context, pageContext.viewer, idOf(params))
      return seeOther('/admin/windows')
    })

    .post('/admin/windows/:id/remove', async ({ params, pageContext }) => {
      await removeWindow(context, pageContext.viewer, idOf(params))
      return seeOther('/admin/windows')
    })
}

/** A form that was refused, as it was typed. */
type Refused = { typed: TypedWindow; errors: FieldErrors }

const emptyWindow: TypedWindow = { name: '', opens: '', closes: '', timeZone: 'UTC', pickups: [] }

const stateOf = (window: Parameters<typeof isOpen>[0], now: string) =>
  isOpen(window, now) ? 'open' : window.opensAt > now ? 'coming' : 'closed'
