import { CodeForm, CodePage } from '../../views/sign-in-code.tsx'
import type { Context } from '../context.ts'
import { pageContextFor } from '../http/page-context.ts'
import { type Exchange, leadTo, respond, withCookies } from '../http/respond.ts'
import type { Entered } from './service.ts'

/**
 * After a right password: on to `next`, or to the form for a code. Without cookies something was changed in
 * the same moment: back to where one signs in.
 */
export function goOn(context: Context, exchange: Exchange, next: string, entered: Entered): unknown {
  const { request } = exchange
  if (entered.half !== undefined) return askForCode(context, exchange, { half: entered.half, next })
  return entered.cookies ? withCookies(leadTo(request, next), entered.cookies) : leadTo(request, '/login')
}

/** The form for a code, whose first half is in it; with what is wrong with the one that was given. */
export function askForCode(
  context: Context,
  exchange: Exchange,
  form: { half: string; next: string; error?: string },
): unknown {
  exchange.set.headers['cache-control'] = 'no-store'
  return respond(exchange, {
    page: async () => CodePage({ pageContext: await pageContextFor(context, exchange.request), ...form }),
    fragment: () => CodeForm(form),
    ...(form.error && { status: 422 }),
  })
}
