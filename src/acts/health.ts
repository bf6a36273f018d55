import type { Context } from '../context.ts'
import { databaseAnswers } from '../health/queries.ts'
import { Refusal } from '../platform/errors.ts'
import { json, type Methods, ok, writerOf } from './calls.ts'
import type { CallCounter } from './counter.ts'

/** `/_count`, `/_health` and `/_crash`, which each service has and which are not counted. */
export const serviceCalls = (context: Context, counter: CallCounter): Record<string, Methods> => ({
  '/_count': {
    GET: async () => json(JSON.stringify([await counter.read()])),
    DELETE: async ({ request }) => {
      await writerOf(context, request)
      await counter.reset()
      return ok()
    },
  },
  '/_health': { GET: () => health(context) },
  ...(context.config.chaos ? { '/_crash': { POST: () => crash(context) } } : {}),
})

async function health({ db, lifecycle }: Context): Promise<Response> {
  if (lifecycle.isDraining() || !(await databaseAnswers(db)))
    throw new Refusal(500, 'This replica is stopping.')
  return new Response(null, { headers: { 'cache-control': 'no-store' } })
}

async function crash({ lifecycle }: Context): Promise<Response> {
  lifecycle.breakDown()
  return new Response(null)
}
