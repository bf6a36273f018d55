import { viewerOf } from '../accounts/sessions.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../platform/errors.ts'
import { isOfSpentNetwork } from './cost.ts'
import { answerError } from './error-response.ts'
import { isPersonal } from './security-headers.ts'

/**
 * A replica draws ten answers a second for the strangers of all networks that have cost too much: HAProxy
 * sends it one at a time.
 */
const answerEveryMs = 100

/**
 * Wraps a server's handler: of a network that has cost too much members are answered as ever, strangers
 * slowly, and whoever only says that they are signed in is refused.
 */
export const sparingly =
  (context: Context) =>
  <Rest extends unknown[], Answer>(handle: (request: Request, ...rest: Rest) => Answer) =>
  (request: Request, ...rest: Rest): Answer | Promise<Awaited<Answer> | Response> =>
    isOfSpentNetwork(request)
      ? answerSparingly(context, request, () => handle(request, ...rest))
      : handle(request, ...rest)

async function answerSparingly<Answer>(
  context: Context,
  request: Request,
  handle: () => Answer,
): Promise<Awaited<Answer> | Response> {
  if (!isPersonal(request)) await Bun.sleep(answerEveryMs)
  else if (await isStranger(context, request))
    return answerError(context)({ code: 'UNKNOWN', error: notNow(), request, set: { headers: {} } })
  return await handle()
}

/** False where nobody can say who they are, and for whoever is refused: their route says so. */
const isStranger = (context: Context, request: Request) =>
  viewerOf(context, request).then(
    (viewer) => viewer === undefined,
    () => false,
  )

const notNow = () =>
  new Refusal(
    429,
    'Much of this site has been read from your network. Please sign in, or come back later.',
    {},
    { 'retry-after': '600' },
  )
